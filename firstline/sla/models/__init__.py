from firstline.sla.models.calendar import Calendar, CalendarDay, FilledYear
from firstline.sla.models.goal import Goal

__all__ = ["Calendar", "CalendarDay", "FilledYear", "Goal"]
