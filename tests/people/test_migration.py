"""Who keeps an account when accounts are told apart, and who never had one."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.db import connection

from firstline.api.models import Token
from firstline.catalog.models import Membership, SettingChange
from firstline.channels.models import InboundMessage
from firstline.kit import clock
from firstline.people import security_log
from firstline.people.models import AccountLink, Person
from tests.cast import Cast
from tests.letters import arrives, letter

MIGRATION: Any = import_module("firstline.retention.migrations.0002_who_has_an_account")


def _password(vera: Person, cast: Cast) -> None:
    vera.set_password("ocean-violin-42")
    vera.save()


def _signed_in(vera: Person, cast: Cast) -> None:
    vera.last_login = clock.now()
    vera.save()


def _admin(vera: Person, cast: Cast) -> None:
    vera.admin = True
    vera.save()


def _seat(vera: Person, cast: Cast) -> None:
    Membership.objects.create(person=vera, desk=cast.hr, role="auditor")


def _invited(vera: Person, cast: Cast) -> None:
    AccountLink.objects.create(person=vera, purpose="invitation", address="vera@far.example", by=cast.ada)


def _invited_long_ago(vera: Person, cast: Cast) -> None:
    security_log.note("invited", person=vera, by=cast.ada)


def _added(vera: Person, cast: Cast) -> None:
    _changed(vera, cast, what="added")


def _given_a_password(vera: Person, cast: Cast) -> None:
    _changed(vera, cast, changes={"password": [None, True]})


def _renamed(vera: Person, cast: Cast) -> None:
    _changed(vera, cast, changes={"name": ["V", "Vera"]})


def _reset(vera: Person, cast: Cast) -> None:
    security_log.note("reset_letter", person=vera)
    AccountLink.objects.create(person=vera, purpose="reset", address="vera@far.example")


def _nothing(vera: Person, cast: Cast) -> None:
    """Only known."""


def _changed(vera: Person, cast: Cast, what: str = "changed", changes: dict[str, Any] | None = None) -> None:
    SettingChange.objects.create(
        by=cast.ada, kind="people.person", row=vera.pk, name_en="Vera", name_zh="Vera", what=what, changes=changes or {}
    )


ALWAYS = [_admin, _seat, _invited, _invited_long_ago, _added, _given_a_password]
NEVER = [_nothing, _renamed, _reset]
UNLESS_BY_LETTER = [_password, _signed_in]


@pytest.mark.parametrize("by_letter", [True, False])
@pytest.mark.parametrize("had", [*ALWAYS, *NEVER, *UNLESS_BY_LETTER])
def test_who_keeps_an_account(cast: Cast, had: Callable[[Person, Cast], None], by_letter: bool) -> None:
    if by_letter:
        arrives(letter("Vera <vera@far.example>", letter_id="<vera@far.example>"))
        assert InboundMessage.objects.filter(introduced=True).count() == 1
    vera = Person.objects.by_email("vera@far.example") or Person.objects.create_person(
        name="Vera", email="vera@far.example"
    )
    had(vera, cast)
    _migrate()
    vera.refresh_from_db()
    keeps = had in ALWAYS or (had in UNLESS_BY_LETTER and not by_letter)
    assert vera.account == ("earlier" if keeps else "")


def test_what_the_hole_gave_ends_with_it_and_nobody_else_loses_anything(cast: Cast) -> None:
    arrives(letter("Vera <vera@far.example>", letter_id="<vera@far.example>"))
    vera = Person.objects.get(email="vera@far.example")
    Person.objects.update(account="administrator")
    for person in (vera, cast.mei):
        person.refresh_from_db()
        person.set_password("ocean-violin-42")
        person.save()
        Token.issue(person, scopes=["read"])
    Person.objects.update(account="")
    before = Person.objects.get(pk=cast.mei.pk).password
    _migrate()
    _migrate()
    assert not Person.objects.get(pk=vera.pk).has_usable_password()
    mei = Person.objects.get(pk=cast.mei.pk)
    assert (mei.account, mei.password, mei.session_round) == ("earlier", before, 0)
    assert list(Token.objects.filter(revoked_at=None).values_list("person", flat=True)) == [cast.mei.pk]


def _migrate() -> None:
    with connection.cursor() as cursor:
        Person.objects.filter(account="administrator").update(account="")
        cursor.execute(MIGRATION.KEPT)
        for each in MIGRATION.ENDED:
            cursor.execute(each.format(MIGRATION.WITHOUT))
