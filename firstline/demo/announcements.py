"""What everybody at Lanternfield should know today."""

from datetime import timedelta

from firstline.catalog.models import Announcement, Desk
from firstline.kit import clock

# desk, kind, hours ago, hours to go, title, text
NOTICES = [
    ("IT", "outage", 2, 4, "VPN from Berlin is slow", "柏林 VPN 速度慢",
     "The line to Shanghai loses packets. Our provider works on it; mail and OA are not affected. You need not report it.",
     "柏林至上海的专线丢包，运营商正在处理。邮件与 OA 不受影响，无需重复报修。"),
    ("IT", "news", 50, 200, "New version of the meeting software", "会议软件将升级",
     "On Saturday night all meeting rooms get the new version. Bookings stay as they are.",
     "本周六晚所有会议室升级会议软件，已有预订不受影响。"),
    ("FAC", "news", 30, 120, "Lift 2 in Shanghai is being serviced", "上海 2 号电梯检修",
     "Please use lifts 1 and 3 until the end of the week.", "本周内请使用 1 号与 3 号电梯。"),
    ("FIN", "news", 100, 240, "Expense claims of this month", "本月报销截止时间",
     "Claims that arrive by the 25th are paid this month.", "25 日前提交的报销当月付款。"),
    ("HR", "news", 400, -100, "Health check", "年度体检",
     "The yearly health check can be booked until Friday.", "年度体检预约截至本周五。"),
]  # fmt: skip


def make_announcements(desks: dict[str, Desk]) -> None:
    """News, one known outage of today, and one that is over."""
    now = clock.now()
    Announcement.objects.bulk_create(
        Announcement(
            desk=desks[desk], kind=kind, title_en=title_en, title_zh=title_zh, text_en=text_en, text_zh=text_zh,
            starts_at=now - timedelta(hours=ago), ends_at=now + timedelta(hours=more),
        )
        for desk, kind, ago, more, title_en, title_zh, text_en, text_zh in NOTICES
    )  # fmt: skip
