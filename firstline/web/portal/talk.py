"""The conversation as its requester reads it: never a note, never a reply that has not left yet."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Prefetch
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from markupsafe import Markup

from firstline.kit import html
from firstline.kit.numbers import whole
from firstline.tickets.models import Attachment, Message, Ticket
from firstline.tickets.pages import fitting
from firstline.tickets.quotations import whole_for

if TYPE_CHECKING:
    from firstline.people.models import Person

# What an agent put on record stands under their name.
HOW = {"phone": gettext_lazy("wrote down a call"), "walk_in": gettext_lazy("wrote down what was said in person")}

PAGE = 100

File = tuple[str, str, str, str]
Address = Callable[[Attachment], str]


@dataclass(frozen=True)
class Said:
    """A message ready to be drawn: its body as safe HTML, what was cut from it, its files, and how it came.

    `is_letter`: whether there is a whole letter to be shown in a frame."""

    message: Message
    body: Markup
    quoted: Markup
    files: list[File]
    how: str
    is_letter: bool


@dataclass(frozen=True)
class Talk:
    """A part of the conversation: that before the message `before`, if there is one; `earlier` begins the part before
    it, if there is more."""

    said: list[Said]
    before: int | None
    earlier: int | None


def own_address(file: Attachment) -> str:
    return reverse("file", args=[file.pk])


def talk(
    person: "Person", ticket: Ticket, *, before: str = "", address: Address = own_address, frames: bool = True
) -> Talk:
    """What both sides read, oldest first; of a long conversation the last part, or that before the message `before`.
    An agent who asked is here the one who asks.

    `address`: of a file; `frames`: whether the page shows whole letters, and in them their pictures.
    """
    files = Prefetch("attachments", Attachment.objects.in_order(), to_attr="files")
    said = Message.objects.visible_to(person, ticket).exclude(kind=Message.Kind.NOTE).filter(withdrawn_at__isnull=True)
    place = whole(before)
    found = (said if place is None else said.filter(pk__lt=place)).order_by("-id")
    most = fitting(found, PAGE)
    rows = list(found.without_html().select_related("author").prefetch_related(files)[: most + 1])
    is_whole = whole_for(person, ticket)
    shown = [_said(each, address, is_whole=is_whole(each), frames=frames) for each in reversed(rows[:most])]
    return Talk(shown, before=place, earlier=rows[most - 1].pk if len(rows) > most else None)


def loose_files(person: "Person", ticket: Ticket, *, address: Address = own_address) -> list[File]:
    """Files that an earlier version added without a message."""
    found = Attachment.objects.visible_to(person).filter(ticket=ticket, message__isnull=True)
    return [drawn(each, address) for each in found.in_order()]


def drawn(file: Attachment, address: Address = own_address) -> File:
    """Name, address, address of the small picture or "", and size in words: as components/message.html takes it."""
    url = address(file)
    return file.name, url, url if file.is_picture else "", filesizeformat(file.size)


def _said(message: Message, address: Address, *, is_whole: bool, frames: bool) -> Said:
    is_html = message.has_html
    is_letter = frames and is_whole and is_html
    # Pictures may be quoted as well: whoever may not read the whole letter is not shown those in it.
    aside = is_letter or (is_html and not is_whole)
    found: list[Attachment] = message.files  # type: ignore[attr-defined]
    files = [drawn(each, address) for each in found if not (aside and each.inline and each.is_picture)]
    how = str(HOW.get(message.channel, "")) if message.kind == Message.Kind.REQUEST else ""
    how = _("by e-mail") if message.channel == "email" else how
    quoted = Markup(html.from_text(message.quoted)) if is_whole else Markup()  # noqa: S704
    return Said(message, Markup(message.shown), quoted, files, how, is_letter)  # noqa: S704
