"""The record. Written by verbs only; settings of persons (drafts, views, presence) are ordinary rows."""

from firstline.tickets.models.attachment import Attachment
from firstline.tickets.models.clock import Clock
from firstline.tickets.models.event import Event
from firstline.tickets.models.link import Link, Participant
from firstline.tickets.models.message import Message
from firstline.tickets.models.rating import Rating
from firstline.tickets.models.request_link import RequestLink
from firstline.tickets.models.seal import AuditSeal
from firstline.tickets.models.ticket import NEVER, Ticket
from firstline.tickets.models.workspace_state import Draft, Presence, SavedView

__all__ = [
    "NEVER",
    "Attachment",
    "AuditSeal",
    "Clock",
    "Draft",
    "Event",
    "Link",
    "Message",
    "Participant",
    "Presence",
    "Rating",
    "RequestLink",
    "SavedView",
    "Ticket",
]
