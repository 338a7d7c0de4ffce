"""What an agent writes by email is an internal note: they are told so, and no letter asks them to answer that way."""

import pytest

from firstline.notices import budget
from firstline.notices.models import Delivery
from firstline.notices.render import render
from firstline.tickets import actions
from firstline.tickets.models import Ticket
from tests.background import run_jobs
from tests.cast import Cast, fresh
from tests.letters import arrives, back_to, letter, spoken, told

pytestmark = pytest.mark.django_db

BO = "Bo Wen <bo@corp.example>"


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    ticket = actions.accept(cast.ask(), by=cast.bo)
    run_jobs()
    return fresh(ticket)


@pytest.mark.parametrize("who", ["bo", "chen"])
def test_a_proved_agent_is_told_that_their_email_went_to_nobody(
    cast: Cast, ticket: Ticket, proving: dict[str, str], who: str
) -> None:
    person = getattr(cast, who)
    arrives(letter(f"{person.name} <{person.email}>", to=back_to(ticket), text="Hi Mei, restart it.", **proving))
    assert spoken(ticket)[-1][0] == "note"
    assert told(person, template="kept_as_note") == ["kept_as_note"]
    assert told(cast.mei, template="kept_as_note") == []
    row = Delivery.objects.get(template="kept_as_note")
    for language, said in (("en", "not sent to the requester"), ("zh-hans", "没有发送给提交人")):
        row.language = language
        shown = render(row)
        for body in (shown.text, shown.html):
            assert said in body
            assert f"/desk/tickets/{ticket.number}/" in body
            assert "restart it" not in body


def test_nobody_else_is_told_so(cast: Cast, ticket: Ticket, proving: dict[str, str]) -> None:
    arrives(letter("Omar Haddad <omar@corp.example>", to=back_to(ticket), text="Me too.", **proving))
    assert not Delivery.objects.filter(template="kept_as_note").exists()


@pytest.mark.parametrize("headers", [{"Auto-Submitted": "auto-replied"}, {"X-Autoreply": "yes"}])
def test_an_automatic_answer_is_not_answered(
    cast: Cast, ticket: Ticket, proving: dict[str, str], headers: dict[str, str]
) -> None:
    arrives(letter(BO, to=back_to(ticket), text="I am away.", **headers, **proving))
    assert not Delivery.objects.filter(template="kept_as_note").exists()


def test_a_program_that_answers_each_as_a_person_would_comes_to_an_end(
    cast: Cast, ticket: Ticket, proving: dict[str, str]
) -> None:
    for n in range(budget.KEPT_AS_NOTE + 3):
        arrives(letter(BO, to=back_to(ticket), letter_id=f"<{n}@bo.example>", text=f"Answer {n}.", **proving))
    states = list(Delivery.objects.filter(template="kept_as_note").values_list("state", flat=True))
    assert (states.count("queued"), states.count("dropped")) == (budget.KEPT_AS_NOTE, 3)


def test_letters_to_agents_ask_for_no_answer_above_a_line_and_those_to_the_asking_side_do(
    cast: Cast, ticket: Ticket
) -> None:
    actions.reply(ticket, by=cast.mei, text="Any news?")
    actions.reply(ticket, by=cast.bo, text="Soon.")
    run_jobs()
    for template, asks in (("answered", False), ("replied", True), ("received", True)):
        shown = render(Delivery.objects.get(template=template))
        assert ("above this line" in shown.text, "above this line" in shown.html) == (asks, asks)
