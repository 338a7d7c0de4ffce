"""Which files travel in a letter, and which are too large for that and are reached by a link."""

from dataclasses import dataclass

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.urls import reverse

from firstline.notices.links import absolute
from firstline.notices.models import Delivery
from firstline.tickets.models import Attachment


@dataclass(frozen=True)
class Large:
    """A file that does not travel; printed, it is its name with its size."""

    name: str
    size: int
    link: str

    def __str__(self) -> str:
        return f"{self.name} ({filesizeformat(self.size)})"


@dataclass(frozen=True)
class Enclosures:
    attached: tuple[Attachment, ...]
    large: tuple[Large, ...]


def enclosures(delivery: Delivery) -> Enclosures:
    """The files of what the letter is about: as many as FIRSTLINE_MAIL_ATTACHED_MB allow travel, the others are links.

    What the letter names and what it carries both come from here, so that they cannot differ.
    """
    room = int(settings.CONFIG.mail_attached_mb * 1024 * 1024)
    attached, large = [], []
    for file in delivery.message.attachments.in_order() if delivery.message else ():
        if file.size <= room:
            room -= file.size
            attached.append(file)
        else:
            large.append(Large(file.name, file.size, absolute(reverse("file", args=[file.pk]))))
    return Enclosures(tuple(attached), tuple(large))
