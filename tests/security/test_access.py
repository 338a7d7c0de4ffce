"""Rows 32 and 34 of the threats: tokens, and who is given more than he had. Names begin with the row."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client, override_settings

from firstline.api.models import Token, digest
from firstline.audit.models import AuditEntry
from firstline.catalog.models import Membership
from firstline.kit import clock
from firstline.people import factors
from firstline.people.models import Person
from firstline.web import live
from tests.api.test_api import Program
from tests.cast import Cast
from tests.security.entering import NEW, PASSWORD, code_of, enter, secret_of_app
from tests.signing import signed_in


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
    from tests.web.addresses import API, OPEN_API, addresses, filled

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


@pytest.mark.parametrize("comes", ["a seat", "the office", "the rule"])
def test_what_was_begun_before_a_second_factor_was_asked_for_waits_for_it_too(
    known: Cast, comes: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings

    def rule(name: str) -> None:
        monkeypatch.setattr(settings, "CONFIG", settings.CONFIG.model_copy(update={"second_factor": name}))

    rule("optional" if comes == "the rule" else "staff")
    monkeypatch.setattr(live, "close_old_connections", lambda: None)
    monkeypatch.setattr(connection, "close", lambda: None)
    mei = Client()
    enter(mei)
    program, bot = Program(known.mei), Program(Person.objects.create_person(name="Watch", kind="bot"))
    assert (mei.get("/").status_code, program("GET", "/tickets").status_code) == (200, 200)
    if comes == "a seat":
        Membership.objects.create(person=known.mei, desk=known.it, role="agent")
    elif comes == "the office":
        Person.objects.filter(pk=known.mei.pk).update(admin=True)
    else:
        rule("everybody")
    name = settings.SESSION_COOKIE_NAME
    for path in ("/", "/desk/queue/mine/", "/settings/people/", "/account/tokens/"):
        assert mei.get(path)["Location"] == "/account/security/"
    assert live._who({"headers": [(b"cookie", f"{name}={mei.cookies[name].value}".encode())]}) is None
    assert program("GET", "/tickets").status_code == 403
    assert bot("GET", "/tickets").status_code == 200
    mei.get("/account/app/")
    secret = factors.Adapter().decrypt(mei.session["app_secret"])
    mei.post("/account/app/", {"code": code_of(secret)})
    assert (mei.get("/").status_code, program("GET", "/tickets").status_code) == (200, 200)


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
