"""Withdrawing a reply."""

from datetime import timedelta

import pytest

from firstline.kit import clock
from firstline.tickets import actions, replay, undo_send
from firstline.tickets.errors import NotAllowed, WrongState
from firstline.tickets.models import Clock
from tests.cast import MONDAY, Cast, fresh

pytestmark = pytest.mark.django_db


def test_within_the_time_it_is_as_if_it_had_not_been_said():
    cast = Cast.make()
    ticket = cast.ask()
    before = fresh(ticket)
    message = actions.reply(ticket, by=cast.bo, text="Oops", undo_seconds=15)
    actions.withdraw(message, by=cast.bo)
    after = fresh(ticket)
    assert (after.first_response_at, after.unanswered_since) == (None, before.unanswered_since)
    assert replay.differences(ticket) == []


def test_an_earlier_answer_keeps_its_first_response():
    cast = Cast.make()
    ticket = cast.ask()
    actions.reply(ticket, by=cast.bo, text="Hello")
    first = fresh(ticket).first_response_at
    actions.withdraw(actions.reply(ticket, by=cast.bo, text="Oops", undo_seconds=15), by=cast.bo)
    assert fresh(ticket).first_response_at == first


def test_what_has_left_cannot_be_withdrawn():
    cast = Cast.make()
    message = actions.reply(cast.ask(), by=cast.bo, text="Sent")
    with pytest.raises(WrongState, match="already been sent"):
        actions.withdraw(message, by=cast.bo)


def test_only_the_writer_withdraws():
    cast = Cast.make()
    message = actions.reply(cast.ask(), by=cast.bo, text="Mine", undo_seconds=15)
    with pytest.raises(NotAllowed):
        actions.withdraw(message, by=cast.chen)


def waits(ticket, cast):
    said = actions.reply(ticket, by=cast.bo, text="Which room?", undo_seconds=15)
    actions.hold(ticket, by=cast.bo, reason="requester", after=said)
    return said


def solved(ticket, cast):
    actions.resolve(ticket, by=cast.bo, resolution="It works again.", undo_seconds=15)
    return ticket.messages.latest("pk")


def columns(ticket):
    given = fresh(ticket)
    derived = {"due_at": given.due_at, "due_clock": given.due_clock, "waited": given.waited}
    clocks = list(Clock.objects.filter(ticket=ticket).order_by("kind", "round").values())
    return {**given.tracked(), **derived, "clocks": [{**each, "id": 0} for each in clocks]}


@pytest.mark.parametrize("sent", [waits, solved])
@pytest.mark.parametrize("answered", [False, True])
def test_what_came_with_it_is_taken_back_and_the_clocks_go_on_as_if_it_had_never_been(sent, answered):
    cast = Cast.make()
    ticket = cast.ask()
    actions.classify(ticket, by=cast.bo, kind="incident", service=None)
    actions.accept(ticket, by=cast.bo)
    if answered:
        actions.reply(ticket, by=cast.bo, text="Hello")
    before = columns(ticket)
    with clock.moved(clock.now() + timedelta(minutes=3)):
        message = sent(ticket, cast)
        assert columns(ticket) != before
        assert replay.differences(ticket) == []
    with clock.moved(clock.now() + timedelta(minutes=3, seconds=9)):
        actions.withdraw(message, by=cast.bo)
    assert before["clocks"]
    assert columns(ticket) == before
    assert replay.differences(ticket) == []


def test_what_it_waited_for_before_it_waits_for_again():
    cast = Cast.make()
    ticket = cast.ask()
    actions.hold(ticket, by=cast.bo, reason="vendor")
    before = columns(ticket)
    actions.withdraw(solved(ticket, cast), by=cast.bo)
    assert columns(ticket) == before


@pytest.mark.parametrize("sent", [waits, solved])
def test_a_request_that_moved_on_stays_where_it_is(sent):
    cast = Cast.make()
    ticket = cast.ask()
    message = sent(ticket, cast)
    actions.reply(ticket, by=cast.mei, text="It is on fire.")
    moved = fresh(ticket)
    actions.withdraw(message, by=cast.bo)
    after = fresh(ticket)
    assert (after.phase, after.reopened) == ("in_progress", moved.reopened)
    assert after.unanswered_since is not None
    assert replay.differences(ticket) == []


def test_what_was_solved_at_once_cannot_be_taken_back():
    cast = Cast.make()
    ticket = cast.ask()
    actions.resolve(ticket, by=cast.bo, resolution="It works again.")
    with pytest.raises(WrongState, match="already been sent"):
        actions.withdraw(ticket.messages.latest("pk"), by=cast.bo)


def test_it_is_withdrawn_once_and_until_the_moment_it_leaves():
    cast = Cast.make()
    with clock.moved(MONDAY):
        first = actions.reply(cast.ask(), by=cast.bo, text="x", undo_seconds=15)
        second = actions.reply(cast.ask(), by=cast.bo, text="x", undo_seconds=15)
    with clock.moved(MONDAY + timedelta(seconds=14)):
        actions.withdraw(first, by=cast.bo)
        with pytest.raises(WrongState, match="already withdrawn"):
            actions.withdraw(first, by=cast.bo)
    with clock.moved(MONDAY + timedelta(seconds=15)), pytest.raises(WrongState, match="already been sent"):
        actions.withdraw(second, by=cast.bo)


def test_an_own_note_and_what_one_wrote_down_are_no_replies():
    cast = Cast.make()
    ticket = cast.ask()
    for said in (
        actions.note(ticket, by=cast.bo, text="x"),
        actions.write_down(ticket, by=cast.bo, text="x", channel="phone"),
    ):
        with pytest.raises(NotAllowed, match="Only your own replies"):
            actions.withdraw(said, by=cast.bo)


@pytest.mark.parametrize("which", [0, 1])
def test_of_two_replies_the_one_that_was_withdrawn_is_taken_back(which: int):
    cast = Cast.make()
    ticket = cast.ask()
    with clock.moved(MONDAY):
        first = actions.reply(ticket, by=cast.bo, text="first", undo_seconds=15)
    with clock.moved(MONDAY + timedelta(seconds=5)):
        second = actions.reply(ticket, by=cast.bo, text="second", undo_seconds=15)
        actions.withdraw((first, second)[which], by=cast.bo)
    assert [m.withdrawn_at is None for m in (fresh(ticket).messages.filter(kind="reply"))] == [which == 1, which == 0]
    assert (fresh(ticket).first_response_at == MONDAY) is (which == 1)


def test_what_was_withdrawn_hides_nothing_of_what_is_sent_instead():
    cast = Cast.make()
    ticket, other = cast.ask(), cast.ask()
    with clock.moved(MONDAY):
        for each, undo_seconds in ((ticket, 15), (ticket, 0), (other, 15)):
            said = actions.reply(each, by=cast.bo, text="Which client?", undo_seconds=undo_seconds)
            actions.hold(each, by=cast.bo, reason="requester", after=said)
            if (each, undo_seconds) == (ticket, 15):
                actions.withdraw(said, by=cast.bo)
    for seconds, shown in ((14, "in_progress"), (15, "waiting_requester")):
        told, others = fresh(ticket), fresh(other)
        with clock.moved(MONDAY + timedelta(seconds=seconds)):
            undo_send.hide([told, others])
        assert (told.status_id, others.status_id) == ("waiting_requester", shown)


def shown(ticket):
    """How it stands for whoever asked."""
    copy = fresh(ticket)
    undo_send.hide([copy])
    return copy.status_id


@pytest.mark.parametrize("sent", [waits, solved])
def test_whoever_asked_sees_what_a_reply_brought_about_when_it_has_left(sent):
    cast = Cast.make()
    with clock.moved(MONDAY):
        ticket = cast.ask()
        actions.reply(ticket, by=cast.bo, text="I look into it.")
        before = shown(ticket)
    with clock.moved(MONDAY + timedelta(minutes=1)):
        sent(ticket, cast)
        assert shown(ticket) == before != fresh(ticket).status_id
    for seconds, is_hidden in ((14, True), (15, False), (16, False)):
        with clock.moved(MONDAY + timedelta(minutes=1, seconds=seconds)):
            assert (shown(ticket) == before) is is_hidden


def test_what_a_withdrawn_reply_brought_about_is_taken_back_once():
    cast = Cast.make()
    with clock.moved(MONDAY):
        ticket = cast.ask()
        actions.withdraw(waits(ticket, cast), by=cast.bo)
        before = shown(ticket)
        assert before == fresh(ticket).status_id != "waiting_requester"
        actions.hold(ticket, by=cast.bo, reason="requester")
        assert shown(ticket) == "waiting_requester"
        # Of two replies the one that has not left is not seen, and what stood before it is.
        solved(ticket, cast)
        assert shown(ticket) == "waiting_requester"


def test_what_no_reply_brought_about_is_seen_at_once():
    cast = Cast.make()
    ticket = cast.ask()
    actions.hold(ticket, by=cast.bo, reason="requester", after=actions.reply(ticket, by=cast.bo, text="Which room?"))
    assert shown(ticket) == "waiting_requester"
    actions.resolve(ticket, by=cast.bo, resolution="It works again.")
    assert shown(ticket) == fresh(ticket).status_id != "waiting_requester"


@pytest.mark.parametrize("seconds", [0, 15])
def test_another_agents_answer_that_leaves_is_the_first_one_and_answers(seconds: int) -> None:
    cast = Cast.make()
    with clock.moved(MONDAY):
        ticket = cast.ask()
        one = actions.reply(fresh(ticket), by=cast.bo, text="a", undo_seconds=15)
    with clock.moved(MONDAY + timedelta(seconds=2)):
        two = actions.reply(fresh(ticket), by=cast.chen, text="b", undo_seconds=seconds)
    with clock.moved(MONDAY + timedelta(seconds=5)):
        actions.withdraw(one, by=cast.bo)
        assert (fresh(ticket).first_response_at, fresh(ticket).unanswered_since) == (two.created_at, None)
        assert replay.differences(fresh(ticket)) == []
        if seconds:
            actions.withdraw(two, by=cast.chen)
            assert (fresh(ticket).first_response_at, fresh(ticket).unanswered_since) == (None, MONDAY)
            assert replay.differences(fresh(ticket)) == []


def test_what_was_reopened_and_solved_anew_stays_solved() -> None:
    cast = Cast.make()
    ticket = cast.ask()
    one = solved(ticket, cast)
    actions.reopen(fresh(ticket), by=cast.chen, reason="no")
    actions.resolve(fresh(ticket), by=cast.chen, resolution="second, told at once")
    when = fresh(ticket).resolved_at
    actions.withdraw(one, by=cast.bo)
    assert (fresh(ticket).phase, fresh(ticket).resolved_at) == ("resolved", when)
    assert fresh(ticket).first_response_at is not None
    assert replay.differences(fresh(ticket)) == []


@pytest.mark.parametrize("sent", [solved, waits])
def test_what_was_withdrawn_while_it_was_merged_is_taken_back_when_it_stands_alone_again(sent) -> None:
    cast = Cast.make()
    ticket, into = cast.ask(), cast.ask()
    actions.accept(fresh(ticket), by=cast.bo)
    message = sent(fresh(ticket), cast)
    actions.merge(fresh(ticket), by=cast.chen, into=fresh(into))
    message.refresh_from_db()
    actions.withdraw(message, by=cast.bo)
    actions.unmerge(fresh(ticket), by=cast.chen)
    after = fresh(ticket)
    assert (after.phase, after.resolved_at, after.first_response_at) == ("in_progress", None, None)
    assert after.unanswered_since is not None
    assert replay.differences(after) == replay.differences(fresh(into)) == []


def test_of_a_wait_and_a_solution_withdrawn_in_that_order_nothing_is_left() -> None:
    cast = Cast.make()
    ticket = cast.ask()
    actions.accept(fresh(ticket), by=cast.bo)
    one = waits(fresh(ticket), cast)
    two = solved(fresh(ticket), cast)
    actions.withdraw(one, by=cast.bo)
    actions.withdraw(two, by=cast.bo)
    assert (fresh(ticket).phase, fresh(ticket).first_response_at) == ("in_progress", None)
    assert replay.differences(fresh(ticket)) == []


def test_a_new_subject_and_what_was_cancelled_meanwhile_stay() -> None:
    cast = Cast.make()
    ticket, other = cast.ask(), cast.ask()
    one, two = solved(ticket, cast), actions.reply(other, by=cast.bo, text="Oops", undo_seconds=15)
    actions.rename(fresh(ticket), by=cast.chen, subject="Renamed")
    actions.cancel(fresh(other), by=cast.mei)
    actions.withdraw(one, by=cast.bo)
    actions.withdraw(two, by=cast.bo)
    assert (fresh(ticket).phase, fresh(ticket).subject) == ("in_progress", "Renamed")
    assert (fresh(other).phase, fresh(other).unanswered_since) == ("cancelled", None)
