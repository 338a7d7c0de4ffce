"""Calendars, goals and working-time arithmetic. Knows no ticket."""
