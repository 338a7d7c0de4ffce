"""How a desk is set up: plain data, saved by ordinary forms."""

from firstline.catalog.models.announcement import Announcement
from firstline.catalog.models.answers import CannedReply
from firstline.catalog.models.change import SettingChange
from firstline.catalog.models.desk import Desk, Line, Membership, Team
from firstline.catalog.models.inbox import Inbox
from firstline.catalog.models.mailbox import Mailbox
from firstline.catalog.models.option import Option
from firstline.catalog.models.sender import Sender
from firstline.catalog.models.service import Category, RequestType, Service
from firstline.catalog.models.status import Status

__all__ = [
    "Announcement",
    "CannedReply",
    "Category",
    "Desk",
    "Inbox",
    "Line",
    "Mailbox",
    "Membership",
    "Option",
    "RequestType",
    "Sender",
    "Service",
    "SettingChange",
    "Status",
    "Team",
]
