"""What a channel is: a way in and out, in one folder, with one row in the registry.

What came in is kept as it came, then read (`parse`), then its sender is proved (`identify`); what is to leave waits in
the outbox, and a hand of it is written and sent (`sending`). Nothing else asks which channel it was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from firstline.channels.base import File, Incoming, Sent
from firstline.channels.models import InboundMessage
from firstline.channels.proof import Proof
from firstline.channels.sentences import GENERAL
from firstline.notices.models import Delivery
from firstline.people.models import Person
from firstline.tickets.models import Ticket


@dataclass(frozen=True)
class Capabilities:
    """What the other side can do."""

    threads: bool = True
    """Whether what is said there stands in conversations that the channel itself vouches for."""
    edits: bool = False
    """Whether something that was sent can be changed afterwards."""
    files: bool = True
    knows_people: bool = False
    """Whether only those can speak there whom the organisation let in, so that nobody there is a stranger."""


@dataclass(frozen=True)
class Limits:
    """How much the other side takes at once."""

    characters: int = 1_000_000
    file_bytes: int = 25 * 1024 * 1024


class Sending(Protocol):
    """A hand of deliveries on their way out: what they have in common is asked once."""

    def render(self, delivery: Delivery) -> Any:
        """What will be sent, as this channel says it. Raises `notices.render.Blank`, TryLater or GiveUp."""

    def send(self, rendered: Any) -> Sent:
        """Hand it over for good. Raises TryLater or GiveUp; when neither, it is the other side's now."""


class Channel(Protocol):
    """An adapter inherits this; what has a body here it needs only where its channel has such things."""

    key: str
    """As in the registry, and the kind of identity by which it knows people."""
    capabilities: Capabilities = Capabilities()
    limits: Limits = Limits()
    sentences: Mapping[str, str] = GENERAL
    """In what words the desk is told how something came."""

    def verify(self, raw: bytes, head: Mapping[str, str]) -> None:
        """Raises Unverified unless the platform itself said it. Called before anything is kept."""

    def parse(self, received: InboundMessage) -> Incoming:
        """What was said. Raises Unreadable."""

    def identify(self, received: InboundMessage, incoming: Incoming) -> tuple[Incoming, Proof]:
        """Who speaks, and whether that is proved; the sender may be another one than it seemed."""

    def sending(self, deliveries: Sequence[Delivery]) -> Sending:
        """For these deliveries."""

    def edit(self, delivery: Delivery, rendered: Any) -> None:
        """Change what was sent (`delivery.remote_id`). Only where the channel `edits`."""
        raise NotImplementedError(self.key)

    def is_ours(self, address: str) -> bool:
        """Whether it is the desk itself, which would answer itself for ever."""
        return False

    def beside(self, incoming: Incoming, *, zone: str) -> list[str]:
        """Sentences that stand beside its words, in the active language."""
        return []

    def told_apart(self, incoming: Incoming, ticket: Ticket, *, by: Person | None) -> Incoming:
        """The same without what the ticket says already."""
        return incoming

    def whole(self, received: InboundMessage) -> File | None:
        """All of it as a file, for where not all of it fits into a request."""
        return None

    def settled(self, received: InboundMessage, incoming: Incoming, *, desk: int) -> None:
        """It led to a request at this desk: what else is to come of it."""

    def suggested(self, incoming: Incoming, *, ticket: Ticket) -> list[list[str]]:
        """Names and addresses of those who were told as well, for `InboundMessage.suggested`."""
        return []

    def offered(self, incoming: Incoming, *, by: Person, introduced: bool, proved: bool) -> list[str]:
        """The one who really asks, for `InboundMessage.forwarded`."""
        return []

    def why_gone(self, status: str) -> str:
        """Why nothing can arrive any more at the address of which this was said; empty where that passes."""
        return ""
