"""What a person is known by at channels: adding, taking away, and where they are told of things.

Whoever controls an identity speaks as its person, so one is added by an administrator, or by a channel that vouches for
who speaks. Taking one away ends all that they hold: to whom it belongs now, nobody knows. `Person.email` follows here.
"""

from collections.abc import Callable

from django.db import transaction

from firstline.kit import clock
from firstline.kit.limits import limit
from firstline.people import holdings
from firstline.people.models import Identity, Person, form_of

OURS: list[Callable[[str], bool]] = []
"""What says of an address that mail to it comes to a desk. The floor that knows the desks adds it."""
MOST = limit(20, "identities", of="addresses and names at channels", per="person", said="Another one is refused.")


class TooMany(Exception):
    """They have as many as one can have."""


class Taken(Exception):
    """It is somebody else's: the `holder`'s."""

    def __init__(self, holder: Person) -> None:
        super().__init__()
        self.holder = holder


class Ours(Exception):
    """It is a desk's own by now."""


@transaction.atomic
def add(person: Person, kind: str, subject: str, *, how: str = "") -> Identity:
    """Know them by this as well; what is there already is theirs, and is better proved at the most. Raises Taken or
    TooMany."""
    Person.objects.select_for_update().get(pk=person.pk)
    subject = form_of(kind, subject)
    theirs = person.identities
    row = Identity.objects.filter(kind=kind, subject=subject).select_for_update().first()
    if row is None:
        if theirs.count() >= MOST:
            raise TooMany
        is_first = not theirs.filter(preferred=True).exists()
        row = Identity(person=person, kind=kind, subject=subject, preferred=is_first)
        if kind == Identity.EMAIL and person.email is None:
            _write_to(person, subject)
            row = Identity.objects.get(kind=kind, subject=subject)
    elif row.person_id != person.pk:
        raise Taken(row.person)
    if how and not row.verified_how:
        row.verified_how, row.verified_at = how, clock.now()
    row.save()
    return row


@transaction.atomic
def remove(identity: Identity) -> bool:
    """Know them by this no more, and end all that they hold; False for the address to which emails go, which is
    changed with the person itself. Another one takes its place where they were told there."""
    person = Person.objects.select_for_update().get(pk=identity.person_id)
    row = person.identities.filter(pk=identity.pk).first()
    if row is None or row.is_main_address:
        return False
    row.delete()
    if row.preferred and (other := person.identities.order_by("pk").first()) is not None:
        Identity.objects.filter(pk=other.pk).update(preferred=True)
    holdings.end_all(person)
    return True


@transaction.atomic
def prefer(identity: Identity) -> None:
    """Tell them there from now on. An address becomes the one to which emails go; the earlier one stays theirs. Raises
    Ours for one that has become a desk's own: what goes there is read by everybody of the desk."""
    if identity.kind == Identity.EMAIL and any(is_ours(identity.subject) for is_ours in OURS):
        raise Ours
    person = Person.objects.select_for_update().get(pk=identity.person_id)
    person.identities.filter(preferred=True).exclude(pk=identity.pk).update(preferred=False)
    person.identities.filter(pk=identity.pk).update(preferred=True)
    if identity.kind == Identity.EMAIL and identity.subject != person.email:
        _write_to(person, identity.subject)


def verified(person: Person, address: str, *, how: str) -> None:
    """It was just proved that the address is theirs; how it was proved before stays."""
    mine = person.identities.filter(kind=Identity.EMAIL, subject=form_of(Identity.EMAIL, address), verified_how="")
    mine.update(verified_how=how, verified_at=clock.now())


def addresses_of(person: Person) -> list[str]:
    """All their email addresses, the one to which emails go first."""
    found = list(person.identities.filter(kind=Identity.EMAIL).order_by("pk").values_list("subject", flat=True))
    return sorted(found, key=lambda address: address != person.email)


def _write_to(person: Person, address: str) -> None:
    Person.objects.filter(pk=person.pk).update(email=address)
    person.email = address
