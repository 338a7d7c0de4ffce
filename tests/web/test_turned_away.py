"""Who is turned away before Django has seen the request hears why, in their language and in the form they can use."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError

from firstline.web.bodies import BODY, Bodies, most_mb
from tests.loops import run

FILE, FORM = most_mb()
PAGE = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8", "content-type": "multipart/form-data; boundary=x"}


async def saved(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"%d" % scope[BODY].size})


def has_cookie(scope: Any) -> bool:
    return b"cookie" in dict(scope["headers"])


def posted(
    path: str, size: int, known: Callable[[Any], bool] = has_cookie, **headers: str
) -> tuple[int, dict[str, str], str]:
    """What is answered to so many bytes that are said to come, of which the first comes; known is who has a cookie."""
    told: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        told.append(message)

    coming = iter([{"type": "http.request", "body": b"x", "more_body": True}])

    async def receive() -> dict[str, Any]:
        return next(coming, {"type": "http.disconnect"})

    given = {name.replace("_", "-"): value for name, value in headers.items()} | {"content-length": str(size)}
    scope = {
        "type": "http",
        "path": path,
        "client": ("198.51.100.7", 1),
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
    }
    run(Bodies(saved, known=known)(scope, receive, send))
    names = {name.decode(): value.decode() for name, value in told[0]["headers"]}
    return told[0]["status"], names, b"".join(message.get("body", b"") for message in told[1:]).decode()


@pytest.mark.parametrize(
    ("language", "title", "sentence"),
    [
        ("en", "That is too large", f"larger than the {FORM} MB"),
        ("zh-CN", "内容太大", f"允许的 {FORM} MB"),
    ],
)
def test_a_browser_is_shown_a_page_like_others(language: str, title: str, sentence: str) -> None:
    status, headers, page = posted("/portal/ask/1/", (FORM + 1) << 20, **PAGE, accept_language=language)
    assert status == 413
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert f"<h1>{title}</h1>" in page
    assert sentence in page
    assert "/static/" in page


@pytest.mark.parametrize(
    ("cookie", "shown"), [("theme=dark", "dark"), ("a=b; theme=light", "light"), ("theme=x", "auto")]
)
def test_the_page_looks_as_the_browser_was_told_that_pages_should(cookie: str, shown: str) -> None:
    _status, _headers, page = posted("/portal/ask/1/", (FORM + 1) << 20, **PAGE, cookie=cookie)
    assert f'data-theme="{shown}"' in page


def test_a_part_of_a_page_says_it_in_place_of_a_new_page_so_that_what_was_typed_stays() -> None:
    status, headers, page = posted("/desk/tickets/7/reply/", 3 << 20, hx_request="true", accept="*/*")
    assert (status, page) == (413, "")
    assert "larger than the 2 MB" in json.loads(headers["hx-trigger"])["toast"]["text"]


def test_an_upload_and_a_program_are_told_in_their_own_form() -> None:
    status, _headers, said = posted("/files/", (FILE + 1) << 20, **PAGE, accept_language="en")
    assert (status, f"larger than the {FILE} MB" in json.loads(said)["error"]) == (413, True)
    status, headers, said = posted("/api/v1/files", (FILE + 1) << 20, accept="*/*", accept_language="zh")
    assert (status, headers["content-type"]) == (413, "application/problem+json")
    assert f"允许的 {FILE} MB" in json.loads(said)["detail"]


@pytest.mark.parametrize(
    ("path", "sent"), [("/portal/ask/1/", PAGE), ("/files/", PAGE), ("/api/v1/files", {"accept": "application/json"})]
)
def test_while_the_database_is_away_nobody_knows_who_asks_and_it_is_said_so(path: str, sent: dict[str, str]) -> None:
    def away(scope: Any) -> bool:
        raise OperationalError("the connection is closed")

    status, headers, said = posted(path, 1 << 20, **sent, accept_language="en", known=away)
    assert (status, headers["retry-after"]) == (503, "5")
    assert "The database cannot answer just now" in said


def test_who_is_not_signed_in_is_told_to_sign_in_first_and_a_program_without_wishes_in_both_languages() -> None:
    status, _headers, page = posted("/portal/ask/1/", 1 << 20, **PAGE, accept_language="en")
    assert (status, "Please sign in first" in page) == (413, True)
    status, headers, said = posted("/portal/ask/1/", 3 << 20)
    assert (status, headers["content-type"]) == (413, "text/plain; charset=utf-8")
    assert "larger than the 2 MB" in said
    assert "允许的 2 MB" in said
