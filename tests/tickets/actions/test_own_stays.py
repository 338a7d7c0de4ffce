"""Whoever's own request was merged into another one keeps it, whatever the people of the other one give, take back or
decline, and whichever other merge is taken back: they know where it goes on, read their own words and what the desk
says from then on. Nobody reads more by it than the merge let them."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from firstline.kit import clock
from firstline.notices.models import Delivery
from firstline.people.models import Person
from firstline.tickets import actions, replay
from firstline.tickets.models import Message, Ticket
from firstline.tickets.rights import readers_of
from tests.background import run_jobs
from tests.cast import MONDAY, Cast, fresh

pytestmark = pytest.mark.django_db


def at(minutes: int) -> clock.moved:  # type: ignore[valid-type]
    return clock.moved(MONDAY + timedelta(minutes=minutes))


def read(person: Person, ticket: Ticket) -> set[str]:
    return {said.text for said in Message.objects.visible_to(person, fresh(ticket))}


def knows(person: Person, ticket: Ticket) -> bool:
    return Ticket.objects.visible_to(person).filter(pk=ticket.pk).exists()


@pytest.fixture
def theirs(cast: Cast) -> Ticket:
    """Mei asked it for Hana, who was answered."""
    with at(0):
        ticket = cast.asked(by=cast.mei, requester=cast.hana, text="mei-first")
    with at(1):
        actions.reply(ticket, by=cast.bo, text="to-hana")
    return fresh(ticket)


def own(cast: Cast, person: Person, into: Ticket, minute: int, *, share: bool) -> Ticket:
    """A request of this person's, which is merged into the other one."""
    with at(minute):
        ticket = cast.asked(by=person, text=f"{person.name.split()[0]}-own-{minute}")
        actions.merge(fresh(ticket), by=cast.bo, into=fresh(into), share=share)
    return fresh(ticket)


def declined(cast: Cast, ticket: Ticket) -> None:
    actions.decline(fresh(ticket), by=cast.hana)


def let_in_and_declined(cast: Cast, ticket: Ticket) -> None:
    actions.add_participant(fresh(ticket), by=cast.hana, person=cast.omar)
    declined(cast, ticket)


def shared_and_taken_back(cast: Cast, ticket: Ticket) -> None:
    actions.share(fresh(ticket), by=cast.hana, person=cast.mei)
    actions.unshare(fresh(ticket), by=cast.hana, person=cast.mei)


def taken_back(cast: Cast, ticket: Ticket) -> None:
    actions.unshare(fresh(ticket), by=cast.hana, person=cast.mei)


WAYS: dict[str, Callable[[Cast, Ticket], None]] = {
    way.__name__: way for way in (declined, let_in_and_declined, shared_and_taken_back, taken_back)
}


@pytest.mark.parametrize("share", [False, True])
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("who", ["omar", "mei", "hana"])
def test_nobody_is_cut_off_from_what_is_their_own(cast: Cast, theirs: Ticket, who: str, way: str, share: bool) -> None:
    person: Person = getattr(cast, who)
    ticket = own(cast, person, theirs, 2, share=share)
    with at(4):
        WAYS[way](cast, theirs)
    with at(5):
        message = actions.reply(fresh(theirs), by=cast.bo, text="to-both")
        run_jobs()
        assert knows(person, theirs)
        assert {f"{person.name.split()[0]}-own-2", "to-both"} <= read(person, theirs)
        told = set(Delivery.objects.filter(message=message).values_list("person", flat=True))
        assert person.pk in told
        for said in Message.objects.filter(ticket=theirs):
            for each in (cast.omar, cast.mei, cast.hana):
                assert (each.pk in readers_of(said)) == (said.text in read(each, theirs)), (each.name, said.text)
    assert replay.differences(fresh(theirs)) == replay.differences(fresh(ticket)) == []


@pytest.mark.parametrize("share", [False, True])
def test_whom_a_merge_let_read_all_goes_on_reading_and_others_read_no_more(
    cast: Cast, theirs: Ticket, share: bool
) -> None:
    own(cast, cast.omar, theirs, 2, share=share)
    with at(4):
        actions.add_participant(fresh(theirs), by=cast.hana, person=cast.omar)
        declined(cast, theirs)
        assert ("to-hana" in read(cast.omar, theirs), "mei-first" in read(cast.omar, theirs)) == (share, share)


def test_who_declines_reads_of_it_only_what_belongs_to_their_own(cast: Cast, theirs: Ticket) -> None:
    own(cast, cast.hana, theirs, 2, share=True)
    with at(4):
        declined(cast, theirs)
    with at(5):
        actions.reply(fresh(theirs), by=cast.mei, text="mei-later")
        assert "mei-later" not in read(cast.hana, theirs)
        assert "Hana-own-2" in read(cast.hana, theirs)


def test_who_may_not_read_along_any_more_does_not_by_their_own_request(cast: Cast, theirs: Ticket) -> None:
    own(cast, cast.mei, theirs, 2, share=True)
    assert "to-hana" in read(cast.mei, theirs)
    with at(4):
        taken_back(cast, theirs)
        assert read(cast.mei, theirs) == {"mei-first", "Lin-own-2"}


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("share", [False, True])
def test_of_two_that_are_merged_each_can_be_taken_back_and_the_other_stays(
    cast: Cast, theirs: Ticket, first: int, share: bool
) -> None:
    both = [own(cast, cast.omar, theirs, minute, share=share) for minute in (2, 3)]
    with at(4):
        actions.unmerge(fresh(both[first]), by=cast.bo)
        assert knows(cast.omar, theirs)
        assert read(cast.omar, both[first]) == {f"Omar-own-{2 + first}"}
        assert f"Omar-own-{3 - first}" in read(cast.omar, theirs)
    with at(5):
        actions.unmerge(fresh(both[1 - first]), by=cast.bo)
        assert not knows(cast.omar, theirs)
        assert [read(cast.omar, each) for each in both] == [{"Omar-own-2"}, {"Omar-own-3"}]
