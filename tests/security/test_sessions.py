"""Rows 25, 26 and 28 of the threats: what a session is, who has it, and how it ends. Names begin with the row."""

from django.test import Client

from firstline.api.models import Token
from firstline.people import sessions
from firstline.people.models import Person
from tests.cast import Cast
from tests.security.entering import code_of, enter, secret_of_app
from tests.signing import signed_in


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


def test_a_device_is_named_in_words() -> None:
    agent = "Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120"
    assert sessions.device(agent) == "Edge, Windows"
    assert sessions.device("") == ""
