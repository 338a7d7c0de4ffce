"""Rows 15, 23-28, 30, 32 and 34 of the threats, as far as they touch signing in. Names begin with the row."""

import re
import time
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client, override_settings

from firstline.api.models import Token, digest
from firstline.channels.email import sender
from firstline.kit import clock
from firstline.people import factors, links, sittings
from firstline.people.models import AccountLink, Person
from firstline.tickets.models import AuditEntry
from tests.background import run_jobs, waiting_jobs
from tests.cast import Cast
from tests.signing import signed_in

PASSWORD = "correct horse battery"
NEW = "an even longer one"


@pytest.fixture
def known(cast: Cast) -> Cast:
    cast.mei.set_password(PASSWORD)
    cast.mei.save()
    return cast


@pytest.fixture
def letters(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What would have left."""
    sent: list[Any] = []
    monkeypatch.setattr(sender, "send", sent.append)
    return sent


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One entry for each password that is hashed: that is what a page's time is made of."""
    done: list[str] = []
    encode = Argon2PasswordHasher.encode

    def counted(self: Argon2PasswordHasher, password: str, salt: str) -> str:
        done.append(salt)
        return encode(self, password, salt)

    verify = Argon2PasswordHasher.verify

    def verified(self: Argon2PasswordHasher, password: str, encoded: str) -> bool:
        done.append(encoded)
        return verify(self, password, encoded)

    monkeypatch.setattr(Argon2PasswordHasher, "encode", counted)
    monkeypatch.setattr(Argon2PasswordHasher, "verify", verified)
    return done


def secret_of_app(person: Person) -> str:
    """Set up an app for the person; returns what it holds."""
    secret = factors.new_secret()
    assert factors.enrol_app(person, secret=secret, code=code_of(secret, -1))
    return secret


def code_of(secret: str, steps: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def enter(client: Client, password: str = PASSWORD, email: str = "mei@corp.example", **more: str) -> Any:
    return client.post("/sign-in/", {"email": email, "password": password, **more})


def link_in(letter: Any) -> str:
    found = re.search(r"https?://\S+(/sign-in/link/\S+/)", letter.text)
    assert found, letter.text
    return found[1]


def plain(page: Any) -> str:
    """The page without what differs each time."""
    text = re.sub(r'(csrfmiddlewaretoken" value=|csrf-token" content=|CSRFToken": )"[^"]+"', "", page.content.decode())
    text = re.sub(r'data-now="[^"]+"', "", text)
    return re.sub(r"[\w.]+@corp\.example", "", text)


def test_15_a_wrong_password_costs_one_hash_whoever_it_is(known: Cast, hashed: list[str]) -> None:
    known.bo.set_password(PASSWORD)
    known.bo.is_active = False
    known.bo.save()
    costs, pages = [], []
    for email in ("mei@corp.example", "nobody@corp.example", "bo@corp.example", "omar@corp.example"):
        hashed.clear()
        pages.append(plain(enter(Client(), "wrong", email)))
        costs.append(len(hashed))
    assert costs == [1, 1, 1, 1]
    assert len(set(pages)) == 1


def test_15_a_forgotten_password_is_answered_alike_and_does_the_same_work(known: Cast, letters: list[Any]) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    pages, work = [], []
    for email in ("mei@corp.example", "nobody@corp.example", "Bo@Corp.example"):
        client = Client(REMOTE_ADDR=f"10.0.0.{len(pages)}")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = client.post("/sign-in/forgotten/", {"email": email})
        pages.append((answer.status_code, plain(answer)))
        work.append([re.sub(r"'[^']*'|\d+", "", query["sql"]) for query in queries])
    assert len(set(pages)) == 1
    assert work[0] == work[1] == work[2]
    assert [name for name, _args in waiting_jobs()] == ["firstline.channels.reset_letter"] * 3
    run_jobs()
    assert sorted(letter.to for letter in letters) == ["bo@corp.example", "mei@corp.example"]


def test_15_a_link_that_was_used_and_one_that_never_was_look_alike(known: Cast, letters: list[Any]) -> None:
    path = asked_for(letters)
    Client().get(path)
    used = Client()
    used.get(path)
    used.post("/sign-in/new-password/", {"password": NEW})
    pages = set()
    for each in (path, "/sign-in/link/never-was/"):
        client = Client()
        answer = client.get(each, follow=True)
        pages.add((answer.status_code, plain(answer)))
    assert len(pages) == 1
    assert pages.pop()[0] == 410


def test_23_the_link_in_a_letter_does_not_follow_a_forged_host(known: Cast, letters: list[Any]) -> None:
    forged = {"HTTP_X_FORWARDED_HOST": "evil.example", "HTTP_X_FORWARDED_PROTO": "https"}
    assert (
        Client().post("/sign-in/forgotten/", {"email": "mei@corp.example"}, HTTP_HOST="evil.example").status_code == 400
    )
    assert Client().post("/sign-in/forgotten/", {"email": "mei@corp.example"}, **forged).status_code == 200
    run_jobs()
    assert "evil" not in letters[0].text + letters[0].html
    assert "http://127.0.0.1:8000/sign-in/link/" in letters[0].text


@pytest.mark.parametrize(
    "given",
    [
        {"email": ["mei@corp.example", "evil@corp.example"]},
        {"email": "mei@corp.example,evil@corp.example"},
        {"email": "mei@corp.example\nCc: evil@corp.example"},
        {"email[]": "mei@corp.example"},
        {"email": ["evil@corp.example", "mei@corp.example"]},
    ],
)
def test_24_a_reset_takes_one_address_and_no_list(known: Cast, letters: list[Any], given: dict[str, Any]) -> None:
    assert Client().post("/sign-in/forgotten/", given).status_code == 422
    run_jobs()
    assert letters == []


def test_24_whatever_was_typed_the_letter_goes_to_the_stored_address(known: Cast, letters: list[Any]) -> None:
    for typed in ("MEI@corp.example", "mei@corp.e\u0445ample", "m\u0435i@corp.example", "mei@\uff43orp.example"):
        Client(REMOTE_ADDR=f"10.1.0.{len(typed)}").post("/sign-in/forgotten/", {"email": typed})
    run_jobs()
    assert {letter.to for letter in letters} == {"mei@corp.example"}


def asked_for(letters: list[Any], email: str = "mei@corp.example") -> str:
    """The path of the link in the letter that this address gets."""
    Client().post("/sign-in/forgotten/", {"email": email})
    run_jobs()
    return link_in(letters[-1])


def test_24_a_link_works_once_within_the_hour_for_its_address_and_is_kept_nowhere(
    known: Cast, letters: list[Any]
) -> None:
    elsewhere = signed_in(known.mei)
    path = asked_for(letters)
    secret = path.rstrip("/").rpartition("/")[2]
    assert AccountLink.objects.get().hash == links.digest(secret)
    client = Client()
    assert client.get(path)["Location"] == "/sign-in/new-password/"
    assert AccountLink.objects.get().used_at is None  # a mail scanner has opened it, no more
    assert secret not in str(client.session.items())
    assert client.post("/sign-in/new-password/", {"password": "short"}).status_code == 422
    assert client.post("/sign-in/new-password/", {"password": NEW})["Location"] == "/"
    assert client.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302
    assert Person.objects.get(pk=known.mei.pk).check_password(NEW)
    again = Client()
    again.get(path)
    assert again.post("/sign-in/new-password/", {"password": PASSWORD}).status_code == 410

    late = asked_for(letters)
    with clock.moved(clock.now() + timedelta(minutes=61)):
        assert Client().get(late, follow=True).status_code == 410
    Person.objects.filter(pk=known.mei.pk).update(email="lin.mei@corp.example")
    assert Client().get(late, follow=True).status_code == 410


def test_24_a_new_link_takes_the_place_of_the_one_before(known: Cast, letters: list[Any]) -> None:
    first, second = asked_for(letters), asked_for(letters)
    assert Client().get(first, follow=True).status_code == 410
    assert Client().get(second, follow=True).status_code == 200


def test_24_a_link_does_not_pass_by_the_second_factor(known: Cast, letters: list[Any]) -> None:
    secret_of_app(known.mei)
    client = Client()
    client.get(asked_for(letters))
    assert client.post("/sign-in/new-password/", {"password": NEW})["Location"] == "/sign-in/code/"
    assert client.get("/account/").status_code == 302


def test_25_every_unsafe_address_refuses_a_form_without_its_token(known: Cast) -> None:
    from tests.web.test_matrix import API, SETTINGS, addresses, filled

    client = signed_in(known.ada, Client(enforce_csrf_checks=True))
    parts = dict.fromkeys(re.findall(r"<(?:\w+:)?(\w+)>", " ".join(route for _name, route in addresses())), "1")
    parts |= dict.fromkeys(SETTINGS.values(), "1") | {"file": "0b5e2a9c-6b0e-4d6c-9d8a-0f2f6d4a1b11"}
    opened = []
    for name, route in addresses():
        if not route.startswith(API):
            status = client.post(filled(name, route, parts)).status_code
            if status not in (403, 404, 405):
                opened.append((name, status))
    assert opened == []


def test_25_the_api_takes_no_cookie(known: Cast) -> None:
    client = signed_in(known.ada)
    answer = client.get("/api/v1/tickets")
    assert answer.status_code == 401
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_26_the_session_key_changes_at_each_step_of_signing_in(known: Cast) -> None:
    secret = secret_of_app(known.mei)
    client, keys = Client(), []
    client.get("/sign-in/link/x/")  # a session that somebody else may know
    keys.append(client.session.session_key)
    assert enter(client)["Location"] == "/sign-in/code/"
    keys.append(client.session.session_key)
    assert client.get("/account/").status_code == 302
    assert client.post("/sign-in/code/", {"code": code_of(secret)})["Location"] == "/"
    keys.append(client.session.session_key)
    assert len(set(keys)) == 3
    assert not any(client.session.exists(key) for key in keys[:2])


def test_26_pages_about_accounts_are_kept_by_no_cache(known: Cast) -> None:
    client = signed_in(known.mei)
    anonymous = ("/sign-in/", "/sign-in/forgotten/", "/sign-in/new-password/")
    pages = [(client, "/account/" + each) for each in ("", "security/", "app/", "tokens/", "confirm/")]
    for who, path in [(Client(), path) for path in anonymous] + pages:
        assert (path, who.get(path)["Cache-Control"]) == (path, "private, no-store")


def test_26_sessions_are_listed_and_can_be_ended_one_by_one_and_all(known: Cast) -> None:
    here, phone, work = (Client(headers={"User-Agent": f"{name} Chrome/1"}) for name in ("Windows", "iPhone", "Linux"))
    for each in (here, phone, work):
        assert enter(each).status_code == 302
    page = here.get("/account/security/").content.decode()
    assert [word in page for word in ("Chrome, Windows", "Chrome, iPhone", "Chrome, Linux", "127.0.0.1")] == [True] * 4
    on_phone = known.mei.sittings.get(agent__contains="iPhone")
    assert signed_in(known.omar).post(f"/account/sessions/{on_phone.pk}/end/").status_code == 404
    assert here.post(f"/account/sessions/{on_phone.pk}/end/").status_code == 302
    assert [each.get("/account/").status_code for each in (here, phone, work)] == [200, 302, 200]
    unlisted = signed_in(known.mei)
    here.post("/account/sessions/end/")
    assert [each.get("/account/").status_code for each in (here, work, unlisted)] == [200, 302, 302]


def test_26_somebody_deactivated_is_out_at_once(known: Cast) -> None:
    client, token = Client(), Token.issue(known.mei, scopes=["read"])
    enter(client)
    headers = {"Authorization": f"Bearer {token}"}
    assert Client(headers=headers).get("/api/v1/tickets").status_code == 200
    Person.objects.filter(pk=known.mei.pk).update(is_active=False)
    assert client.get("/account/").status_code == 302
    assert Client(headers=headers).get("/api/v1/tickets").status_code == 401


def test_27_a_code_is_right_only_once(known: Cast) -> None:
    secret = secret_of_app(known.mei)
    code = code_of(secret)
    for expected in (302, 422):
        client = Client()
        enter(client)
        assert client.post("/sign-in/code/", {"code": code}).status_code == expected


def test_27_after_five_wrong_codes_even_the_right_one_is_not_judged(known: Cast) -> None:
    secret = secret_of_app(known.mei)
    for number in range(6):
        client = Client(REMOTE_ADDR=f"10.0.0.{number}")
        enter(client)
        answer = client.post("/sign-in/code/", {"code": "000000" if number < 5 else code_of(secret)})
    assert "Too many attempts" in answer.content.decode()
    with clock.moved(clock.now() + timedelta(minutes=16)):
        client = Client()
        enter(client)
        assert client.post("/sign-in/code/", {"code": code_of(secret)}).status_code == 302


def test_27_recovery_codes_work_once_each_and_count_as_guesses(known: Cast) -> None:
    secret_of_app(known.mei)
    codes = factors.new_recovery_codes(known.mei)
    for code, expected in ((codes[0], 302), (codes[0], 422), (codes[1].replace("-", ""), 302)):
        client = Client()
        enter(client)
        assert client.post("/sign-in/code/", {"code": code}).status_code == expected
    assert factors.recovery_codes_left(known.mei) == 8
    factors.new_recovery_codes(known.mei)
    assert not factors.judge_code(known.mei, codes[2])


def test_27_one_address_gets_three_letters_an_hour(known: Cast, letters: list[Any]) -> None:
    for number in range(10):
        Client(REMOTE_ADDR=f"10.0.0.{number}").post("/sign-in/forgotten/", {"email": "mei@corp.example"})
    run_jobs()
    assert len(letters) == 3


def test_28_who_somebody_is_is_never_taken_from_a_header(known: Cast) -> None:
    names = (
        "X-Remote-User",
        "Remote-User",
        "X-Forwarded-User",
        "X-Auth-Request-Email",
        "X-Authenticated-User",
        "X-User",
    )
    for name in names:
        for who in ("ada@corp.example", str(known.ada.pk)):
            client = Client(headers={name: who})
            assert client.get("/account/").status_code == 302
            assert client.get("/api/v1/tickets").status_code == 401
    assert Client(REMOTE_USER="ada@corp.example").get("/account/").status_code == 302


def test_30_an_invitation_is_bound_to_its_address_works_once_and_for_72_hours(known: Cast, letters: list[Any]) -> None:
    ada = signed_in(known.ada)
    given = {"name": "New Nina", "email": "nina@corp.example", "language": "en", "zone": "UTC", "is_active": "on"}
    assert ada.post("/settings/people/new/", {**given, "invite": "on"}).status_code == 302
    run_jobs()
    nina = Person.objects.get(email="nina@corp.example")
    assert [letter.to for letter in letters] == ["nina@corp.example"]
    assert "Ada Okoye" in letters[0].text
    path = link_in(letters[0])
    with clock.moved(clock.now() + timedelta(hours=71)):
        assert Client().get(path, follow=True).status_code == 200
    with clock.moved(clock.now() + timedelta(hours=73)):
        assert Client().get(path, follow=True).status_code == 410
    client = Client()
    client.get(path)
    assert client.post("/sign-in/new-password/", {"password": NEW})["Location"] == "/"
    assert Client().get(path, follow=True).status_code == 410

    ada.post(f"/settings/people/{nina.pk}/invite/")
    Person.objects.filter(pk=nina.pk).update(email="other@corp.example")
    run_jobs()
    assert len(letters) == 1


def test_32_a_token_is_shown_once_and_kept_as_a_hash(known: Cast) -> None:
    client = signed_in(known.mei)
    page = client.post("/account/tokens/", {"name": "Watch", "scope": "read", "days": "30"}).content.decode()
    found = re.search(r'id="secret">(fl_[\w-]{43})<', page)
    assert found
    token = Token.objects.get()
    assert (token.hash, token.tail) == (digest(found[1]), found[1][-4:])
    assert token.expires_at is not None
    assert timedelta(days=29) < token.expires_at - clock.now() <= timedelta(days=30)
    assert found[1] not in client.get("/account/tokens/").content.decode()
    headers = {"Authorization": f"Bearer {found[1]}"}
    assert Client(headers=headers).get("/api/v1/tickets").status_code == 200
    assert Token.objects.get().used_at is not None
    with clock.moved(clock.now() + timedelta(days=31)):
        assert Client(headers=headers).get("/api/v1/tickets").status_code == 401
    assert signed_in(known.omar).post(f"/account/tokens/{token.pk}/revoke/").status_code == 404
    client.post(f"/account/tokens/{token.pk}/revoke/")
    assert Client(headers=headers).get("/api/v1/tickets").status_code == 401
    for bad in ({"days": "9999"}, {"scope": "admin"}, {"days": ""}):
        given = {"name": "Watch", "scope": "read", "days": "30", **bad}
        assert client.post("/account/tokens/", given).status_code == 422


def test_32_each_scope_opens_what_it_says_at_every_endpoint(known: Cast) -> None:
    from tests.web.test_matrix import API, OPEN_API, addresses, filled

    parts = {"number": "IT-1", "id": "1", "key": "x", "file": "1"}
    opens = {(): (False, False), ("read",): (True, False), ("write",): (True, True), ("read", "write"): (True, True)}
    wrong = []
    for scopes, (reads, writes) in opens.items():
        client = Client(headers={"Authorization": f"Bearer {Token.issue(known.bo, scopes=list(scopes))}"})
        for name, route in addresses():
            if route.startswith(API) and name not in OPEN_API:
                path = filled(name, route, parts)
                for method, may in (("get", reads), ("post", writes)):
                    answer = getattr(client, method)(path, content_type="application/json")
                    if answer.status_code != 405 and (answer.status_code == 403) == may:
                        wrong.append((scopes, name, method, answer.status_code))
    assert wrong == []


def test_34_nobody_gives_himself_more_by_sending_fields_that_no_form_has(known: Cast) -> None:
    more = {"admin": "on", "is_active": "on", "vip": "on", "email": "ada@corp.example", "session_round": "9"}
    more |= {"person": str(known.ada.pk), "user": str(known.ada.pk), "scopes": "write", "expires_at": "2099-01-01"}
    client, before = signed_in(known.mei), Person.objects.filter(pk=known.ada.pk).values().get()
    client.post("/account/", {"phone": "", "language": "en", "zone": "UTC", **more})
    client.post("/account/tokens/", {"name": "x", "scope": "read", "days": "7", **more})
    client.post("/account/password/", {"old": PASSWORD, "new": NEW, **more})
    mei = Person.objects.get(pk=known.mei.pk)
    assert (mei.admin, mei.vip, mei.email) == (False, False, "mei@corp.example")
    token = Token.objects.get()
    assert (token.person, token.scopes, (token.expires_at or clock.now()) < clock.now() + timedelta(days=8)) == (
        known.mei, ["read"], True,
    )  # fmt: skip
    assert Person.objects.filter(pk=known.ada.pk).values().get() == before


def test_dangerous_acts_ask_again_and_lose_nothing(known: Cast) -> None:
    client = signed_in(known.mei, recently=False)
    given = {"old": PASSWORD, "new": NEW}
    asked = client.post("/account/password/", given)
    assert asked.status_code == 401
    page = asked.content.decode()
    assert f'name="new" value="{NEW}"' in page
    where = re.search(r'action="(/account/confirm/[^"]+)"', page)
    assert where
    path = where[1].replace("&amp;", "&")
    assert client.post(path, {**given, "confirm_password": "wrong"}).status_code == 422
    on = client.post(path, {**given, "confirm_password": PASSWORD})
    assert (on.status_code, on["Location"]) == (307, "/account/password/")
    assert client.post("/account/password/", given)["Location"] == "/account/security/"
    later = signed_in(Person.objects.get(pk=known.mei.pk), recently=False).get("/account/app/")
    assert later["Location"] == "/account/confirm/?next=%2Faccount%2Fapp%2F"
    with clock.moved(clock.now() + timedelta(minutes=11)):
        assert client.get("/account/app/").status_code == 302


def test_making_an_administrator_asks_again_and_is_written_down(known: Cast) -> None:
    given = {"name": "Omar Haddad", "email": "omar@corp.example", "language": "en", "zone": "Europe/Berlin"}
    given |= {"country": "DE", "city": "Berlin", "department": "Sales", "is_active": "on", "admin": "on"}
    page = f"/settings/people/{known.omar.pk}/"
    assert signed_in(known.ada, recently=False).post(page, given).status_code == 401
    assert not Person.objects.get(pk=known.omar.pk).admin
    assert signed_in(known.ada).post(page, given).status_code == 302
    assert Person.objects.get(pk=known.omar.pk).admin
    entry = AuditEntry.objects.filter(name="role_changed").latest("pk")
    assert (entry.by, entry.about, entry.data) == (known.ada, known.omar, {"what": "admin_given"})


def test_who_must_have_a_second_factor_is_led_to_it_first(known: Cast) -> None:
    known.bo.set_password(PASSWORD)
    known.bo.save()
    from django.conf import settings

    with override_settings(CONFIG=settings.CONFIG.model_copy(update={"second_factor": "staff"})):
        mei, bo = Client(), Client()
        enter(mei)
        enter(bo, email="bo@corp.example")
        assert mei.get("/").status_code == 200
        for path in ("/", "/desk/queue/mine/", "/account/tokens/"):
            assert bo.get(path)["Location"] == "/account/security/"
        bo.get("/account/app/")
        secret = factors.Adapter().decrypt(bo.session["app_secret"])
        page = bo.post("/account/app/", {"code": code_of(secret)}).content.decode()
        assert len(re.findall(r"<code>\d{5}-\d{5}</code>", page)) == 10
        assert bo.get("/desk/queue/mine/").status_code == 200
        bo.post("/account/app/remove/")
        assert factors.has_second(known.bo)


def test_sign_ins_and_failures_are_written_down_without_secrets(known: Cast) -> None:
    enter(Client(), "a wrong secret")
    enter(Client())
    told = [(entry.name, entry.about, entry.data["what"]) for entry in AuditEntry.objects.order_by("pk")]
    assert told == [("sign_in_failed", known.mei, "password_wrong"), ("signed_in", known.mei, "signed_in")]
    kept = str(list(AuditEntry.objects.values("data", "words")))
    assert "a wrong secret" not in kept
    assert PASSWORD not in kept


def test_the_secrets_of_apps_are_encrypted_and_can_be_rotated(known: Cast) -> None:
    from allauth.mfa.models import Authenticator

    secret = secret_of_app(known.mei)
    before = Authenticator.objects.get().data["secret"]
    assert secret not in before
    counted = factors.rotate_secrets()
    assert (counted.total, counted.unreadable) == (1, 0)
    assert Authenticator.objects.get().data["secret"] != before
    assert factors.judge_code(known.mei, code_of(secret)) == "code"


def test_a_device_is_named_in_words() -> None:
    agent = "Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120"
    assert sittings.device(agent) == "Edge, Windows"
    assert sittings.device("") == ""
