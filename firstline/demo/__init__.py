"""A company to try the desk with: its people, its desks, and ninety days of what they lived through."""
