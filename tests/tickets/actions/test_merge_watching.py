"""A merge loses nobody who works on the request that goes: they watch the other one, until it is taken back."""

import pytest

from firstline.notices.models import Delivery
from firstline.notices.render import render
from firstline.people.models import Person
from firstline.tickets import actions, replay
from firstline.tickets.models import Ticket
from tests.background import run_jobs
from tests.cast import Cast, fresh
from tests.letters import told
from tests.tickets.actions.test_give_back import goes

pytestmark = pytest.mark.django_db


def watchers(ticket: Ticket) -> set[Person]:
    return {each.person for each in ticket.participants.filter(role="watcher")}


@pytest.fixture
def one(cast: Cast) -> Ticket:
    """In Bo's hands, watched by Chen."""
    ticket = actions.accept(cast.ask(), by=cast.bo)
    actions.watch(ticket, by=cast.chen)
    run_jobs()
    return fresh(ticket)


@pytest.mark.parametrize("other_has", [None, "yu", "bo"])
def test_who_had_or_watched_it_hears_the_next_word(cast: Cast, one: Ticket, other_has: str | None) -> None:
    two = cast.ask(by=cast.omar, text="second")
    if other_has:
        actions.accept(two, by=getattr(cast, other_has))
    actions.merge(one, by=cast.dana, into=two)
    run_jobs()
    assert watchers(two) == {cast.chen} | ({cast.bo} if other_has != "bo" else set())
    assert told(cast.bo, template="merged") == ([] if other_has == "bo" else ["merged"])
    assert told(cast.chen, template="merged") == []
    actions.reply(fresh(two), by=cast.mei, text="It is worse.")
    run_jobs()
    heard = {row.person for row in Delivery.objects.filter(ticket=two, template="answered")}
    assert heard == {cast.bo, cast.chen} | ({cast.yu} if other_has == "yu" else set())
    assert replay.differences(fresh(two)) == []


def test_the_notice_names_both_in_both_languages(cast: Cast, one: Ticket) -> None:
    two = cast.ask(by=cast.omar, text="second")
    actions.merge(one, by=cast.dana, into=two)
    run_jobs()
    row = Delivery.objects.get(template="merged")
    for language, said in (("en", "watch"), ("zh-hans", "关注")):
        row.language = language
        shown = render(row)
        for body in (shown.text, shown.html):
            assert said in body
            assert one.number in body
            assert two.number in body


def test_taken_back_they_watch_it_no_more_but_who_watched_it_before_does(cast: Cast, one: Ticket) -> None:
    two = cast.ask(by=cast.omar, text="second")
    actions.watch(two, by=cast.yu)
    actions.watch(one, by=cast.yu)
    actions.merge(one, by=cast.dana, into=two)
    assert watchers(two) == {cast.bo, cast.chen, cast.yu}
    actions.unmerge(fresh(one), by=cast.dana)
    assert watchers(two) == {cast.yu}
    assert watchers(one) == {cast.chen, cast.yu}


def test_who_merges_their_own_is_not_told_of_it(cast: Cast, one: Ticket) -> None:
    two = cast.ask(by=cast.omar, text="second")
    actions.merge(one, by=cast.bo, into=two)
    run_jobs()
    assert told(cast.bo, template="merged") == []
    assert cast.bo in watchers(two)


@pytest.mark.parametrize("who", ["bo", "chen"])
def test_who_is_gone_is_not_brought_along(cast: Cast, one: Ticket, who: str) -> None:
    two = cast.ask(by=cast.omar, text="second")
    goes(cast, "removed", who)
    actions.merge(one, by=cast.dana, into=two)
    run_jobs()
    assert watchers(two) == {cast.bo, cast.chen} - {getattr(cast, who)}
    assert told(cast.bo, template="merged") == ([] if who == "bo" else ["merged"])
