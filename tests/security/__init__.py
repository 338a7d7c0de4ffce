"""Each threat that applies to what exists has a test here or elsewhere: the table is in test_table.py."""
