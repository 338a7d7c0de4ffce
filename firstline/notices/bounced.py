"""Addresses from which letters come back: marked, written to no more, and tried again once they may work. Meanwhile
another address that is proved to be theirs is written to (`ways`), if they have one.

Only what says something about the address itself marks it. A full mailbox, a letter that was too large or taken for
spam, and whatever is only delayed do not. Letters to set a password are sent all the same: somebody asked for them.
"""

from django.db import transaction

from firstline.audit.log import audit
from firstline.kit import clock
from firstline.notices.models import Delivery
from firstline.people.models import Identity, Person

OF_THE_ADDRESS = frozenset({"no_address", "off"})
"""Reasons for which a mail server refuses whatever is written to the address."""


def mark(delivery: Delivery, *, why: str) -> None:
    """Letters to the address of this delivery come back, if it is still the person's. `why`: a key of REASONS."""
    Identity.objects.filter(person=delivery.person_id, kind=Identity.EMAIL, subject=delivery.address).update(
        bounced_at=clock.now()
    )
    theirs = Person.objects.filter(pk=delivery.person_id, email=delivery.address)
    theirs.update(bounced_at=clock.now(), bounced_address=delivery.address, bounced_why=why)


def clear(person: Person) -> bool:
    """Write to this person again, at any of their addresses; False when nothing held letters back."""
    if not person.is_bounced:
        return False
    person.identities.exclude(bounced_at=None).update(bounced_at=None)
    person.bounced_at, person.bounced_address, person.bounced_why = None, "", ""
    person.save(update_fields=["bounced_at", "bounced_address", "bounced_why"])
    return True


def wrote(person: Person, address: str) -> None:
    """They have just written from this address: letters arrive there again."""
    if address == person.email:
        clear(person)
    elif person.is_bounced:
        person.identities.filter(kind=Identity.EMAIL, subject=address).update(bounced_at=None)


@transaction.atomic
def try_again(person: Person, *, by: Person) -> bool:
    """Write to this person again because somebody says so, which the audit log keeps; False when nothing was held."""
    address = person.email
    if not clear(person):
        return False
    audit("address_tried", by=by, about=person, words={"address": address})
    return True


def holds(delivery: Delivery) -> bool:
    """Whether this letter is not worth sending."""
    return delivery.person.is_bounced and delivery.person.email == delivery.address
