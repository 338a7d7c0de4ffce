"""The outbox, and the servers by which it is emptied."""

from firstline.notices.models.delivery import UNSETTLED, Delivery, DeliveryQuerySet, new_letter_id
from firstline.notices.models.sending import DeskServer, OutgoingServer, SigningKey
from firstline.notices.models.switches import SwitchedOff
from firstline.notices.models.told import ToldUpTo

__all__ = [
    "UNSETTLED",
    "Delivery",
    "DeliveryQuerySet",
    "DeskServer",
    "OutgoingServer",
    "SigningKey",
    "SwitchedOff",
    "ToldUpTo",
    "new_letter_id",
]
