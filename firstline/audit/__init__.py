"""The log of what is no ticket's. It knows no other floor but kit, so that all of them can write into it."""
