"""Every email address by which a person was ever known. One that was removed or replaced is told of only by what was
written about them while it was theirs, until that is erased."""

from collections.abc import Iterator

from django.db.models import BinaryField, Func, Value

from firstline.audit.models import AuditEntry
from firstline.catalog.models import SettingChange
from firstline.catalog.own_addresses import is_ours
from firstline.channels.email.addresses import mailboxes
from firstline.channels.email.head import split_headers
from firstline.channels.email.limits import Unreadable
from firstline.channels.models import InboundMessage
from firstline.kit.limits import limit
from firstline.kit.mailbox import normal
from firstline.notices.models import Delivery
from firstline.people import identities
from firstline.people.models import AccountLink, Identity, Person
from firstline.tickets.models import Event, Participant, Ticket

HEAD = limit(
    64 * 1024,
    "bytes",
    of="the head of an email that is looked at for its sender when they are erased",
    per="email",
    said="A sender named behind them is not looked for.",
)


def ever_of(person: Person) -> list[str]:
    """Those of today first; of earlier ones none that is somebody else's today, or a desk's."""
    today = identities.addresses_of(person)
    earlier = sorted({normal(address) for address in _told_of(person) if "@" in address} - set(today))
    others = Identity.objects.filter(kind=Identity.EMAIL, subject__in=earlier).exclude(person=person)
    taken = set(others.values_list("subject", flat=True))
    return [*today, *(address for address in earlier if address not in taken and not is_ours(address))]


def _told_of(person: Person) -> Iterator[str]:
    yield person.bounced_address
    yield from Delivery.objects.filter(person=person, channel="email").values_list("address", flat=True).distinct()
    yield from AccountLink.objects.filter(person=person).values_list("address", flat=True)
    yield from Ticket.objects.filter(requester=person).values_list("requester_email", flat=True)
    for named in Participant.objects.filter(person=person).values_list("named", flat=True):
        yield from named
    for event in Event.objects.filter(name="opened", data__changes__requester_id=person.pk):
        yield event.changes.get("requester_email") or ""
    for changes in SettingChange.objects.filter(kind="people.person", row=person.pk).values_list("changes", flat=True):
        yield from (address for address in changes.get("email", ()) if isinstance(address, str))
    for words in AuditEntry.objects.filter(about=person, name="identity_changed").values_list("words", flat=True):
        yield from (str(words.get(name, "")) for name in ("subject", "was"))
    yield from _senders(person)


def _senders(person: Person) -> Iterator[str]:
    """From where their emails came; not of those that a form or somebody else wrote for them."""
    head = Func("raw", Value(1), Value(HEAD), function="substring", output_field=BinaryField())
    for raw, forwarded in InboundMessage.objects.filter(person=person).values_list(head, "forwarded").iterator():
        if forwarded or not raw:
            continue
        try:
            fields, _body = split_headers(bytes(raw))
        except Unreadable:
            continue
        if not fields.all("reply-to"):
            yield from (one.address for value in fields.all("from") for one in mailboxes(value))
