"""Ready-made set-ups: a desk that can be worked with at once. What they make is changed like anything else."""

from datetime import timedelta
from typing import Any

from django.db import transaction

from firstline.catalog import config_cache
from firstline.catalog.models import ClosureCode, Desk, Inbox, RequestType, Team, Tier
from firstline.kit import clock
from firstline.sla import holidays
from firstline.sla.models import Calendar, SlaTarget
from firstline.sla.when import condition_of

# key, rank, English, Chinese, and the team that starts on it
LINES = [
    ("L1", 1, "First line", "一线", ("first", "First line", "一线支持")),
    ("L1.5", 2, "First line plus", "一线专家", ("first-plus", "First line plus", "一线专家组")),
    ("L2", 3, "Second line", "二线", ("second", "Second line", "二线支持")),
    ("L3", 4, "Third line", "三线", ("third", "Third line", "三线支持")),
]

# key, icon, names, help, search words, something else
REQUEST_TYPES = [
    (
        "broken", "wrench", "Something does not work", "报障",
        "An error, an outage, a device that is broken.", "报错、故障、设备损坏。",
        "error fault crash broken slow 坏了 报错 打不开 连不上 卡 故障", False,
    ),
    (
        "need", "package", "I need something", "申请",
        "Access, equipment, software, a service.", "权限、设备、软件或其他服务。",
        "request order access install permission 申请 权限 安装 领用 开通", False,
    ),
    (
        "question", "circle-question-mark", "I have a question", "咨询",
        "How something works, or whom to ask.", "怎么用、找谁办。",
        "how what where advice help 怎么 如何 请问 咨询", False,
    ),
    (
        "else", "life-buoy", "Something else", "其他",
        "Not sure which to choose? Write here and we find the right people.",
        "不确定选哪个？写在这里，由我们转给合适的人。",
        "other 其他 不知道", True,
    ),
]  # fmt: skip

OPTIONS = {
    ClosureCode.List.CAUSE: [
        ("hardware", "Hardware", "硬件"),
        ("software", "Software fault", "软件故障"),
        ("settings", "Settings", "配置"),
        ("access", "Access rights", "权限"),
        ("use", "How it is used", "使用方法"),
        ("outside", "Outside supplier", "外部供应商"),
        ("unknown", "Not found", "未查明"),
    ],
    ClosureCode.List.MODULE: [
        ("device", "Computer or phone", "电脑与手机"),
        ("network", "Network", "网络"),
        ("account", "Accounts", "账号"),
        ("mail", "Mail and calendar", "邮箱与日历"),
        ("meeting", "Meeting rooms", "会议室"),
        ("business", "Business system", "业务系统"),
    ],
    ClosureCode.List.BUSINESS: [
        ("fault", "Fault", "故障"),
        ("request", "Service request", "服务请求"),
        ("advice", "Advice", "咨询"),
        ("complaint", "Complaint", "投诉"),
    ],
}

# clock, minutes of working time, when, warn minutes before, names
GOALS: list[tuple[str, int, dict[str, list[Any]], int, str, str]] = [
    ("acceptance", 5, {}, 2, "Accept in 5 minutes", "5 分钟内受理"),
    ("first_response", 15, {"priority": [1]}, 5, "Critical: respond in 15 minutes", "紧急：15 分钟内响应"),
    ("first_response", 30, {}, 10, "Respond in 30 minutes", "30 分钟内响应"),
    ("resolution", 240, {"priority": [1]}, 60, "Critical: solve in 4 hours", "紧急：4 小时内解决"),
    ("resolution", 480, {"priority": [2]}, 60, "High: solve in 8 hours", "高：8 小时内解决"),
    ("resolution", 960, {"priority": [3]}, 120, "Normal: solve in 2 working days", "中：2 个工作日内解决"),
    ("resolution", 2400, {}, 240, "Solve in 5 working days", "5 个工作日内解决"),
    ("line", 20, {"line": ["L1"]}, 5, "First line: 20 minutes", "一线：20 分钟"),
]
# clock: what is done with the warning, and when the goal is missed
DONE: dict[str, tuple[list[str], list[str]]] = {
    "acceptance": (["tell:team"], ["tell:manager"]),
    "first_response": (["tell:assignee"], ["tell:manager"]),
    "resolution": (["tell:assignee"], ["tell:manager"]),
    "line": ([], ["tell:assignee"]),
}

WEEK = {day: [["09:00", "12:00"], ["13:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


@transaction.atomic
def standard_desk(
    key: str,
    name_en: str,
    name_zh: str,
    *,
    calendar: Calendar,
    address: str = "",
    icon: str = "life-buoy",
    order: int = 0,
    request_types: bool = True,
) -> Desk:
    """A desk with lines L1, L1.5, L2 and L3, a team on each, closing fields, an inbox at `address`, and request types.

    The keys of its request types begin with the desk's key: "it-broken". Goals are made apart, for all desks.
    """
    desk = Desk.objects.create(key=key, name_en=name_en, name_zh=name_zh, calendar=calendar, icon=icon, order=order)
    for line_key, rank, line_en, line_zh, (team_key, team_en, team_zh) in LINES:
        line = Tier.objects.create(desk=desk, key=line_key, rank=rank, name_en=line_en, name_zh=line_zh)
        Team.objects.create(desk=desk, line=line, key=team_key, name_en=team_en, name_zh=team_zh)
    for name, rows in OPTIONS.items():
        ClosureCode.objects.bulk_create(
            ClosureCode(desk=desk, list=name, key=option, name_en=en, name_zh=zh, order=place)
            for place, (option, en, zh) in enumerate(rows)
        )
    if address:
        Inbox.objects.create(desk=desk, address=address)
    if request_types:
        standard_request_types(desk)
    config_cache.forget()
    return desk


def standard_request_types(desk: Desk) -> list[RequestType]:
    """Four forms with which any desk can begin; the last is for those who do not know which to choose."""
    return RequestType.objects.bulk_create(
        RequestType(
            desk=desk, key=f"{desk.key.lower()}-{key}", icon=icon, order=order, name_en=name_en, name_zh=name_zh,
            help_en=help_en, help_zh=help_zh, words=words, anything=anything,
        )
        for order, (key, icon, name_en, name_zh, help_en, help_zh, words, anything) in enumerate(REQUEST_TYPES)
    )  # fmt: skip


def standard_goals() -> list[SlaTarget]:
    """Goals for all desks, unless there are some: accept in 5 minutes, 20 minutes on the first line, …"""
    if SlaTarget.objects.exists():
        return []
    made = SlaTarget.objects.bulk_create(
        SlaTarget(
            clock=name, minutes=minutes, when=when, condition=condition_of(when), warn_minutes=warn, name_en=en,
            name_zh=zh, on_warn=DONE[name][0], on_breach=DONE[name][1], order=order,
        )
        for order, (name, minutes, when, warn, en, zh) in enumerate(GOALS)
    )  # fmt: skip
    config_cache.forget()
    return made


def office_calendar(key: str = "office", *, zone: str = "Asia/Shanghai", country: str = "") -> Calendar:
    """Five days of eight hours with a lunch break, and the holidays of `country` (such as CN) this year and next."""
    calendar = Calendar.objects.create(key=key, name_en="Office hours", name_zh="工作时间", zone=zone, week=WEEK)
    if country:
        today = clock.now()
        for year in {today.year, (today + timedelta(days=180)).year}:
            holidays.fill(calendar, year, country)
    config_cache.forget()
    return calendar


def round_the_clock(key: str = "always", *, zone: str = "Asia/Shanghai") -> Calendar:
    """Every hour of every day."""
    calendar = Calendar.objects.create(key=key, name_en="Round the clock", name_zh="全天候", zone=zone, always=True)
    config_cache.forget()
    return calendar
