from firstline.sla.models.calendar import Calendar, CalendarDay
from firstline.sla.models.goal import Goal

__all__ = ["Calendar", "CalendarDay", "Goal"]
