"""A reply leaves as the desk where it was said, wherever the request has gone until then."""

from datetime import timedelta

import pytest

from firstline.channels.email.writing import outgoing
from firstline.kit import clock
from firstline.notices.models import Delivery
from firstline.tickets import actions
from firstline.tickets.models import Ticket
from tests.background import run_jobs
from tests.cast import Cast, fresh
from tests.letters import arrives, letter

pytestmark = pytest.mark.django_db


def moved(cast: Cast, ticket: Ticket) -> None:
    actions.transfer(ticket, by=cast.bo, to=cast.hr, reason="She also asks about leave.")


def row(template: str) -> Delivery:
    return Delivery.objects.select_related("ticket__requester", "person", "message", "event__by").get(template=template)


@pytest.mark.parametrize("verb", ["replied", "resolved", "waited"])
@pytest.mark.parametrize("told_before", [False, True])
def test_what_is_said_before_a_transfer_leaves_as_the_desk_that_said_it(
    cast: Cast, verb: str, told_before: bool
) -> None:
    ticket = actions.accept(cast.ask(), by=cast.bo)
    run_jobs()
    seconds = 0 if told_before else 20
    if verb == "resolved":
        actions.resolve(ticket, by=cast.bo, resolution="Restart it.", undo_seconds=seconds)
        actions.reopen(ticket, by=cast.bo, reason="Leave.")
    else:
        actions.reply(ticket, by=cast.bo, text="Restart it.", undo_seconds=seconds)
    if told_before and verb != "waited":
        run_jobs()
    moved(cast, fresh(ticket))
    with clock.moved(clock.now() + timedelta(minutes=1)):
        run_jobs()
    said = row("resolved" if verb == "resolved" else "replied")
    letter_out = outgoing(said)
    assert (letter_out.desk, letter_out.sender) == (cast.it.pk, "it@desk.example")
    assert letter_out.sender_name == "Bo Wen · IT 服务台"
    assert letter_out.reply_to.startswith("it+")
    assert letter_out.return_to.startswith("it+")
    for body in (letter_out.text, letter_out.html):
        assert "IT 服务台" in body
        assert "人事服务台" not in body
    news = outgoing(row("transferred"))
    assert (news.sender, news.sender_name) == ("hr@desk.example", "人事服务台")


def test_after_a_way_there_and_back_each_letter_bears_its_own_desk(cast: Cast) -> None:
    ticket = actions.accept(cast.ask(), by=cast.bo)
    moved(cast, ticket)
    actions.reply(fresh(ticket), by=cast.hana, text="Ten days.", undo_seconds=20)
    actions.transfer(fresh(ticket), by=cast.hana, to=cast.it, reason="Done.")
    actions.reply(fresh(ticket), by=cast.bo, text="And the client?")
    with clock.moved(clock.now() + timedelta(minutes=1)):
        run_jobs()
    found = {
        each.message.text: outgoing(each).sender for each in Delivery.objects.filter(template="replied") if each.message
    }
    assert found == {"Ten days.": "hr@desk.example", "And the client?": "it@desk.example"}


def test_an_answer_to_it_joins_the_request_where_that_is_now(cast: Cast, proving: dict[str, str]) -> None:
    ticket = actions.accept(cast.ask(), by=cast.bo)
    actions.reply(ticket, by=cast.bo, text="Restart it.", undo_seconds=20)
    moved(cast, fresh(ticket))
    with clock.moved(clock.now() + timedelta(minutes=1)):
        run_jobs()
    said = row("replied")
    Delivery.objects.filter(pk=said.pk).update(state="sent", sent_at=clock.now())
    to = outgoing(said).reply_to
    got = arrives(letter(to=to, answers=said.letter_id, letter_id="<z@x.example>", text="Thank you.", **proving), at=to)
    assert got.ticket == ticket
