"""An agent forwards somebody's letter to the desk: its writer is offered as the one who asks, and asks by one click."""

from typing import Any

import pytest

from firstline.channels.email import forwards
from firstline.notices.models import Delivery
from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.models import Attachment, Ticket
from tests.background import run_jobs
from tests.cast import Cast, fresh
from tests.letters import arrives, config, letter
from tests.web.conftest import As

HEAD = (
    "From: {who}\nSent: Sunday, November 22, 2026 9:00 AM\nTo: Bo Wen <bo@corp.example>\n"
    "Subject: Printer\n\nThe printer on 8F is on fire.\n"
)
TEXT = f"A bit dramatic, but please look.\n\n{HEAD.format(who='Lin Mei <mei@corp.example>')}"


@pytest.fixture(autouse=True)
def proving(monkeypatch: pytest.MonkeyPatch) -> None:
    config(monkeypatch, mail_authserv="mx.desk.example")


def forwarded(by: str = "Bo Wen <bo@corp.example>", *, proof: str = "pass", text: str = TEXT, **more: Any) -> Ticket:
    results = f"mx.desk.example; dmarc={proof} header.from=corp.example"
    mail = letter(by, subject="FW: Printer", text=text, Authentication_Results=results, **more)
    mail.add_attachment(b"smoke", maintype="text", subtype="plain", filename="smoke.txt")
    received = arrives(mail)
    assert received.ticket is not None
    return fresh(received.ticket)


def page(as_: As, by: Person, ticket: Ticket) -> str:
    text: str = as_(by).get(f"/desk/tickets/{ticket.number}/").content.decode()
    return text


def click(as_: As, by: Person, ticket: Ticket) -> str:
    text: str = as_(by).post(f"/desk/tickets/{ticket.number}/forwarded/", follow=True).content.decode()
    return text


def test_one_click_opens_it_in_the_writers_name_with_his_words_alone(cast: Cast, as_: As) -> None:
    ticket = forwarded()
    assert ticket.requester == cast.bo
    offered = page(as_, cast.dana, ticket)
    assert "Lin Mei (mei@corp.example) wrote it." in offered
    assert "Ask for Lin Mei instead" in offered
    said = click(as_, cast.dana, ticket)
    asked = Ticket.objects.get(requester=cast.mei)
    assert f"{asked.number} is asked for Lin Mei." in said
    assert (asked.subject, asked.creator, asked.channel, asked.desk) == ("Printer", cast.dana, "email", cast.it)
    (words,) = asked.messages.filter(kind="request")
    assert (words.author, words.text) == (cast.mei, "The printer on 8F is on fire.")
    run_jobs()
    assert Delivery.objects.get(template="received", ticket=asked).person == cast.mei


def test_what_the_agent_wrote_above_it_stays_inside_the_desk_with_the_files(cast: Cast, as_: As) -> None:
    click(as_, cast.dana, forwarded())
    asked = Ticket.objects.get(requester=cast.mei)
    mei = as_(cast.mei)
    shown = mei.get(f"/requests/{asked.number}/").content.decode() + mei.get("/requests/?show=all").content.decode()
    assert "on fire" in shown
    assert "dramatic" not in shown
    assert "smoke.txt" not in shown
    (note,) = asked.messages.filter(kind="note")
    assert "forwarded it" in note.text
    (file,) = Attachment.objects.filter(ticket=asked)
    assert file.message == note
    assert not Attachment.objects.visible_to(cast.mei).filter(pk=file.pk).exists()


def test_the_agents_own_request_ends_and_says_where_it_goes_on(cast: Cast, as_: As) -> None:
    ticket = forwarded()
    click(as_, cast.dana, ticket)
    asked = Ticket.objects.get(requester=cast.mei)
    ticket = fresh(ticket)
    assert ticket.phase == "cancelled"
    assert asked.number in ticket.messages.order_by("pk").last().text  # type: ignore[union-attr]
    assert "Ask for Lin Mei instead" not in page(as_, cast.dana, ticket)
    assert "No email that was forwarded is offered here now." in click(as_, cast.dana, ticket)
    assert Ticket.objects.filter(requester=cast.mei).count() == 1


def test_who_has_it_in_hand_keeps_it(cast: Cast) -> None:
    ticket = actions.accept(forwarded("Dana Fox <dana@corp.example>"), by=cast.bo)
    asked = forwards.ask_for(ticket, by=cast.bo)
    assert asked is not None
    assert (asked.assignee, asked.requester) == (cast.bo, cast.mei)


def test_a_writer_whom_nobody_knows_becomes_a_person_at_the_click_and_not_before(cast: Cast, as_: As) -> None:
    ticket = forwarded(text=HEAD.format(who='"Guest" <guest@else.example>'))
    assert not Person.objects.filter(email="guest@else.example").exists()
    click(as_, cast.dana, ticket)
    assert Ticket.objects.get(requester__email="guest@else.example").requester_name == "Guest"


@pytest.mark.parametrize("proof", ["none", "fail"])
def test_a_letter_that_is_not_proved_offers_nobody(cast: Cast, as_: As, proof: str) -> None:
    ticket = forwarded(proof=proof)
    assert "instead" not in page(as_, cast.dana, ticket)
    assert "No email that was forwarded is offered here now." in click(as_, cast.dana, ticket)
    assert not Ticket.objects.filter(requester=cast.mei).exists()


def test_one_who_works_at_no_desk_offers_nobody(cast: Cast, as_: As) -> None:
    assert "instead" not in page(as_, cast.dana, forwarded("Omar Haddad <omar@corp.example>"))


@pytest.mark.parametrize("who", ["Bo Wen <bo@corp.example>", "Desk <it@desk.example>", "HR <hr+HR-7.abc@desk.example>"])
def test_neither_the_agent_himself_nor_the_desk_is_offered(cast: Cast, as_: As, who: str) -> None:
    assert "instead" not in page(as_, cast.dana, forwarded(text=HEAD.format(who=who)))
