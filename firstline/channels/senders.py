"""Who wrote: the person of an address, or somebody new. An address alone gives nobody an agent's rights."""

import re

from django.db.models import Exists, OuterRef, QuerySet

from firstline.catalog.models import Inbox
from firstline.channels.base import Incoming
from firstline.channels.models import Received
from firstline.people.models import Person

_HAN = re.compile("[㐀-鿿]")


def known(incoming: Incoming) -> Person | None:
    """The person with this address; None when there is none or the sender cannot be taken at his word."""
    return Person.objects.by_email(incoming.address) if incoming.certain and incoming.address else None


def introduce(incoming: Incoming) -> Person:
    """A person for a sender whom `known` does not know. He has no password.

    When the address is somebody's, but not surely the sender's, the new person has none, and no letter goes there.
    """
    name = (incoming.name or incoming.address.partition("@")[0] or "?")[:120]
    language = "zh-hans" if _HAN.search(incoming.subject + incoming.text[:500] + name) else "en"
    taken = not incoming.address or Person.objects.by_email(incoming.address) is not None
    if taken:
        earlier = _introduced().filter(email__isnull=True, name=name).first()
        return earlier or Person.objects.create_person(name=name, language=language)
    return Person.objects.create_person(name=name, email=incoming.address, language=language)


def is_stranger(person: Person) -> bool:
    """Whether we know of this person only by a letter, and he never signed in."""
    return _introduced().filter(pk=person.pk, last_login__isnull=True).exists()


def is_ourselves(incoming: Incoming) -> bool:
    """Whether it comes from one of our own addresses, which would answer itself for ever."""
    return Inbox.objects.filter(kind=incoming.channel, address__iexact=incoming.address).exists()


def _introduced() -> QuerySet[Person]:
    by_letter = Received.objects.filter(person=OuterRef("pk"), introduced=True)
    return Person.objects.filter(Exists(by_letter))
