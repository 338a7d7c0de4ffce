"""To whom letters went as well: suggestions, until an agent lets somebody take part or says that he need not.

What is set aside stays so on its ticket, however many letters name it again.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from itertools import islice

from django.db import transaction

from firstline.catalog.own_addresses import is_ours
from firstline.channels.models import InboundMessage
from firstline.kit.limits import limit
from firstline.people import identities
from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.models import Ticket

ASIDE = "aside"
MOST_SUGGESTED = limit(
    100,
    "people",
    of="people in copy who are offered beside a request",
    per="request",
    said="The emails themselves name them all.",
)


def open_ones(rows: Iterable[Sequence[Sequence[str]]]) -> dict[str, str]:
    """Address → name of those of whom nothing was said yet, out of what each letter of a ticket suggests."""
    named = [entry for row in rows for entry in row if len(entry) >= 2]
    settled = {entry[1] for entry in named if entry[2:]}
    return {address: name for name, address, *_rest in named if address not in settled}


def new_ones(ticket: Ticket, found: Mapping[str, str]) -> dict[str, str]:
    """Of these addresses and names, those that no letter of the ticket has suggested yet, as far as there is room."""
    rows = InboundMessage.objects.filter(ticket=ticket).exclude(suggested=[]).values_list("suggested", flat=True)
    known = {entry[1] for row in rows for entry in row if len(entry) >= 2}
    new = ((address, name) for address, name in found.items() if address not in known)
    return dict(islice(new, max(0, MOST_SUGGESTED - len(known))))


@transaction.atomic
def let_in(ticket: Ticket, address: str, *, by: Person) -> Person | None:
    """Let the one with this address take part, who is made if nobody has it; None if no letter suggests it."""
    rows = _locked(ticket)
    found = open_ones(row.suggested for row in rows)
    if address not in found or is_ours(address):  # a desk can have got it since
        return None
    name = (found[address] or address.partition("@")[0])[:120]
    person = Person.objects.of_address(address, name=name, language=ticket.requester.language)
    actions.add_participant(ticket, by=by, person=person)
    _settle(rows, _with_others_of(address, found))
    return person


@transaction.atomic
def set_aside(ticket: Ticket, address: str) -> bool:
    """Suggest this address no more; False if no letter suggests it."""
    rows = _locked(ticket)
    found = open_ones(row.suggested for row in rows)
    if address not in found:
        return False
    _settle(rows, _with_others_of(address, found))
    return True


@transaction.atomic
def set_all_aside(ticket: Ticket) -> int:
    """Suggest nobody more of whom nothing was said yet; how many these were."""
    rows = _locked(ticket)
    found = open_ones(row.suggested for row in rows)
    for row in rows:
        row.suggested = [[*entry[:2], ASIDE] if entry[1] in found else entry for entry in row.suggested]
        row.save(update_fields=["suggested"])
    return len(found)


def _locked(ticket: Ticket) -> list[InboundMessage]:
    letters = InboundMessage.objects.filter(ticket=ticket).exclude(suggested=[]).order_by("pk")
    return list(letters.only("suggested").select_for_update(of=("self",)))


def _with_others_of(address: str, found: Iterable[str]) -> set[str]:
    """It, and those of the others that are the same human's: they are offered by one of them."""
    person = Person.objects.by_email(address)
    return {address, *(set(found) & set(identities.addresses_of(person)) if person else ())}


def _settle(rows: Sequence[InboundMessage], addresses: Set[str]) -> None:
    for row in rows:
        row.suggested = [[*entry[:2], ASIDE] if entry[1] in addresses else entry for entry in row.suggested]
        row.save(update_fields=["suggested"])
