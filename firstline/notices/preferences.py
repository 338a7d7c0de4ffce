"""What a person can switch off, and the link in a letter with which he does it, without signing in.

Whoever asked gets every answer to their own request; whoever merely takes part or watches can leave that ticket alone.
Letters that somebody else can bring about, and some to agents, can be done without altogether.
"""

from dataclasses import dataclass

from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from firstline.kit.mailbox import normal
from firstline.kit.numbers import whole
from firstline.notices.links import BadLink, absolute
from firstline.notices.models import SwitchedOff
from firstline.people.models import Person
from firstline.tickets.models import Ticket

_SALT = "firstline.letters-off"

# template: what these letters tell
KINDS = {
    "received": gettext_noop("that your request has arrived"),
    "asked_for": gettext_noop("that somebody asked for something for you"),
    "added": gettext_noop("that somebody added you to a request"),
    "declined": gettext_noop("that somebody gave back what you asked for them"),
    "assigned": gettext_noop("that a request was given to you"),
    "noted": gettext_noop("that an email was kept as a note"),
    "clock_warned": gettext_noop("that a deadline is near"),
    "clock_breached": gettext_noop("that a deadline was missed"),
    "line_time": gettext_noop("that a request has been on your line for long"),
    "dissatisfied": gettext_noop("that somebody was not satisfied"),
}

BROUGHT_ABOUT = ("answered", "reopened")
"""What the asking side can have us write to the agent as often as it likes: of one ticket they can do without."""


@dataclass(frozen=True)
class Switch:
    """Letters of a kind to a person, or all letters to him about a ticket."""

    person: Person
    template: str = ""
    ticket: Ticket | None = None

    @property
    def is_off(self) -> bool:
        return SwitchedOff.objects.filter(person=self.person, template=self.template, ticket=self.ticket).exists()

    def turn(self, *, off: bool) -> None:
        """Safe to repeat."""
        if off:
            SwitchedOff.objects.get_or_create(person=self.person, template=self.template, ticket=self.ticket)
        else:
            SwitchedOff.objects.filter(person=self.person, template=self.template, ticket=self.ticket).delete()

    @property
    def words(self) -> str:
        """Which letters they are: "that a deadline is near", or "about IT-1042"."""
        if self.ticket is not None:
            return _("about %(number)s") % {"number": self.ticket.number}
        return _(KINDS[self.template])

    def link(self, *, address: str) -> str:
        """For an email to this address. Signed, so that nobody switches off somebody else's emails; it works for as
        long as the person has that address, and the key is ours."""
        what = f"t{self.ticket.pk}" if self.ticket is not None else f"k{self.template}"
        return absolute(reverse("letters-off", args=[_signer(address).sign(f"{self.person.pk}.{what}")]))


def switch_of(ticket: Ticket, person: Person, template: str) -> Switch | None:
    """The switch of such a letter; None when the person must get it."""
    if template in KINDS:
        return Switch(person, template=template)
    if template in ("mentioned", "undelivered", "kept_as_note", "merged"):
        return None
    if person.pk == ticket.requester_id or (person.pk == ticket.assignee_id and template not in BROUGHT_ABOUT):
        return None
    return Switch(person, ticket=ticket)


def read(token: str) -> Switch:
    """The switch that a link carries. Raises BadLink, also where the person has another address by now."""
    try:
        person = Person.objects.get(pk=whole(token.partition(".")[0]) or 0, is_active=True, email__isnull=False)
        _pk, _dot, what = _signer(person.email or "").unsign(token).partition(".")
        if what[:1] == "t":
            return Switch(person, ticket=Ticket.objects.get(pk=int(what[1:])))
    except (signing.BadSignature, ValueError, Person.DoesNotExist, Ticket.DoesNotExist) as error:
        raise BadLink(token) from error
    if what[1:] not in KINDS:
        raise BadLink(token)
    return Switch(person, template=what[1:])


def _signer(address: str) -> signing.Signer:
    return signing.Signer(salt=f"{_SALT} {normal(address)}")
