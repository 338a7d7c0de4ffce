"""The doors of a demo are open to who sits at the machine of a process that was told to be one, and to nobody else."""

from typing import Any

import pytest
from django.test import Client

from firstline.config import Config
from firstline.web import demo_doors
from tests.cast import Cast
from tests.signing import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.demo_urls")]

SAID = "This is a demo"


@pytest.fixture(autouse=True)
def cast() -> Cast:
    return Cast.make()


def told(monkeypatch: pytest.MonkeyPatch, **given: Any) -> None:
    monkeypatch.setattr(demo_doors, "config", lambda: Config(**{"demo": True, **given}))


def opened(**more: Any) -> list[int]:
    """The status of each door."""
    client, headers = Client(**{k: v for k, v in more.items() if k != "headers"}), more.get("headers", {})
    return [
        client.get("/demo/mail/", headers=headers).status_code,
        client.get("/demo/mail/1/body/", headers=headers).status_code,
        client.post("/demo/sign-in/", {"role": "admin"}, headers=headers).status_code,
    ]


def test_who_sits_at_the_machine_of_a_demo_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    told(monkeypatch)
    assert opened() == opened(REMOTE_ADDR="::1") == [200, 404, 302]


@pytest.mark.parametrize("address", ["10.0.0.9", "2001:db8::1", "::ffff:10.0.0.9", "", "localhost.evil.example"])
def test_from_another_machine_there_are_no_doors(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    told(monkeypatch)
    assert opened(REMOTE_ADDR=address) == [404, 404, 404]
    assert "/demo/" not in Client(REMOTE_ADDR=address).get("/sign-in/").content.decode()


@pytest.mark.parametrize(
    "header",
    [
        "X-Forwarded-For",
        "Forwarded",
        "Via",
        "X-Real-IP",
        "X-Forwarded-Host",
        "X-Forwarded-Proto",
        "X-Client-IP",
        "CF-Connecting-IP",
        "True-Client-IP",
    ],
)
def test_through_a_proxy_there_are_no_doors_even_if_it_claims_to_be_here(
    monkeypatch: pytest.MonkeyPatch, header: str
) -> None:
    told(monkeypatch)
    assert opened(headers={header: "127.0.0.1"}) == [404, 404, 404]


@pytest.mark.parametrize(
    "given",
    [
        {"demo": False},
        {"base_url": "https://desk.corp.example"},
        {"base_url": "http://192.168.0.7:8000"},
        {"proxies": "127.0.0.1"},
        {"allowed_hosts": ["desk.corp.example"]},
    ],
    ids=str,
)
def test_a_desk_that_is_reached_under_another_name_or_was_not_told_to_be_a_demo_has_none(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, Any]
) -> None:
    told(monkeypatch, **given)
    assert opened() == [404, 404, 404]
    page = Client().get("/sign-in/").content.decode()
    assert SAID not in page
    assert "/demo/" not in page


def test_nobody_who_is_signed_in_elsewhere_is_spared_the_question_who_they_are(
    monkeypatch: pytest.MonkeyPatch, cast: Cast
) -> None:
    told(monkeypatch)
    far = signed_in(cast.ada, Client(REMOTE_ADDR="10.0.0.9"), recently=False)
    near = signed_in(cast.ada, recently=False)
    assert far.post("/account/confirm/", {}).status_code == 422
    assert near.post("/account/confirm/", {}).status_code == 302


def test_every_page_of_a_demo_says_that_it_is_one(monkeypatch: pytest.MonkeyPatch, cast: Cast) -> None:
    told(monkeypatch)
    client = signed_in(cast.ada)
    for path in ("/", "/desk/queue/mine/", "/settings/", "/account/", "/sign-in/forgotten/"):
        assert (path, SAID in client.get(path, follow=True).content.decode()) == (path, True)
