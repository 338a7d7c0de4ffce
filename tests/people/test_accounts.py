"""Whoever is only known (by a letter, a call, a colleague) has no account, and no way gives them one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from firstline.api.models import Token
from firstline.kit import clock
from firstline.people import holdings, password_links
from firstline.people.models import AccountLink, Person
from firstline.tickets import actions
from firstline.tickets.errors import NotAllowed
from tests.background import run_jobs
from tests.cast import Cast
from tests.letters import arrives, letter
from tests.security.entering import NEW, PASSWORD, enter, link_in
from tests.signing import signed_in
from tests.web.workspace.test_recording import _call

VERA = "vera@far.example"


def by_letter(cast: Cast) -> Person:
    arrives(letter(f"Vera Sand <{VERA}>", letter_id="<vera@far.example>"))
    return _vera()


def by_a_call(cast: Cast) -> Person:
    given = _call(cast, requester="new", name="Vera Sand", email=VERA)
    assert signed_in(cast.bo).post("/desk/record/", given).status_code == 302
    return _vera()


def as_participant(cast: Cast) -> Person:
    vera = Person.objects.create_person(name="Vera Sand", email=VERA)
    actions.add_participant(cast.ask(), by=cast.mei, person=vera)
    return vera


WAYS_TO_BE_KNOWN = [by_letter, by_a_call, as_participant]
known_by = pytest.mark.parametrize("known_by", WAYS_TO_BE_KNOWN, ids=lambda way: way.__name__)
Known = Callable[[Cast], Person]


@known_by
def test_a_forgotten_password_is_nothing_to_whom_nobody_gave_an_account(
    cast: Cast, letters: list[Any], known_by: Known
) -> None:
    vera = known_by(cast)
    assert not vera.has_account
    letters.clear()
    assert Client().post("/sign-in/forgotten/", {"email": VERA}).status_code == 200
    run_jobs()
    assert [each.subject for each in letters if "password" in each.subject] == []
    assert not AccountLink.objects.exists()


@known_by
def test_a_password_a_session_and_a_token_that_they_had_open_nothing(cast: Cast, known_by: Known) -> None:
    vera = known_by(cast)
    Person.objects.filter(pk=vera.pk).update(account="administrator")
    vera.refresh_from_db()
    vera.set_password(PASSWORD)
    vera.save()
    browser, token = signed_in(vera), Token.issue(vera, scopes=["read", "write"])
    program = Client(headers={"Authorization": f"Bearer {token}"})
    assert browser.get("/").status_code == 200
    assert program.get("/api/v1/tickets").status_code == 200

    Person.objects.filter(pk=vera.pk).update(account="")

    assert browser.get("/").status_code == 302
    assert enter(Client(), email=VERA).status_code == 422
    assert program.get("/api/v1/tickets").status_code == 401
    assert signed_in(_vera()).get("/").status_code == 302
    with pytest.raises(NotAllowed):
        Token.issue(_vera(), scopes=["read"])


def test_a_live_stream_asks_whether_there_is_an_account(cast: Cast) -> None:
    from firstline.web.live import _who

    vera = by_letter(cast)
    Person.objects.filter(pk=vera.pk).update(account="domain")
    cookie = signed_in(_vera()).cookies["firstline_session"].value
    scope = {"headers": [(b"cookie", f"firstline_session={cookie}".encode())]}
    assert _who_in_this_connection(_who, scope) is not None
    Person.objects.filter(pk=vera.pk).update(account="")
    assert _who_in_this_connection(_who, scope) is None


def test_a_link_for_a_password_ends_when_the_account_does(cast: Cast) -> None:
    link = password_links.for_reset("mei@corp.example")
    assert link is not None
    secret = password_links.write(link)
    Person.objects.filter(pk=cast.mei.pk).update(account="")
    assert password_links.found(password_links.digest(secret)) is None
    assert password_links.use(link, password=NEW) is None


def test_an_administrators_invitation_gives_an_account_and_nobody_elses_does(cast: Cast, letters: list[Any]) -> None:
    vera = by_letter(cast)
    for other in (cast.bo, cast.dana, cast.mei):
        assert password_links.for_invitation(vera, by=other) is None
        assert signed_in(other).post(f"/settings/people/{vera.pk}/invite/").status_code == 404
    assert not _vera().has_account
    letters.clear()
    assert signed_in(cast.ada).post(f"/settings/people/{vera.pk}/invite/").status_code == 302
    run_jobs()
    assert _vera().account == "administrator"
    browser = Client()
    browser.get(link_in(letters[-1]))
    assert browser.post("/sign-in/new-password/", {"password": NEW}).status_code == 302
    assert browser.get("/").status_code == 200


def test_a_seat_at_a_desk_is_no_account(cast: Cast) -> None:
    vera = by_letter(cast)
    seat = {"person": VERA, "role": "agent", "team": cast.first.pk}
    assert signed_in(cast.dana).post("/settings/desks/IT/seats/new/", seat).status_code == 302
    assert not Person.objects.get(pk=vera.pk).has_account


@pytest.mark.parametrize("given", [{"new_password": "ocean-violin-42"}, {"admin": "on"}])
def test_an_administrator_gives_an_account_with_a_password_or_a_role(cast: Cast, given: dict[str, str]) -> None:
    vera = by_letter(cast)
    form = {"name": "Vera Sand", "email": VERA, "language": "en", "zone": "UTC", "is_active": "on"}
    ada, page = signed_in(cast.ada), f"/settings/people/{vera.pk}/"
    assert ada.post(page, form | {"phone": "123"}).status_code == 302
    assert not _vera().has_account
    assert "has no account" in ada.get(page).content.decode()
    assert ada.post(page, form | given).status_code == 302
    assert _vera().account == "administrator"
    assert "has no account" not in ada.get(page).content.decode()


def test_whom_an_administrator_adds_has_an_account(cast: Cast) -> None:
    form = {"name": "Vera Sand", "email": VERA, "language": "en", "zone": "UTC", "is_active": "on"}
    assert signed_in(cast.ada).post("/settings/people/new/", form).status_code == 302
    assert _vera().account == "administrator"


def test_what_somebody_held_before_is_not_theirs_again_with_a_new_account(cast: Cast) -> None:
    vera = by_letter(cast)
    Person.objects.filter(pk=vera.pk).update(account="administrator")
    vera = _vera()
    vera.set_password(PASSWORD)
    vera.save()
    old = signed_in(vera)
    Person.objects.filter(pk=vera.pk).update(account="")
    assert password_links.for_invitation(_vera(), by=cast.ada) is not None
    assert enter(Client(), email=VERA).status_code == 422
    assert old.get("/").status_code == 302


def test_a_machine_needs_no_account_for_its_token(cast: Cast) -> None:
    robot = Person.objects.create_person(name="Monitoring", kind=Person.Kind.BOT)
    program = Client(headers={"Authorization": f"Bearer {Token.issue(robot, scopes=['read'])}"})
    assert program.get("/api/v1/tickets").status_code == 200


def test_the_condition_and_the_fact_of_one_person_say_the_same(cast: Cast) -> None:
    for kind in Person.Kind.values[:2]:
        for active in (True, False):
            for account in ("", "domain"):
                Person.objects.create_person(name="Somebody", kind=kind, is_active=active, account=account)
    able = set(Person.objects.able().values_list("pk", flat=True))
    assert able == {person.pk for person in Person.objects.all() if person.has_account}


def test_an_account_of_today_signs_in_as_ever(known: Cast) -> None:
    browser = Client()
    assert enter(browser).status_code == 302
    assert browser.get("/").status_code == 200
    with clock.moved(clock.now() + timedelta(days=1)):
        holdings.end_all(known.mei)
    assert browser.get("/").status_code == 302


def _vera() -> Person:
    person = Person.objects.by_email(VERA)
    assert person is not None
    return person


def _who_in_this_connection(who: Callable[[Any], Any], scope: Any) -> Any:
    """As the stream asks, without closing the connection of the test."""
    from unittest.mock import patch

    with patch("firstline.web.live.connection"), patch("firstline.web.live.close_old_connections"):
        return who(scope)
