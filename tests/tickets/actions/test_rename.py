"""Renaming."""

import pytest

from firstline.tickets import actions, replay
from firstline.tickets.errors import NotAllowed, WrongState
from tests.cast import Cast, fresh

pytestmark = pytest.mark.django_db


def test_the_subject_says_what_it_is():
    cast = Cast.make()
    ticket = actions.rename(cast.ask(), by=cast.bo, subject="  VPN gateway   SH-1 down ")
    assert ticket.subject == "VPN gateway SH-1 down"
    assert replay.differences(ticket) == []


def test_an_empty_or_endless_subject_is_refused():
    cast = Cast.make()
    for subject in (" ", "x" * 251):
        with pytest.raises(WrongState):
            actions.rename(cast.ask(), by=cast.bo, subject=subject)
    with pytest.raises(NotAllowed):
        actions.rename(cast.ask(), by=cast.mei, subject="x")
    assert fresh(cast.ask()).subject == "VPN keeps dropping"


def test_the_longest_subject_is_taken():
    cast = Cast.make()
    assert actions.rename(cast.ask(), by=cast.bo, subject=" x" + "x" * 249).subject == "x" * 250
