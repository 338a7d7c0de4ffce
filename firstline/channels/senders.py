"""Who wrote: the person of an address, or somebody new. An address alone gives nobody an agent's rights."""

import re

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from firstline.channels.base import Incoming
from firstline.channels.models import InboundMessage
from firstline.channels.registry import channel_of
from firstline.people import identities
from firstline.people.models import Identity, Person

MOST_NAME = Person._meta.get_field("name").max_length or 0
_HAN = re.compile("[㐀-鿿]")


def known(incoming: Incoming) -> Person | None:
    """The person with this address; None when there is none, when they are deactivated, or when the sender cannot be
    taken at their word."""
    person = _whose(incoming) if incoming.certain else None
    return person if person is not None and person.is_active else None


def gone(incoming: Incoming) -> Person | None:
    """The deactivated person whose address it bears. Whoever writes from it now speaks for nobody."""
    person = _whose(incoming)
    return None if person is None or person.is_active else person


def introduce(incoming: Incoming) -> Person:
    """A person for a sender whom `known` does not know. They have no password.

    When the address is somebody's, but not surely the sender's, the new person has none, and no letter goes there.
    """
    language = language_of(incoming)
    written = "" if incoming.name.casefold() == incoming.address.casefold() else incoming.name
    name = (written or incoming.address.partition("@")[0])[:MOST_NAME]
    if not name:
        return nobody(incoming)
    if gone(incoming) is not None:
        # The name alone would be that of the person whom they are not taken for.
        both = f"{name} <{incoming.address}>" if written else incoming.address
        return _nameless(both if len(both) <= MOST_NAME else incoming.address[:MOST_NAME], language)
    if not incoming.address or is_ourselves(incoming) or _whose(incoming) is not None:
        return _nameless(name, language)
    if incoming.channel == Identity.EMAIL:
        return Person.objects.create_person(name=name, email=incoming.address, language=language)
    person = Person.objects.create_person(name=name, language=language)
    identities.add(person, incoming.channel, incoming.address, how=Identity.How.CHANNEL)
    return person


def nobody(incoming: Incoming) -> Person:
    """The unknown sender: who wrote is not known at all. They have no address, so no letter goes anywhere."""
    language = language_of(incoming)
    with override(language):
        return _nameless(_("Unknown sender"), language)


def language_of(incoming: Incoming) -> str:
    """The language in which it is written."""
    return "zh-hans" if _HAN.search(incoming.subject + incoming.text[:500] + incoming.name) else "en"


def is_stranger(person: Person) -> bool:
    """Whether we know of this person only by a letter, and he never signed in."""
    return _introduced().filter(pk=person.pk, last_login__isnull=True).exists()


def is_ourselves(incoming: Incoming) -> bool:
    """Whether it says that it comes from ourselves, who would answer ourselves for ever."""
    return channel_of(incoming.channel).is_ours(incoming.address)


def _whose(incoming: Incoming) -> Person | None:
    if not incoming.address:
        return None
    return Person.objects.by_identity(incoming.channel, incoming.address)


def _nameless(name: str, language: str) -> Person:
    earlier = _introduced().filter(email__isnull=True, name=name).first()
    return earlier or Person.objects.create_person(name=name, language=language)


def _introduced() -> QuerySet[Person]:
    by_letter = InboundMessage.objects.filter(person=OuterRef("pk"), introduced=True)
    return Person.objects.filter(Exists(by_letter))
