"""An email to several desks is stored for each of them."""

from firstline.channels.desks import others_named
from firstline.channels.email.incoming import IncomingMail
from firstline.channels.email.ingest import letter_of, store
from firstline.channels.models import InboundMessage


def hand_on(received: InboundMessage, incoming: IncomingMail, *, desk: int) -> None:
    """Store the email for every other desk that it names, as if it had been delivered there; once, whether it is or
    not."""
    copies: list[InboundMessage] = []
    for inbox in others_named(incoming, desk=desk):
        said = received.envelope.get("sender")
        copy = letter_of(bytes(received.raw), inbox=inbox.pk, sender=said, recipients=[inbox.address])
        copy.quiet = received.quiet
        copies.append(copy)
    if copies:
        store(copies)
