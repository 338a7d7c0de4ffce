"""Rating."""

from datetime import timedelta

import pytest

from firstline.kit import clock
from firstline.notices.models import Delivery
from firstline.notices.template_context import facts_of
from firstline.retention.erasing import erase_person
from firstline.tickets import actions, replay
from firstline.tickets.errors import NotAllowed, WrongState
from firstline.tickets.models import Rating, Ticket
from firstline.tickets.verifying import verify
from firstline.tickets.write_guard import door
from tests.background import run_jobs
from tests.cast import MONDAY, Cast, fresh
from tests.signing import signed_in

pytestmark = pytest.mark.django_db


def solved(cast):
    return actions.resolve(cast.ask(), by=cast.bo, resolution="Done.")


def test_one_of_three_answers_then_stars_and_a_word():
    cast = Cast.make()
    ticket = solved(cast)
    rating = actions.rate(ticket, by=cast.mei, score=3, stars=2, words="Took long")
    assert (rating.score, rating.stars, fresh(ticket).satisfaction) == (3, 2, 3)
    assert replay.differences(ticket) == []


def test_there_is_one_rating_and_it_can_be_changed_for_a_week():
    cast = Cast.make()
    ticket = solved(cast)
    actions.rate(ticket, by=cast.mei, score=3)
    actions.rate(ticket, by=cast.mei, score=1)
    assert Rating.objects.get().score == 1
    with clock.moved(clock.now() + timedelta(days=8)), pytest.raises(WrongState, match="seven days"):
        actions.rate(ticket, by=cast.mei, score=2)


def test_only_the_requester_rates_and_only_what_is_solved():
    cast = Cast.make()
    with pytest.raises(WrongState):
        actions.rate(cast.ask(), by=cast.mei, score=1)
    ticket = solved(cast)
    for other in (cast.bo, cast.omar, cast.dana):
        with pytest.raises(NotAllowed):
            actions.rate(ticket, by=other, score=1)
    with pytest.raises(WrongState):
        actions.rate(ticket, by=cast.mei, score=4)


def test_words_that_are_too_long_are_refused_and_never_cut():
    cast = Cast.make()
    ticket = solved(cast)
    with pytest.raises(WrongState, match="at most 2000 characters"):
        actions.rate(ticket, by=cast.mei, score=1, words="x" * 2001)
    assert actions.rate(ticket, by=cast.mei, score=1, words="x" * 2000).words == "x" * 2000


@pytest.mark.parametrize("score", [0, 1, 2, 3, 4])
@pytest.mark.parametrize("stars", [None, 0, 1, 2, 3, 4, 5, 6])
def test_these_answers_are_taken_and_no_others(score: int, stars: int | None):
    cast = Cast.make()
    ticket = solved(cast)
    if score in (1, 2, 3) and stars != 0 and stars != 6:
        rating = actions.rate(ticket, by=cast.mei, score=score, stars=stars)
        assert (rating.score, rating.stars, rating.words, rating.by) == (score, stars, "", cast.mei)
    else:
        with pytest.raises(WrongState, match="one of the three"):
            actions.rate(ticket, by=cast.mei, score=score, stars=stars)


def test_each_request_has_a_rating_of_its_own_that_can_be_changed_for_exactly_a_week():
    cast = Cast.make()
    with clock.moved(MONDAY):
        first, second = solved(cast), solved(cast)
        actions.rate(first, by=cast.mei, score=1, words="  good  " + " " * 2000)
    with clock.moved(MONDAY + timedelta(days=3)):
        actions.rate(second, by=cast.mei, score=2)
        actions.rate(first, by=cast.mei, score=3)
    with clock.moved(MONDAY + timedelta(days=7)):
        changed = actions.rate(first, by=cast.mei, score=2)
    with clock.moved(MONDAY + timedelta(days=7, seconds=1)):
        with pytest.raises(WrongState, match="seven days"):
            actions.rate(first, by=cast.mei, score=1)
        actions.rate(second, by=cast.mei, score=1, words="  good  ")
    assert list(Rating.objects.order_by("ticket").values_list("ticket", "score", "words")) == [
        (first.pk, 2, ""),
        (second.pk, 1, "good"),
    ]
    assert (changed.created_at, changed.changed_at) == (MONDAY, MONDAY + timedelta(days=7))


def given_back(cast: Cast) -> Ticket:
    """Mei asked it for Omar, who rated it, opened it again and gave it back."""
    ticket = cast.ask(requester=cast.omar)
    actions.resolve(ticket, by=cast.bo, resolution="Done.")
    actions.rate(fresh(ticket), by=cast.omar, score=3, stars=1, words="Omars-own")
    actions.reopen(fresh(ticket), by=cast.omar, reason="Still broken.")
    actions.decline(fresh(ticket), by=cast.omar)
    return actions.resolve(fresh(ticket), by=cast.bo, resolution="Done again.")


def test_who_gives_it_back_takes_their_rating_along_and_who_asked_gives_a_new_one(cast: Cast) -> None:
    ticket = given_back(cast)
    assert (Rating.objects.count(), fresh(ticket).satisfaction) == (0, None)
    assert replay.differences(fresh(ticket)) == []
    assert "Omars-own" not in signed_in(cast.mei).get(f"/requests/{ticket.number}/").content.decode()
    rating = actions.rate(fresh(ticket), by=cast.mei, score=1, stars=5, words="Meis-own")
    assert (rating.by, rating.words, fresh(ticket).satisfaction) == (cast.mei, "Meis-own", 1)
    assert Rating.objects.get() == rating
    assert replay.differences(fresh(ticket)) == []
    assert verify().broken == ()


def test_a_rating_of_another_that_is_still_there_is_neither_shown_nor_changed(cast: Cast) -> None:
    """As one that was given back before the upgrade."""
    ticket = given_back(cast)
    with door():
        left = Rating.objects.create(ticket=ticket, by=cast.omar, score=3, words="Omars-own")
    assert "Omars-own" not in signed_in(cast.mei).get(f"/requests/{ticket.number}/").content.decode()
    rating = actions.rate(fresh(ticket), by=cast.mei, score=2)
    assert (rating.by, rating.words, rating.pk == left.pk) == (cast.mei, "", False)
    assert Rating.objects.get() == rating
    assert replay.differences(fresh(ticket)) == []


@pytest.mark.parametrize("share", [False, True])
def test_whom_a_merge_brought_is_not_shown_the_rating(cast: Cast, share: bool) -> None:
    ticket = cast.ask(requester=cast.omar)
    actions.merge(cast.asked(by=cast.hana), by=cast.bo, into=ticket, share=share)
    actions.resolve(fresh(ticket), by=cast.bo, resolution="Done.")
    actions.rate(fresh(ticket), by=cast.omar, score=3, words="Omars-own")
    for person, sees in ((cast.omar, True), (cast.hana, False), (cast.mei, False)):
        page = signed_in(person).get(f"/requests/{ticket.number}/").content.decode()
        assert ("Omars-own" in page) is sees, person


def test_the_managers_email_about_a_rating_that_went_leaves_without_its_words(cast: Cast) -> None:
    ticket = given_back(cast)
    run_jobs()
    told = Delivery.objects.get(ticket=ticket, template="dissatisfied")
    assert "words" not in facts_of(told)


def test_erasing_who_gave_it_back_takes_their_words_and_nobody_elses(cast: Cast) -> None:
    ticket = given_back(cast)
    actions.rate(fresh(ticket), by=cast.mei, score=1, words="Meis-own")
    run_jobs()
    with clock.moved(clock.now() + timedelta(days=1)):
        erase_person(cast.omar, by=cast.ada)
    told = [str(event.told) for event in ticket.events.filter(name="rated")]
    assert [("Omars-own" in each, "Meis-own" in each) for each in told] == [(False, False), (False, True)]
    assert replay.differences(fresh(ticket)) == []
    assert verify().broken == ()
