"""Whoever filled in a form is offered as the one who asks, from Reply-To; by itself it changes nothing."""

import pytest

from firstline.channels.email import forwards
from firstline.people.models import Person
from firstline.tickets.models import Ticket
from tests.background import run_jobs
from tests.cast import Cast
from tests.letters import arrives, letter, told

pytestmark = pytest.mark.django_db

OLGA = "Olga Customer <olga@customer.example>"
FORM = {
    "sender": "Website <noreply@www.corp.example>",
    "Reply_To": OLGA,
    "text": "Name: Olga\nThe order page stays white.",
}


def offered(ticket: Ticket) -> forwards.Original | None:
    return forwards.original_of(ticket, ticket.received.get().forwarded)


def test_one_click_makes_the_customer_the_one_who_asks(cast: Cast) -> None:
    message = letter(**FORM)
    message.add_attachment(b"white", maintype="application", subtype="octet-stream", filename="page.bin")
    ticket = arrives(message).ticket
    assert ticket is not None
    assert offered(ticket) == forwards.Original("Olga Customer", "olga@customer.example", by_form=True)
    assert Person.objects.by_email("olga@customer.example") is None
    asked = forwards.ask_for(ticket, by=cast.bo)
    run_jobs()
    assert asked is not None
    olga = Person.objects.get(email="olga@customer.example")
    assert (asked.requester, asked.verified, asked.subject) == (olga, False, "VPN keeps dropping")
    words = asked.messages.exclude(kind="note").get()
    assert words.author == olga
    assert words.text == "Name: Olga\nThe order page stays white."
    assert [file.name for file in words.attachments.all()] == ["page.bin"]
    assert told(olga)
    ticket.refresh_from_db()
    assert offered(ticket) is None


@pytest.mark.parametrize(
    "sender",
    [
        "Website <noreply@www.corp.example>",
        "WordPress <wordpress@corp.example>",
        "www-data@corp.example",
        "Form <new@corp.example>",
    ],
)
def test_forms_of_many_names_offer_their_customer_every_time(cast: Cast, sender: str) -> None:
    for number in range(2):
        ticket = arrives(letter(sender, Reply_To=OLGA, letter_id=f"<{number}@www.corp.example>")).ticket
        assert ticket is not None
        assert offered(ticket) is not None


@pytest.mark.parametrize(
    "more",
    [
        {"sender": "Lin Mei <mei@corp.example>"},
        {"Reply_To": "it@desk.example"},
        {"Reply_To": "noreply@other.example"},
        {"Reply_To": "noreply@www.corp.example"},
        {"Reply_To": "olga@customer.example, omar@customer.example"},
        {"Reply_To": "olga@customer.example <olga@other.example>"},
        {"sender": "Eva <eva@lists.example>", "Precedence": "list"},
        {"sender": "Eva <eva@lists.example>", "List_Id": "<l.corp.example>"},
    ],
    ids=str,
)
def test_nobody_is_offered_in_place_of_a_person_or_by_what_is_not_plain(cast: Cast, more: dict[str, str]) -> None:
    ticket = arrives(letter(**{**FORM, **more})).ticket
    assert ticket is not None
    assert offered(ticket) is None


def test_reply_to_neither_joins_a_request_nor_proves_anything(cast: Cast) -> None:
    ticket = arrives(letter(**{**FORM, "Reply_To": "Lin Mei <mei@corp.example>"})).ticket
    assert ticket is not None
    assert ticket.requester != cast.mei
    assert not ticket.verified
    assert told(cast.mei) == []
