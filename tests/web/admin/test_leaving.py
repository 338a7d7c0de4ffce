"""Before somebody is deactivated or loses a seat it is said what becomes of the requests that they have in hand."""

import pytest
from django.urls import reverse

from firstline.catalog.models import Membership
from firstline.people.models import Person
from firstline.tickets import actions
from tests.background import run_jobs
from tests.cast import Cast, fresh
from tests.web.admin.hands import as_

BO = {"name": "Bo Wen", "email": "bo@corp.example", "language": "en", "zone": "Asia/Shanghai"}


def test_the_page_of_a_person_says_how_many_they_have_and_deactivating_gives_them_back(cast: Cast) -> None:
    ada, page = as_(cast.ada), reverse("settings-person", args=[cast.bo.pk])
    assert "in hand" not in ada.get(page).content.decode()
    held = [actions.accept(cast.ask(), by=cast.bo) for _n in range(3)]
    assert "Bo Wen has 3 open requests in hand." in ada.get(page).content.decode()
    assert ada.post(page, BO).status_code == 302
    run_jobs()
    assert not Person.objects.get(pk=cast.bo.pk).is_active
    for ticket in held:
        assert fresh(ticket).assignee is None
        assert ticket.events.get(name="given_back").by == cast.ada
    assert "in hand" not in ada.get(page).content.decode()


@pytest.mark.parametrize(
    ("language", "sentence"), [("en", "Bo Wen has 1 open request in hand."), ("zh-hans", "手上有 1 个未解决的请求")]
)
def test_the_page_that_takes_a_seat_away_says_it_and_it_is_done(cast: Cast, language: str, sentence: str) -> None:
    ticket = actions.accept(cast.ask(), by=cast.bo)
    seat = Membership.objects.get(person=cast.bo)
    dana, page = as_(cast.dana), reverse("settings-remove", args=["IT", "seats", seat.pk])
    dana.cookies["firstline_language"] = language
    assert sentence in dana.get(page).content.decode()
    assert dana.post(page).status_code == 302
    run_jobs()
    assert fresh(ticket).assignee is None
    assert ticket.events.get(name="given_back").by == cast.dana


def test_nothing_is_said_where_another_seat_stays(cast: Cast) -> None:
    ticket = actions.accept(cast.ask(), by=cast.bo)
    other = Membership.objects.create(person=cast.bo, desk=cast.it, team=cast.network, role="agent")
    page = reverse("settings-remove", args=["IT", "seats", other.pk])
    assert "in hand" not in as_(cast.ada).get(page).content.decode()
    as_(cast.ada).post(page)
    run_jobs()
    assert fresh(ticket).assignee == cast.bo
