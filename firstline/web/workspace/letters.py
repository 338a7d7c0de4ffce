"""What the letters of a ticket tell beside their words: how they came, who was in copy, why a sender is not proved."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from firstline.channels import cc_suggestions
from firstline.channels.email import forwards
from firstline.channels.models import InboundMessage
from firstline.tickets.models import Ticket

MARKS: dict[str, tuple[Any, Any]] = {
    "signed": (_("Signed"), _("The email bears a signature, which was not checked.")),
    "encrypted": (_("Encrypted"), _("The email is encrypted; what it says is in the attached file.")),
    "cut": (_("Shortened"), _("The email is longer than what is shown here.")),
    "files": (
        _("More files"),
        _("The email brings more files than are kept one by one; all are in the attached email."),
    ),
}


@dataclass(frozen=True)
class Letters:
    """`marks`: label and explanation of each, by message; `copied`: address → name; `doubt`: why he is not proved;
    `original`: whose letter an agent passed on."""

    marks: dict[int, list[tuple[Any, Any]]] = field(default_factory=dict)
    copied: dict[str, str] = field(default_factory=dict)
    doubt: str = ""
    original: forwards.Original | None = None


def letters_of(ticket: Ticket, shown: Sequence[int]) -> Letters:
    """What they tell about these messages, and about the ticket. One query; of however many letters there are it reads
    those of these messages, the first, the first that was passed on, and those that suggest somebody."""
    done = InboundMessage.objects.filter(state="done")
    own = done.filter(ticket=ticket)
    first, passed_on = (
        rows.order_by("pk").values("pk")[:1]
        for rows in (own, own.filter(forwarded__2__isnull=False, forwarded__4__isnull=True))
    )
    # Each is found by an index of its own; an OR of them would be looked for in all letters.
    read = (
        done.filter(message__in=shown)
        .values("pk")
        .union(first, passed_on, own.exclude(suggested=[]).values("pk"), all=True)
    )
    told = ("ticket_id", "message_id", "marks", "suggested", "proof__why", "forwarded")
    rows = list(InboundMessage.objects.filter(pk__in=read).order_by("pk").values_list(*told))
    own_rows = [row for row in rows if row[0] == ticket.pk]
    why = own_rows[0][4] if own_rows and ticket.is_doubtful else ""
    return Letters(
        marks={message: [MARKS[mark] for mark in marks if mark in MARKS] for _ticket, message, marks, *_rest in rows},
        copied=cc_suggestions.open_ones(row[3] for row in own_rows),
        doubt=_now(why) if why else "",
        original=next((forwards.original_of(ticket, row[5]) for row in own_rows if row[5]), None),
    )
