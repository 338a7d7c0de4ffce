"""Rating."""

from datetime import timedelta

import pytest

from firstline.kit import clock
from firstline.tickets import actions, rebuild
from firstline.tickets.models import Rating
from firstline.tickets.refusals import NotAllowed, WrongState
from tests.cast import MONDAY, Cast, fresh

pytestmark = pytest.mark.django_db


def solved(cast):
    return actions.resolve(cast.ask(), by=cast.bo, resolution="Done.")


def test_one_of_three_answers_then_stars_and_a_word():
    cast = Cast.make()
    ticket = solved(cast)
    rating = actions.rate(ticket, by=cast.mei, score=3, stars=2, words="Took long")
    assert (rating.score, rating.stars, fresh(ticket).satisfaction) == (3, 2, 3)
    assert rebuild.differences(ticket) == []


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
