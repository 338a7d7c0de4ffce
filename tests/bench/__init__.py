"""The bench: a world of many tickets, and how long the desk takes over each of its pages. Run by bin/bench."""
