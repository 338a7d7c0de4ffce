"""What waits for an answer goes on waiting for it, where its request is merged and where it is taken out again."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from firstline.kit import clock
from firstline.tickets import actions, replay
from firstline.tickets.actions.conversation import MoreReaders, Unseen
from firstline.tickets.models import Message, Ticket
from tests.cast import Cast, fresh
from tests.signing import signed_in

pytestmark = pytest.mark.django_db


def solved(cast: Cast, ticket: Ticket) -> None:
    actions.classify(fresh(ticket), by=cast.bo, kind="incident", service=None)
    actions.resolve(fresh(ticket), by=cast.bo, resolution="done")


def waiting(cast: Cast, ticket: Ticket) -> None:
    actions.reply(fresh(ticket), by=cast.bo, text="Which?")
    actions.hold(fresh(ticket), by=cast.bo, reason="requester")


def snoozed(cast: Cast, ticket: Ticket) -> None:
    actions.reply(fresh(ticket), by=cast.bo, text="Which?")
    actions.snooze(fresh(ticket), by=cast.bo, until=clock.now() + timedelta(days=30))


def waiting_for_a_vendor(cast: Cast, ticket: Ticket) -> None:
    actions.reply(fresh(ticket), by=cast.bo, text="We ask.")
    actions.hold(fresh(ticket), by=cast.bo, reason="vendor")


STANDS: list[Callable[[Cast, Ticket], None]] = [solved, waiting, snoozed]


def two(cast: Cast) -> tuple[Ticket, Ticket]:
    """Mei's and Omar's, both in Bo's hands."""
    found = cast.asked(text="Production stands still!"), cast.asked(by=cast.omar, subject="other")
    for each in found:
        actions.assign(each, by=cast.dana, to=cast.bo)
        actions.accept(fresh(each), by=cast.bo)
    return fresh(found[0]), fresh(found[1])


def same(*tickets: Ticket) -> None:
    assert [replay.differences(fresh(each)) for each in tickets] == [[]] * len(tickets)


@pytest.mark.parametrize("stands", STANDS, ids=lambda each: each.__name__)
def test_an_unanswered_request_is_to_be_answered_in_the_one_that_goes_on(
    cast: Cast, stands: Callable[[Cast, Ticket], None]
) -> None:
    one, other = two(cast)
    stands(cast, other)
    actions.merge(one, by=cast.bo, into=fresh(other))
    now = fresh(other)
    assert (now.status_id, now.snoozed_until, now.resolved_at) == ("in_progress", None, None)
    assert now.unanswered_since == one.unanswered_since
    same(one, other)


def test_where_nobody_has_it_any_more_its_team_is_to_accept_it(cast: Cast) -> None:
    one, other = two(cast)
    waiting(cast, other)
    actions.assign(fresh(other), by=cast.dana, to=None)
    actions.merge(one, by=cast.bo, into=fresh(other))
    assert fresh(other).status_id == "pending"


def test_what_waits_for_somebody_else_or_was_answered_changes_nothing(cast: Cast) -> None:
    one, other = two(cast)
    waiting_for_a_vendor(cast, other)
    actions.merge(one, by=cast.bo, into=fresh(other))
    assert (fresh(other).status_id, fresh(other).unanswered_since) == ("waiting_vendor", one.unanswered_since)
    one, other = two(cast)
    actions.reply(fresh(one), by=cast.bo, text="Which?")
    snoozed(cast, other)
    actions.merge(fresh(one), by=cast.bo, into=fresh(other))
    assert fresh(other).snoozed_until is not None
    assert fresh(other).unanswered_since is None


def test_a_solved_one_reopens_nothing_and_an_answered_one_goes_on_where_it_is_merged(cast: Cast) -> None:
    one, other = two(cast)
    for each in (one, other):
        solved(cast, each)
    actions.merge(fresh(one), by=cast.bo, into=fresh(other))
    assert fresh(other).phase == "resolved"
    one, other = two(cast)
    actions.reply(fresh(one), by=cast.bo, text="We look.")
    solved(cast, other)
    actions.merge(fresh(one), by=cast.bo, into=fresh(other))
    assert (fresh(other).phase, fresh(other).unanswered_since, fresh(other).reopened) == ("in_progress", None, 1)
    same(one, other)


def test_words_that_arrive_while_the_dialog_stands_open_are_read_first(cast: Cast) -> None:
    one, other = two(cast)
    bo, at = signed_in(cast.bo), f"/desk/tickets/{one.number}/verbs/merge/"
    seen = Message.objects.filter(ticket=one, kind="request").latest("pk").pk
    assert f'name="seen" value="{seen}"' in bo.get(at).content.decode()
    actions.reply(fresh(one), by=cast.mei, text="hunter2")
    page = bo.post(at, {"number": other.number, "seen": seen})
    assert page.status_code == 422
    assert "hunter2" in page.content.decode()
    with pytest.raises(Unseen):
        actions.merge(fresh(one), by=cast.bo, into=fresh(other), seen=seen)
    assert fresh(one).merged_into is None


@pytest.mark.parametrize("stood", [waiting, solved, snoozed], ids=lambda each: each.__name__)
def test_taken_out_again_what_its_side_said_meanwhile_is_to_be_answered_there_and_no_more_here(
    cast: Cast, stood: Callable[[Cast, Ticket], None]
) -> None:
    one, other = two(cast)
    stood(cast, one)
    waiting(cast, other)
    actions.merge(fresh(one), by=cast.bo, into=fresh(other))
    actions.reply(fresh(other), by=cast.mei, text="It burns!")
    actions.unmerge(fresh(one), by=cast.bo)
    now = fresh(one)
    said = now.messages.get(text="It burns!")
    assert (now.status_id, now.snoozed_until, now.resolved_at) == ("in_progress", None, None)
    assert now.unanswered_since == said.created_at
    assert fresh(other).unanswered_since is None
    same(one, other)


def test_what_the_other_side_asked_itself_still_waits_there(cast: Cast) -> None:
    one, other = two(cast)
    for each in (one, other):
        waiting(cast, each)
    actions.merge(fresh(one), by=cast.bo, into=fresh(other))
    actions.reply(fresh(other), by=cast.mei, text="It burns!")
    actions.reply(fresh(other), by=cast.omar, text="Here as well.")
    actions.unmerge(fresh(one), by=cast.bo)
    assert fresh(other).unanswered_since == fresh(other).messages.get(text="Here as well.").created_at
    assert fresh(one).unanswered_since is not None


def test_thanks_and_silence_leave_it_where_it_stood(cast: Cast) -> None:
    one, other = two(cast)
    solved(cast, one)
    actions.merge(fresh(one), by=cast.bo, into=fresh(other))
    actions.reply(fresh(other), by=cast.mei, text="Thank you!")
    actions.unmerge(fresh(one), by=cast.bo)
    assert (fresh(one).phase, fresh(one).unanswered_since) == ("resolved", None)
    same(one, other)


def test_a_merge_that_shares_all_names_both_sides_before_it_goes(cast: Cast) -> None:
    one, other = two(cast)
    actions.add_participant(other, by=cast.omar, person=cast.hana)
    bo, at = signed_in(cast.bo), f"/desk/tickets/{one.number}/verbs/merge/"
    page = bo.get(at).content.decode()
    given = {"number": other.number, "share": "on", "seen": "", "readers": shown(page)}
    for refused in (given, {**given, "readers": ""}):
        answer = bo.post(at, refused)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert [name for name in ("Lin Mei", "Omar Haddad", "Hana Sato") if name not in page] == []
    actions.add_participant(fresh(other), by=cast.omar, person=cast.ada)  # while it stands open
    page = bo.post(at, {**given, "readers": shown(page)}).content.decode()
    assert "Ada Okoye" in page
    assert fresh(one).merged_into is None
    bo.post(at, {**given, "readers": shown(page)})
    assert fresh(one).merged_into == other
    assert fresh(one).participants.filter(person=cast.ada).exists()


def test_one_that_shares_nothing_asks_for_no_names(cast: Cast) -> None:
    one, other = two(cast)
    signed_in(cast.bo).post(f"/desk/tickets/{one.number}/verbs/merge/", {"number": other.number})
    assert fresh(one).merged_into == other


def test_the_verb_refuses_others_than_were_named(cast: Cast) -> None:
    one, other = two(cast)
    actions.add_participant(other, by=cast.omar, person=cast.hana)
    with pytest.raises(MoreReaders, match="Hana Sato"):
        actions.merge(one, by=cast.bo, into=other, share=True, readers=[cast.mei.pk, cast.omar.pk])
    actions.merge(one, by=cast.bo, into=other, share=True, readers=[cast.mei.pk, cast.omar.pk, cast.hana.pk])
    assert fresh(one).merged_into == other


def shown(page: str) -> str:
    return page.split('name="readers" value="')[1].split('"')[0]
