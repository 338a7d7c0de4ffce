"""Signing in and out."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from firstline.kit import clock
from firstline.people import rate_limit
from firstline.people.models import Attempts
from tests.cast import Cast
from tests.web.conftest import As

PASSWORD = "correct horse battery"


@pytest.fixture
def known(cast: Cast) -> Cast:
    for person in (cast.mei, cast.bo):
        person.set_password(PASSWORD)
        person.save()
    return cast


def sign_in(client: Client, **more: str) -> str:
    """Where it leads, or the page that says no."""
    answer = client.post("/sign-in/", {"email": "mei@corp.example", "password": PASSWORD, **more})
    return answer["Location"] if answer.status_code == 302 else answer.content.decode()


def test_a_requester_lands_on_the_front_page_and_an_agent_at_the_desk(known: Cast) -> None:
    assert sign_in(Client()) == "/"
    assert sign_in(Client(), email="BO@corp.example") == "/desk/"


def test_one_comes_back_to_the_page_that_was_asked_for_but_never_leaves_the_desk(known: Cast) -> None:
    assert sign_in(Client(), next="/requests/?show=all") == "/requests/?show=all"
    for elsewhere in ("https://evil.example/", "//evil.example", "javascript:alert(1)"):
        assert sign_in(Client(), next=elsewhere) == "/"


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "This address and password do not belong together."), ("zh-hans", "邮箱或密码不正确。")],
)
def test_every_way_to_fail_looks_the_same(known: Cast, as_: As, language: str, words: str) -> None:
    known.bo.is_active = False
    known.bo.save()
    pages = set()
    for email, password in [
        ("mei@corp.example", "wrong"),
        ("nobody@corp.example", PASSWORD),
        ("bo@corp.example", PASSWORD),
        ("omar@corp.example", "!"),
    ]:
        page = sign_in(as_(None, language=language), email=email, password=password)
        assert words in page
        start = page.index('role="alert"')
        pages.add(page[start : page.index("</form>")].replace(email, ""))
    assert len(pages) == 1


def test_the_address_stays_in_its_field_and_the_password_does_not(known: Cast) -> None:
    page = sign_in(Client(), password="wrong-but-secret")
    assert 'value="mei@corp.example"' in page
    assert "wrong-but-secret" not in page


def test_signing_in_begins_a_session_under_a_new_key(known: Cast) -> None:
    client = Client()
    client.get("/sign-in/")
    session = client.session
    session["before"] = True
    session.save()
    client.cookies["firstline_session"] = session.session_key
    sign_in(client)
    assert client.session.session_key != session.session_key
    assert not client.session.exists(session.session_key)


def test_signing_out_takes_a_post_and_ends_the_session(known: Cast) -> None:
    client = Client()
    sign_in(client)
    key = client.session.session_key
    assert client.get("/sign-out/").status_code == 405
    client.post("/sign-out/")
    assert not client.session.exists(key)
    assert client.get("/requests/").status_code == 302


def test_pages_of_persons_are_not_kept_by_caches(known: Cast, as_: As) -> None:
    for path in ("/", "/requests/", "/account/"):
        assert as_(known.mei).get(path)["Cache-Control"] == "private, no-store"


def test_a_form_without_its_token_is_refused_in_words(known: Cast, as_: As) -> None:
    client = as_(known.mei, language="zh-hans", enforce_csrf_checks=True)
    for path in ("/sign-in/", "/sign-out/", "/account/", "/ask/"):
        answer = client.post(path, {"email": "mei@corp.example", "password": PASSWORD})
        assert answer.status_code == 403
        assert "表单已过期" in answer.content.decode()


def test_after_ten_failures_even_the_right_password_is_not_judged_for_a_quarter_of_an_hour(known: Cast) -> None:
    with clock.moved(clock.now()):
        for _each in range(10):
            sign_in(Client(), password="wrong")
        assert "Too many attempts" in sign_in(Client())
        assert sign_in(Client(), email="bo@corp.example") == "/desk/"
        assert sign_in(Client(REMOTE_ADDR="10.0.0.9")) == "/"
    with clock.moved(clock.now() + timedelta(minutes=15, seconds=1)):
        assert sign_in(Client()) == "/"
    assert not Attempts.objects.exists()


def test_an_unknown_address_is_counted_alike(known: Cast) -> None:
    for _each in range(10):
        sign_in(Client(), email="nobody@corp.example", password="wrong")
    assert "Too many attempts" in sign_in(Client(), email="nobody@corp.example", password="wrong")


def test_of_many_guesses_at_once_only_ten_are_judged(django_db_setup: None, django_db_blocker: Any) -> None:
    account, address = f"{uuid4()}@corp.example", "10.0.0.1"

    def guess(_number: int) -> bool:
        try:
            return rate_limit.take("password", account, address)
        finally:
            connection.close()

    # Real connections, each with a transaction of its own, so the rows are taken away by hand.
    with django_db_blocker.unblock():
        try:
            with ThreadPoolExecutor(8) as pool:
                assert sum(pool.map(guess, range(60))) == 10
        finally:
            rate_limit.forget("password", account, address)
            connection.close()
