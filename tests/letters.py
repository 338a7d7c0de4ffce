"""Letters for tests: written as people's mail programs write them, and taken in as the receiver takes them."""

from email.message import EmailMessage
from typing import Any

from django.conf import settings
from django.utils.translation import override

from firstline.catalog.models import Inbox
from firstline.channels.email.ingest import keep
from firstline.channels.email.signed import reply_address, return_address
from firstline.channels.models import InboundMessage
from firstline.kit.mailbox import base_of
from firstline.notices.models import Delivery
from firstline.people.models import Person
from firstline.tickets.models import Ticket
from firstline.web.workspace import event_descriptions
from tests.background import run_jobs


def letter(
    sender: str = "Lin Mei <mei@corp.example>",
    *,
    to: str = "it@desk.example",
    subject: str = "VPN keeps dropping",
    text: str = "Since this morning.\n",
    letter_id: str = "<one@corp.example>",
    answers: str = "",
    html: str = "",
    **headers: str,
) -> EmailMessage:
    """An unsent letter. `headers`: with an underscore for the hyphen."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"] = "Mon, 23 Nov 2026 09:00:00 +0800"
    if letter_id:
        message["Message-ID"] = letter_id
    if answers:
        message["In-Reply-To"] = answers
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message


def arrives(message: EmailMessage | bytes, *, envelope_sender: str = "x@corp.example", at: str = "") -> InboundMessage:
    """The letter is received and taken in; what became of it."""
    recipient = at or ("" if isinstance(message, bytes) else str(message["To"]))
    raw = message if isinstance(message, bytes) else message.as_bytes()
    inbox = Inbox.objects.filter(address=base_of(recipient)).first()
    received = keep(raw, inbox=inbox.pk if inbox else None, sender=envelope_sender, recipients=[recipient])
    run_jobs()
    received.refresh_from_db()
    return received


def back_to(ticket: Ticket) -> str:
    """The signed address at which our letters about the ticket ask to be answered."""
    return reply_address(ticket, "it@desk.example")


def returns_to(delivery: Delivery) -> str:
    """The address in the envelope of this letter of ours, to which mail servers send news of it."""
    return return_address(delivery.ticket, delivery.pk, "it@desk.example")


def spoken(ticket: Ticket) -> list[tuple[str, str]]:
    """All that was said there, notes too, as (kind, text)."""
    return list(ticket.messages.values_list("kind", "text"))


def happened(ticket: Ticket, name: str, *, language: str = "en") -> list[str]:
    """How the page of the ticket says the events of this name, to a reader of the language."""
    events = list(ticket.events.filter(name=name).select_related("by").order_by("id"))
    persons = dict(Person.objects.filter(pk__in=event_descriptions.persons_in(events)).values_list("pk", "name"))
    tickets = dict(Ticket.objects.filter(pk__in=event_descriptions.tickets_in(events)).values_list("pk", "number"))
    with override(language):
        told = [event_descriptions.told(event, event_descriptions.Names(persons, tickets)) for event in events]
    return [each.text for each in told if each]


def told(person: Person | None = None, **filters: Any) -> list[str]:
    """The templates of the letters in the outbox, oldest first."""
    rows = Delivery.objects.filter(**filters) if person is None else Delivery.objects.filter(person=person, **filters)
    return list(rows.order_by("id").values_list("template", flat=True))


def config(monkeypatch: Any, **values: Any) -> None:
    """Set settings of the installation for one test."""
    monkeypatch.setattr(settings, "CONFIG", settings.CONFIG.model_copy(update=values))
