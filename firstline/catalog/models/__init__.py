"""How a desk is set up: plain data, saved by ordinary forms."""

from firstline.catalog.models.announcement import Announcement
from firstline.catalog.models.canned_reply import CannedReply
from firstline.catalog.models.change import SettingChange
from firstline.catalog.models.closure_code import ClosureCode
from firstline.catalog.models.desk import Desk, Membership, Team, Tier
from firstline.catalog.models.form_version import FormVersion
from firstline.catalog.models.inbox import Inbox
from firstline.catalog.models.mailbox import Mailbox
from firstline.catalog.models.sender import Sender
from firstline.catalog.models.service import Category, RequestType, Service
from firstline.catalog.models.status import Status

__all__ = [
    "Announcement",
    "CannedReply",
    "Category",
    "ClosureCode",
    "Desk",
    "FormVersion",
    "Inbox",
    "Mailbox",
    "Membership",
    "RequestType",
    "Sender",
    "Service",
    "SettingChange",
    "Status",
    "Team",
    "Tier",
]
