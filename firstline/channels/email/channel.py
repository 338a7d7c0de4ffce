"""Email, as a channel: what the doorman and the outbox ask of it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from firstline.channels.base import File, Incoming, Sent
from firstline.channels.email import earlier, offers, reading, sender, wording, writing
from firstline.channels.email.answers import about_address
from firstline.channels.email.handing_on import hand_on
from firstline.channels.email.incoming import IncomingMail
from firstline.channels.email.outgoing import Outgoing
from firstline.channels.email.sender_authentication import BELOW_DAMAGE, BY_FORM, ODD, Proof, prove
from firstline.channels.email.subjects import own_subject
from firstline.channels.email.whole import whole
from firstline.channels.models import InboundMessage
from firstline.channels.proof import FAIL, NONE
from firstline.channels.protocol import Capabilities, Channel
from firstline.notices.models import Delivery
from firstline.people.models import Person
from firstline.tickets.models import Ticket

WHOLE = "email.eml"


class Email(Channel):
    key = "email"
    capabilities = Capabilities(threads=False)
    sentences = wording.SENTENCES

    def verify(self, raw: bytes, head: Mapping[str, str]) -> None:
        """Anybody may write to us; what of it is proved, `identify` says."""

    def parse(self, received: InboundMessage) -> IncomingMail:
        return reading.incoming(received)

    def identify(self, received: InboundMessage, incoming: Incoming) -> tuple[Incoming, Proof]:
        mail = _mail(incoming)
        proof = _proof(received, mail)
        asked = offers.by_form(mail, received.inbox) if proof.result != FAIL else None
        return (mail, proof) if asked is None else (asked, Proof(NONE, BY_FORM, proof.detail))

    def sending(self, deliveries: Sequence[Delivery]) -> "Letters":
        return Letters(deliveries)

    def is_ours(self, address: str) -> bool:
        return offers.is_ours(address)

    def beside(self, incoming: Incoming, *, zone: str) -> list[str]:
        return wording.beside(_mail(incoming), zone=zone)

    def told_apart(self, incoming: Incoming, ticket: Ticket, *, by: Person | None) -> Incoming:
        mail = earlier.told_apart(_mail(incoming), ticket, by=by)
        # Whoever writes nothing below it has said all in the subject.
        return mail if mail.text.strip() else replace(mail, own_subject=own_subject(mail, ticket, by=by))

    def whole(self, received: InboundMessage) -> File:
        return File(WHOLE, "message/rfc822", whole(bytes(received.raw)))

    def settled(self, received: InboundMessage, incoming: Incoming, *, desk: int) -> None:
        hand_on(received, _mail(incoming), desk=desk)

    def suggested(self, incoming: Incoming, *, ticket: Ticket) -> list[list[str]]:
        return offers.suggested(_mail(incoming), ticket=ticket)

    def offered(self, incoming: Incoming, *, by: Person, introduced: bool, proved: bool) -> list[str]:
        mail = _mail(incoming)
        forwarded = offers.forwarded(mail, by=by) if proved and not mail.automatic else []
        return forwarded or offers.customer(mail, by=by, introduced=introduced)

    def why_gone(self, status: str) -> str:
        return about_address(status)


class Letters:
    """A hand of emails: by which ways they leave, and what each answers, is asked once for all."""

    def __init__(self, deliveries: Sequence[Delivery]) -> None:
        self.threads, self.ways = writing.threads(deliveries), sender.Ways()

    def render(self, delivery: Delivery) -> Outgoing:
        return writing.outgoing(delivery, thread=self.threads[delivery.pk])

    def send(self, rendered: Outgoing) -> Sent:
        return Sent(rendered.letter_id, well_again=sender.send(rendered, ways=self.ways))


def _mail(incoming: Incoming) -> IncomingMail:
    assert isinstance(incoming, IncomingMail)
    return incoming


def _proof(received: InboundMessage, incoming: IncomingMail) -> Proof:
    if not incoming.certain or not incoming.address:
        return Proof(NONE, ODD)
    if incoming.below_damage:
        return Proof(NONE, BELOW_DAMAGE)
    return prove(bytes(received.raw), address=incoming.address, results=incoming.results)
