"""Where a person is told: at the identity that they prefer, by the channel of its kind, in the form of its medium.

Email is known here; each other channel adds itself when it starts. A desk without others asks nothing.
"""

from dataclasses import dataclass

from firstline.people.models import Identity, Person

EMAIL = Identity.EMAIL
_media: dict[str, str] = {EMAIL: "email"}


@dataclass(frozen=True)
class Way:
    """To this address by this channel, written in this medium."""

    channel: str
    medium: str
    address: str


def add(channel: str, medium: str) -> None:
    """People can be told by it from now on."""
    _media[channel] = medium


def remove(channel: str) -> None:
    """Undo `add`."""
    del _media[channel]


def way_to(person: Person) -> Way | None:
    """How to tell this person; None where they cannot be told at all. One query where there are other channels."""
    if len(_media) > 1:
        reached = person.identities.filter(kind__in=_media).order_by("-preferred", "pk").values_list("kind", "subject")
        for kind, subject in reached[:1]:
            if kind != EMAIL:
                return Way(kind, _media[kind], subject)
    address = address_of(person, EMAIL)
    return Way(EMAIL, _media[EMAIL], address) if address else None


def address_of(person: Person, channel: str) -> str:
    """Where this person is reached by the channel today; empty where they are not any more. By email that is another
    address that is proved to be theirs, as long as letters to the one that they prefer come back, or they have none."""
    if channel == EMAIL:
        return (person.is_bounced and _proved_besides(person)) or person.email or _proved_besides(person)
    theirs = person.identities.filter(kind=channel).order_by("-preferred", "pk")
    return next(iter(theirs.values_list("subject", flat=True)[:1]), "")


def _proved_besides(person: Person) -> str:
    good = person.identities.filter(kind=EMAIL, bounced_at=None).exclude(verified_how="").exclude(subject=person.email)
    return next(iter(good.order_by("pk").values_list("subject", flat=True)[:1]), "")
