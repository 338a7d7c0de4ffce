"""Rating."""

from datetime import timedelta

import pytest

from firstline.kit import clock
from firstline.tickets import actions, rebuild
from firstline.tickets.models import Rating
from firstline.tickets.refusals import NotAllowed, WrongState
from tests.cast import Cast, fresh

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
