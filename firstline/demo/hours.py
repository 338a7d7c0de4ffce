"""When Lanternfield works, and what its desks promise."""

from datetime import timedelta
from typing import Any

from firstline.catalog import config_cache
from firstline.catalog.templates import WEEK
from firstline.demo.company import BERLIN
from firstline.kit import clock
from firstline.sla import holidays
from firstline.sla.models import Calendar, SlaTarget
from firstline.sla.when import condition_of

# key, names, zone, round the clock, week, country and state of its holidays
BERLIN_WEEK = {day: [["08:30", "12:30"], ["13:15", "17:15"]] for day in WEEK}
CALENDARS = [
    ("office", "China, 5x8", "中国 5x8", "Asia/Shanghai", False, WEEK, ("CN", None)),
    ("berlin", "Berlin, 5x8", "柏林 5x8", "Europe/Berlin", False, BERLIN_WEEK, ("DE", "BE")),
    ("always", "Round the clock, 24x7", "全天候 24x7", "Asia/Shanghai", True, {}, None),
]

THERE = {"department": BERLIN}
# clock, minutes, when, calendar (None: the desk's own), warn minutes before, at the warning, when missed, names
GOALS: list[tuple[Any, ...]] = [
    ("acceptance", 5, {"desk": ["IT"], "priority": [1]}, "always", 0, "", "tell:manager reassign:first-plus",
     "Critical: accept in 5 minutes, day and night", "紧急：全天候 5 分钟内受理"),
    ("acceptance", 5, THERE, "berlin", 0, "", "tell:manager", "Berlin: accept in 5 minutes", "柏林：5 分钟内受理"),
    ("acceptance", 5, {}, None, 0, "", "tell:manager", "Accept in 5 minutes", "5 分钟内受理"),
    ("first_response", 15, {"desk": ["IT"], "priority": [1]}, "always", 5, "tell:assignee", "tell:manager",
     "Critical: respond in 15 minutes, day and night", "紧急：全天候 15 分钟内响应"),
    ("first_response", 15, {"vip": [True]}, None, 5, "tell:assignee", "tell:manager",
     "VIP: respond in 15 minutes", "VIP：15 分钟内响应"),
    ("first_response", 30, {"kind": ["incident"], **THERE}, "berlin", 10, "tell:assignee", "tell:manager",
     "Berlin, incidents: respond in 30 minutes", "柏林事件：30 分钟内响应"),
    ("first_response", 30, {"kind": ["incident"]}, None, 10, "tell:assignee", "tell:manager",
     "Incidents: respond in 30 minutes", "事件：30 分钟内响应"),
    ("first_response", 120, THERE, "berlin", 30, "tell:assignee", "tell:manager",
     "Berlin: respond in 2 hours", "柏林：2 小时内响应"),
    ("first_response", 120, {}, None, 30, "tell:assignee", "tell:manager", "Respond in 2 hours", "2 小时内响应"),
    ("resolution", 240, {"desk": ["IT"], "priority": [1]}, "always", 60, "tell:assignee", "tell:manager",
     "Critical: solve in 4 hours, day and night", "紧急：全天候 4 小时内解决"),
    ("resolution", 240, {"vip": [True]}, None, 60, "tell:assignee", "tell:manager raise",
     "VIP: solve in 4 working hours", "VIP：4 个工作小时内解决"),
    ("resolution", 480, {"priority": [1, 2]}, None, 60, "tell:assignee", "tell:manager",
     "High: solve in 1 working day", "高：1 个工作日内解决"),
    ("resolution", 960, {"kind": ["incident"], **THERE}, "berlin", 120, "tell:assignee", "tell:manager raise",
     "Berlin, incidents: solve in 2 working days", "柏林事件：2 个工作日内解决"),
    ("resolution", 960, {"kind": ["incident"]}, None, 120, "tell:assignee", "tell:manager raise",
     "Incidents: solve in 2 working days", "事件：2 个工作日内解决"),
    ("resolution", 2400, THERE, "berlin", 240, "tell:assignee", "tell:manager",
     "Berlin: solve in 5 working days", "柏林：5 个工作日内解决"),
    ("resolution", 2400, {}, None, 240, "tell:assignee", "tell:manager",
     "Solve in 5 working days", "5 个工作日内解决"),
    ("line", 20, {"desk": ["IT"], "line": ["L1"]}, None, 0, "", "tell:assignee",
     "First line: hand over after 20 minutes", "一线：20 分钟未解决转一线专家"),
]  # fmt: skip


def make_calendars() -> dict[str, Calendar]:
    """The calendars with the holidays of the last ninety days' year, this one and the next; by key."""
    made = {}
    for key, en, zh, zone, always, week, where in CALENDARS:
        made[key] = Calendar.objects.create(key=key, name_en=en, name_zh=zh, zone=zone, always=always, week=week)
        for year in _years():
            if where:
                holidays.fill(made[key], year, where[0], state=where[1])
    config_cache.forget()
    return {key: Calendar.objects.get(pk=calendar.pk) for key, calendar in made.items()}


def make_goals() -> None:
    """What is promised, for all desks."""
    calendars = {calendar.key: calendar for calendar in Calendar.objects.all()}
    SlaTarget.objects.bulk_create(
        SlaTarget(
            clock=name, minutes=minutes, when=when, condition=condition_of(when), calendar=calendars[key] if key else None, warn_minutes=warn,
            on_warn=at_warning.split(), on_breach=missed.split(), name_en=en, name_zh=zh, order=order,
        )
        for order, (name, minutes, when, key, warn, at_warning, missed, en, zh) in enumerate(GOALS)
    )  # fmt: skip
    config_cache.forget()


def _years() -> list[int]:
    now = clock.now()
    return sorted({(now - timedelta(days=100)).year, now.year, (now + timedelta(days=180)).year})
