"""How often each thing may be tried: every row of the table, tried to its end."""

from datetime import timedelta

import pytest

from firstline.kit import clock
from firstline.people import rate_limit
from firstline.people.models import Attempts
from tests.cast import MONDAY

pytestmark = pytest.mark.django_db

# what: how many within how many minutes
TABLE = {
    "password": (10, 15),
    "account": (100, 60),
    "network": (50, 15),
    "all": (2000, 15),
    "device": (10, 15),
    "confirm": (5, 15),
    "setup": (20, 15),
    "code": (5, 15),
    "passkey": (60, 15),
    "reset": (3, 60),
    "resets": (20, 60),
    "link": (20, 15),
    "passkeys": (50, 15),
    "followed": (30, 60),
    "pictures": (300, 15),
    "pictures of": (300, 60),
    "token": (60, 15),
}


def test_nothing_is_without_a_row() -> None:
    assert set(TABLE) == set(rate_limit.LIMITS)


@pytest.mark.parametrize("what", list(TABLE))
def test_so_many_are_judged_and_no_more_until_the_time_is_over(what: str) -> None:
    most, minutes = TABLE[what]
    with clock.moved(MONDAY):
        assert rate_limit.take(what, "Mei")
        Attempts.objects.update(count=most - 1)
        assert rate_limit.take(what, " mei ")  # however it is written
        assert not rate_limit.take(what, "mei")
        assert rate_limit.take(what, "omar")
    with clock.moved(MONDAY + timedelta(minutes=minutes, seconds=-1)):
        assert not rate_limit.take(what, "mei")
    with clock.moved(MONDAY + timedelta(minutes=minutes)):
        assert rate_limit.take(what, "mei")


def test_what_was_right_is_given_back_and_what_is_forgotten_begins_anew() -> None:
    for _each in range(3):
        rate_limit.take("reset", "mei")
    rate_limit.give_back("reset", "mei")
    assert rate_limit.take("reset", "mei")
    assert not rate_limit.take("reset", "mei")
    rate_limit.forget("reset", "mei")
    assert [rate_limit.take("reset", "mei") for _each in range(4)] == [True, True, True, False]


def test_what_is_long_over_is_dropped_and_what_counts_is_not() -> None:
    with clock.moved(MONDAY):
        rate_limit.take("account", "mei")
    with clock.moved(MONDAY + timedelta(hours=23, minutes=59)):
        rate_limit.forget_old()
        assert Attempts.objects.exists()
    with clock.moved(MONDAY + timedelta(hours=24, minutes=1)):
        rate_limit.forget_old()
        assert not Attempts.objects.exists()
