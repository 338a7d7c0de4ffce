"""A web form that the inbox lists writes for others: Reply-To asks, and nothing proves it."""

import pytest

from firstline.catalog import config_cache
from firstline.catalog.models import Inbox
from firstline.channels.models import InboundMessage
from firstline.people.models import Person
from firstline.tickets.models import Message, Ticket
from tests.cast import Cast
from tests.letters import arrives, config, letter, told
from tests.signing import signed_in

pytestmark = pytest.mark.django_db

FORM = "Contact form <form@shop.example>"


@pytest.fixture
def cast() -> Cast:
    cast = Cast.make()
    Inbox.objects.filter(desk=cast.it).update(forms=["form@shop.example"])
    config_cache.forget()
    return cast


def said(monkeypatch: pytest.MonkeyPatch, word: str) -> dict[str, str]:
    """What our mail server found of the form's domain."""
    config(monkeypatch, mail_authserv="mx.desk.example")
    return {"Authentication_Results": f"mx.desk.example; dmarc={word} header.from=shop.example"}


def by_form(reply_to: str, sender: str = FORM, **headers: str) -> InboundMessage:
    return arrives(letter(sender, text="The order page stays white.", Reply_To=reply_to, **headers))


def test_who_stands_in_reply_to_asks_and_is_answered(cast: Cast) -> None:
    received = by_form("Olga <olga@customer.example>")
    ticket = Ticket.objects.get()
    assert (ticket.requester.name, ticket.requester.email) == ("Olga", "olga@customer.example")
    assert told(ticket.requester) == ["received"]
    assert received.forwarded == []


def test_nothing_is_proved_of_them_even_if_the_form_is(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, who in enumerate(("Mei <mei@corp.example>", "Bo <bo@corp.example>")):
        received = by_form(who, letter_id=f"<{number}@shop.example>", **said(monkeypatch, "pass"))
        ticket = received.ticket
        assert ticket is not None
        assert (ticket.verified, ticket.messages.get().proof) == (False, Message.Proof.NONE)
    assert received.proof["result"] == "none"


def test_a_forged_form_speaks_for_nobody(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    by_form("Mei <mei@corp.example>", **said(monkeypatch, "fail"))
    assert Ticket.objects.get().requester != cast.mei


@pytest.mark.parametrize(
    ("sender", "reply_to"),
    [
        ("Other <other@shop.example>", "Mei <mei@corp.example>"), (FORM, "IT <it@desk.example>"),
        (FORM, "noreply@customer.example"), (FORM, "it+IT-1.aaaaaaaaaaaaaaaa@desk.example"),
    ],
)  # fmt: skip
def test_who_is_not_listed_and_what_is_ours_or_a_machines_is_no_customer(
    cast: Cast, sender: str, reply_to: str
) -> None:
    by_form(reply_to, sender)
    assert Ticket.objects.get().requester.email == sender.partition("<")[2].rstrip(">")


def test_an_inbox_of_another_desk_knows_nothing_of_it(cast: Cast) -> None:
    arrives(letter(FORM, to="hr@desk.example", Reply_To="Mei <mei@corp.example>"), at="hr@desk.example")
    assert Ticket.objects.get().requester != cast.mei


def test_a_manager_lists_them_on_the_inbox_and_what_is_no_address_is_refused(cast: Cast) -> None:
    inbox, dana = Inbox.objects.get(desk=cast.it), signed_in(cast.dana)
    path = f"/settings/desks/IT/inboxes/{inbox.pk}/"
    given = {"address": "it@desk.example", "active": "on"}
    assert "form@shop.example" in dana.get(path).content.decode()
    assert dana.post(path, {**given, "forms": "form@shop.example\nbooking@bücher.example"}).status_code == 302
    assert Inbox.objects.get(pk=inbox.pk).forms == ["form@shop.example", "booking@xn--bcher-kva.example"]
    for wrong in ("no address", "\n".join(f"a{n}@x.example" for n in range(21))):
        assert dana.post(path, {**given, "forms": wrong}).status_code == 422
    assert not Person.objects.filter(email__contains="booking").exists()
