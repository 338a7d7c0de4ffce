"""Everything by which somebody comes in as a person ends in one place, whichever way, and never comes back."""

from collections.abc import Callable

import pytest
from django.apps import apps
from django.db import connection, models
from django.test import Client

from firstline.api.models import Token
from firstline.people import holdings, password_links
from firstline.people.models import AccountLink, Person
from firstline.retention.erasing import erase_person
from tests.cast import Cast
from tests.security.entering import NEW, PASSWORD, code_of, enter, secret_of_app
from tests.signing import signed_in

LIKE_SECRETS = {"hash", "key", "token", "secret", "challenge", "digest", "code"}
EXCUSED = {
    "people.Sitting": "a line about a session, which itself carries the hash that the round is part of",
    "channels.InboundMessage": "a letter; its key says which one it is",
    "mfa.Authenticator": "carries it in its data: a passkey alone is a way in (tests/security/test_passkeys.py)",
}


class Held:
    """What Mei holds, and which of it still opens something."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.browser = cast, Client()
        assert enter(self.browser).status_code == 302
        self.unlisted = signed_in(Person.objects.get(pk=cast.mei.pk))
        self.token = Token.issue(cast.mei, scopes=["read"])
        self.links = {}
        for purpose, made in (("reset", password_links.for_reset("mei@corp.example")), ("invitation", self._invited())):
            assert made is not None
            self.links[purpose] = password_links.write(made)

    def _invited(self) -> AccountLink | None:
        return password_links.for_invitation(self.cast.mei, by=self.cast.ada)

    def opens(self) -> set[str]:
        program = Client(headers={"Authorization": f"Bearer {self.token}"})
        found = {
            purpose for purpose, secret in self.links.items() if password_links.found(password_links.digest(secret))
        }
        found |= {"token"} if program.get("/api/v1/persons/me").status_code == 200 else set()
        found |= {"browser"} if self.browser.get("/account/").status_code == 200 else set()
        return found | ({"unlisted"} if self.unlisted.get("/account/").status_code == 200 else set())


ALL = {"token", "browser", "unlisted", "reset", "invitation"}


def person_form(person: Person, **more: str) -> dict[str, str]:
    given = {"name": person.name, "email": person.email or "", "language": "en", "zone": person.zone}
    return {**given, "is_active": "on", **more}


def by_own_new_password(held: Held) -> None:
    given = {"old": PASSWORD, "new": NEW}
    here = signed_in(held.cast.mei)
    assert here.post("/account/password/", given).status_code == 302
    assert here.get("/account/").status_code == 200


def by_signing_out_everywhere(held: Held) -> None:
    here = signed_in(held.cast.mei)
    assert here.post("/account/sessions/end/").status_code == 302
    assert here.get("/account/").status_code == 200


def by_an_administrator_signing_them_out(held: Held) -> None:
    answer = signed_in(held.cast.ada).post(f"/settings/people/{held.cast.mei.pk}/sign-out/")
    assert answer.status_code == 302


def by_a_password_that_an_administrator_set(held: Held) -> None:
    given = person_form(held.cast.mei, new_password=NEW)
    assert signed_in(held.cast.ada).post(f"/settings/people/{held.cast.mei.pk}/", given).status_code == 302


def by_another_address(held: Held) -> None:
    given = person_form(held.cast.mei, email="mei.lin@corp.example")
    assert signed_in(held.cast.ada).post(f"/settings/people/{held.cast.mei.pk}/", given).status_code == 302


def by_another_address_in_the_rows(held: Held) -> None:
    Person.objects.filter(pk=held.cast.mei.pk).update(email="mei.lin@corp.example")


def by_an_address_that_is_taken_away(held: Held) -> None:
    Person.objects.filter(pk=held.cast.mei.pk).update(email=None)


def by_a_link_in_a_letter(held: Held) -> None:
    client = Client()
    client.get(f"/sign-in/link/{held.links['reset']}/")
    assert client.post("/sign-in/new-password/", {"password": NEW}).status_code == 302


def by_the_settings_page(held: Held) -> None:
    given = person_form(held.cast.mei)
    del given["is_active"]
    assert signed_in(held.cast.ada).post(f"/settings/people/{held.cast.mei.pk}/", given).status_code == 302
    assert not Person.objects.get(pk=held.cast.mei.pk).is_active


def by_an_update_of_rows(held: Held) -> None:
    Person.objects.filter(pk=held.cast.mei.pk).update(is_active=False)


def by_saving_a_row_that_was_read_before(held: Held) -> None:
    held.cast.mei.is_active = False
    held.cast.mei.save()


def by_sql(held: Held) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_person SET is_active = false WHERE id = %s", [held.cast.mei.pk])


def by_erasing(held: Held) -> None:
    erase_person(held.cast.mei, by=held.cast.ada)


WAYS: list[Callable[[Held], None]] = [
    by_own_new_password,
    by_signing_out_everywhere,
    by_an_administrator_signing_them_out,
    by_a_password_that_an_administrator_set,
    by_another_address,
    by_another_address_in_the_rows,
    by_an_address_that_is_taken_away,
    by_a_link_in_a_letter,
    by_the_settings_page,
    by_an_update_of_rows,
    by_saving_a_row_that_was_read_before,
    by_sql,
    by_erasing,
]


@pytest.mark.parametrize("end", WAYS, ids=lambda way: way.__name__)
def test_all_that_a_person_holds_ends_and_activating_brings_none_back(known: Cast, end: Callable[[Held], None]) -> None:
    held = Held(known)
    assert held.opens() == ALL
    end(held)
    assert held.opens() == set()
    Person.objects.filter(pk=known.mei.pk).update(is_active=True)
    assert held.opens() == set()
    known.mei.save()  # with the round that it had when it was read
    assert held.opens() == set()
    assert not Token.kept().filter(person=known.mei).exists()


def test_who_changes_their_own_address_goes_on_where_they_did_it_and_nowhere_else(known: Cast) -> None:
    here, elsewhere = signed_in(known.ada), signed_in(known.ada)
    given = person_form(known.ada, email="ada.okoye@corp.example", admin="on")
    assert here.post(f"/settings/people/{known.ada.pk}/", given).status_code == 302
    assert (here.get("/account/").status_code, elsewhere.get("/account/").status_code) == (200, 302)


def test_the_first_address_of_somebody_ends_nothing(known: Cast) -> None:
    person = Person.objects.create_person(name="Zoe", account="administrator")
    Person.objects.filter(pk=person.pk).update(email="zoe@corp.example")
    assert Person.objects.get(pk=person.pk).session_round == 0


def test_what_is_made_afterwards_works(known: Cast) -> None:
    holdings.end_all(Person.objects.get(pk=known.mei.pk))
    assert Held(known).opens() == ALL


def test_who_had_given_the_password_and_not_yet_the_code_begins_again(known: Cast) -> None:
    secret, client = secret_of_app(known.mei), Client()
    assert enter(client)["Location"] == "/sign-in/code/"
    holdings.end_all(known.mei)
    assert client.post("/sign-in/code/", {"code": code_of(secret)})["Location"] == "/sign-in/"


def test_both_pages_say_that_programs_are_signed_out_too(known: Cast) -> None:
    page = signed_in(known.mei).get("/account/security/").content.decode()
    assert "your programs need new tokens" in page
    assert "Your programs are signed out too" in page


def test_every_model_that_keeps_a_secret_of_a_person_carries_the_round() -> None:
    """The next one that is written is found here: give it a `round`, or say why it lets nobody in."""
    found = {}
    for model in apps.get_models():
        fields = model._meta.get_fields()
        of_person = any(isinstance(f, models.ForeignKey) and f.related_model is Person for f in fields)
        secret = [
            f.name
            for f in fields
            if isinstance(f, models.CharField | models.TextField | models.BinaryField | models.JSONField)
            and (set(f.name.split("_")) & LIKE_SECRETS or model._meta.app_label == "mfa")
        ]
        if of_person and secret:
            found[model._meta.label] = any(f.name == "round" for f in fields)
    assert {"people.AccountLink", "api.Token", "people.Sitting", "mfa.Authenticator"} <= found.keys()
    assert {label for label, has in found.items() if not has} == EXCUSED.keys()
