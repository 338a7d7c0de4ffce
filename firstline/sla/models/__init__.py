from firstline.sla.models.calendar import Calendar, CalendarDay, FilledYear
from firstline.sla.models.target import SlaTarget

__all__ = ["Calendar", "CalendarDay", "FilledYear", "SlaTarget"]
