"""What the letters of a ticket tell beside their words: how they came, who was in copy, why a sender is not proved."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from firstline.channels import copies, forwards
from firstline.channels.models import Received
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


def letters_of(ticket: Ticket, merged: Sequence[int] = ()) -> Letters:
    """One query, however many letters there are. `merged`: the tickets whose letters stand in this one now."""
    told = ("ticket_id", "message_id", "marks", "suggested", "proof__why", "forwarded")
    rows = list(
        Received.objects.filter(ticket__in=[ticket.pk, *merged], state="done").order_by("pk").values_list(*told)
    )
    own = [row for row in rows if row[0] == ticket.pk]
    why = own[0][4] if own and ticket.is_doubtful else ""
    return Letters(
        marks={message: [MARKS[mark] for mark in marks if mark in MARKS] for _ticket, message, marks, *_rest in rows},
        copied=copies.open_ones(row[3] for row in own),
        doubt=_now(why) if why else "",
        original=next((forwards.original_of(ticket, row[5]) for row in own if row[5]), None),
    )
