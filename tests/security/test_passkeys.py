"""What a passkey signed counts for what it was asked for, and for nothing else; and what ends it as a way in."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client, override_settings

from firstline.people import factors, holdings
from firstline.people.models import Person
from tests.cast import Cast
from tests.passkey import HOST, TOUCHED, VERIFIED, Passkey, challenge_for
from tests.security.entering import PASSWORD, code_of, enter, secret_of_app
from tests.signing import signed_in

pytestmark = pytest.mark.usefixtures("by_name")
NOBODY, HALF, OTHER = "nobody", "half signed in", "signed in as somebody else"


@pytest.fixture
def by_name() -> Iterator[None]:
    with override_settings(ALLOWED_HOSTS=[HOST, "testserver"]):
        yield


@pytest.fixture
def key(known: Cast) -> Passkey:
    """Mei's."""
    made = Passkey()
    assert made.add(_at(known.mei)).status_code == 200
    assert len(factors.passkeys(known.mei)) == 1
    return made


def _at(person: Person | None = None) -> Client:
    client = Client(headers={"host": HOST})
    return signed_in(person, client) if person else client


def _half() -> Client:
    client = _at()
    assert enter(client)["Location"] == "/sign-in/code/"
    return client


def _is_mei(client: Client) -> bool:
    page = client.get("/account/")
    return page.status_code == 200 and "mei@corp.example" in page.content.decode()


def _standing(cast: Cast, where: str) -> Client:
    return {NOBODY: _at, HALF: _half, OTHER: lambda: _at(cast.omar)}[where]()


@pytest.mark.parametrize("where", [NOBODY, HALF, OTHER])
@pytest.mark.parametrize("asked", ["sign-in", "second-factor", "confirm", "", "anything"])
def test_a_key_that_verified_nobody_signs_in_nobody_alone(known: Cast, key: Passkey, where: str, asked: str) -> None:
    client = _standing(known, where)
    answer = key.use(client, asked=asked, handed_in="sign-in", flags=TOUCHED)
    assert (answer.status_code, _is_mei(client)) == (422, False)


@pytest.mark.parametrize("where", [NOBODY, HALF, OTHER])
def test_one_that_did_does_wherever_somebody_stood(known: Cast, key: Passkey, where: str) -> None:
    client = _standing(known, where)
    assert key.use(client, asked="sign-in").status_code == 302
    assert _is_mei(client)


def test_as_second_factor_a_touch_is_enough(known: Cast, key: Passkey) -> None:
    client = _half()
    assert key.use(client, asked="second-factor", flags=TOUCHED).status_code == 302
    assert _is_mei(client)


@pytest.mark.parametrize("handed_in", ["sign-in", "second-factor", "confirm"])
@pytest.mark.parametrize("asked", ["sign-in", "second-factor", "confirm", "add"])
def test_what_was_asked_for_one_purpose_serves_no_other(known: Cast, key: Passkey, asked: str, handed_in: str) -> None:
    client = _at(known.mei) if "confirm" in (asked, handed_in) or asked == "add" else _half()
    if asked == handed_in:
        assert key.use(client, asked=asked, flags=TOUCHED | VERIFIED).status_code == 302
        return
    before = client.session.get("_auth_user_id"), client.session.get("proved_at")
    key.use(client, asked=asked, handed_in=handed_in)
    assert (client.session.get("_auth_user_id"), client.session.get("proved_at")) == before


@pytest.mark.parametrize("asked", ["sign-in", "confirm"])
def test_a_passkey_is_added_only_with_what_was_asked_to_add_it(known: Cast, key: Passkey, asked: str) -> None:
    client = _at(known.mei)
    other = Passkey()
    other.add(client, challenge=challenge_for(client, asked))
    assert len(factors.passkeys(known.mei)) == 1


def test_what_was_asked_of_one_person_is_not_signed_by_another(known: Cast, key: Passkey) -> None:
    known.omar.set_password(PASSWORD)
    known.omar.save()
    secret_of_app(known.omar)
    client = _at()
    assert enter(client, email="omar@corp.example")["Location"] == "/sign-in/code/"
    challenge = challenge_for(client, "confirm") or challenge_for(client, "second-factor")
    assert enter(client)["Location"] == "/sign-in/code/"
    assert client.post("/sign-in/code/", {"credential": key.signs(challenge, flags=TOUCHED)}).status_code == 422
    assert client.get("/account/").status_code == 302


def test_a_recovery_code_does_not_confirm_and_is_not_used_up_by_trying(known: Cast) -> None:
    secret = secret_of_app(known.mei)
    code, *_others = factors.new_recovery_codes(known.mei)
    assert _at(known.mei).post("/account/confirm/", {"confirm_code": code}).status_code == 422
    assert factors.judge_code(known.mei, code) == "recovery"
    assert factors.judge_code(known.mei, code_of(secret)) == "code"


def by_leaving(person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(is_active=False)
    Person.objects.filter(pk=person.pk).update(is_active=True)


def by_another_address(person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(email="mei.lin@corp.example")
    Person.objects.filter(pk=person.pk).update(email="mei@corp.example")


def by_signing_out_everywhere(person: Person) -> None:
    signed_in(person).post("/account/sessions/end/")


@pytest.mark.parametrize("end", [by_leaving, by_another_address, by_signing_out_everywhere, holdings.end_all])
def test_once_all_has_ended_a_passkey_alone_lets_nobody_in_until_the_password_did(
    known: Cast, key: Passkey, end: Callable[[Person], None]
) -> None:
    assert key.use(_at(), asked="sign-in").status_code == 302
    end(known.mei)
    client = _at()
    answer = key.use(client, asked="sign-in")
    assert (answer.status_code, _is_mei(client)) == (422, False)
    assert "Sign in with your password and then this passkey once." in answer.content.decode()
    assert key.use(_half(), asked="second-factor").status_code == 302
    assert key.use(_at(), asked="sign-in").status_code == 302


def test_whoever_leaves_meanwhile_gets_in_by_no_factor(known: Cast, key: Passkey) -> None:
    half, anybody = _half(), _at()
    signed = {each: challenge_for(client, each) for each, client in (("second-factor", half), ("sign-in", anybody))}
    Person.objects.filter(pk=known.mei.pk).update(is_active=False)
    half.post("/sign-in/code/", {"credential": key.signs(signed["second-factor"], flags=TOUCHED | VERIFIED)})
    anybody.post("/sign-in/passkey/", {"credential": key.signs(signed["sign-in"], flags=TOUCHED | VERIFIED)})
    assert (half.get("/account/").status_code, anybody.get("/account/").status_code) == (302, 302)


def test_who_changes_the_password_is_told_of_passkeys(known: Cast, key: Passkey) -> None:
    page = signed_in(known.mei).post("/account/sessions/end/", follow=True).content.decode()
    assert "A passkey signs you in alone again once you have used it after your password." in page
