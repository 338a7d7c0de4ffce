"""Pictures of letters that lie elsewhere: asked for by a click, fetched by the desk alone, and only what the letter
names. Threats 9 and 16."""

import io
import re
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from firstline.kit import http
from firstline.people import rate_limit
from firstline.tickets.models import Ticket
from firstline.web import letter_pictures
from tests.cast import Cast
from tests.roles import asked_by_mei, people
from tests.web.conftest import As
from tests.website import Site

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


def drawn(kind: str = "PNG", size: tuple[int, int] = (20, 10)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind)
    return out.getvalue()


@pytest.fixture
def site(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """What the world knows as pictures.example; every other name is nobody's."""
    settings.HTTP_ALLOW = ["pictures.example"]
    monkeypatch.setattr(http, "resolve", lambda host, port: ["127.0.0.1"])
    site = Site()
    site.url = f"http://pictures.example:{site.port}"
    site.pages |= {
        "/logo.png?a=1&b=2": (200, {"Content-Type": "text/html"}, drawn()),
        "/photo": (200, {}, drawn("JPEG")),
        "/moved": (302, {"Location": "/photo"}, b""),
        "/inward": (302, {"Location": "http://intern.example/"}, b""),
        "/endless": (302, {"Location": "/endless"}, b""),
        "/script.svg": (200, {"Content-Type": "image/svg+xml"}, SVG),
        "/page": (200, {"Content-Type": "image/png"}, b"<html><script>alert(1)</script></html>"),
        "/broken": (200, {"Content-Type": "image/png"}, drawn()[:30]),
        "/failing": (500, {}, drawn()),
        "/huge": (200, {"Content-Length": str(letter_pictures.MOST_BYTES + 1)}, b""),
    }
    yield site
    site.close()


def asked(cast: Cast, site: Site, *paths: str, more: str = "") -> Ticket:
    pictures = "".join(f'<img src="{site.url}{path}" alt="of {path}">' for path in paths)
    return cast.asked(text="See", html=f"<p>See</p>{pictures}{more}", channel="email")


def letter(client: Client, ticket: Ticket, query: str = "") -> str:
    message = ticket.messages.order_by("pk")[0]
    answer = client.get(f"/requests/{ticket.number}/letters/{message.pk}/{query}")
    assert "img-src 'self'" in answer["Content-Security-Policy"]
    return answer.content.decode()


def shown(client: Client, ticket: Ticket) -> str:
    """The letter after the click."""
    return letter(client, ticket, re.findall(r'href="(\?pictures=\w+)" target="_self"', letter(client, ticket))[0])


def pictures(page: str) -> list[str]:
    return re.findall(r'<img src="(/requests/[^"]+)"', page)


def test_nothing_is_fetched_until_the_reader_asks_and_then_by_the_desk_alone(cast: Cast, site: Site, as_: As) -> None:
    ticket = asked(cast, site, "/logo.png?a=1&amp;b=2", "/photo")
    bo = as_(cast.bo)
    page = letter(bo, ticket)
    assert "Show pictures" in page
    assert (pictures(page), site.asked) == ([], [])
    page = shown(bo, ticket)
    assert "Show pictures" not in page
    assert "pictures.example" not in page
    assert 'alt="of /photo"' in page
    logo, photo = (bo.get(address) for address in pictures(page))
    assert (logo["Content-Type"], photo["Content-Type"]) == ("image/png", "image/jpeg")
    assert Image.open(io.BytesIO(logo.content)).size == (20, 10)
    assert logo["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert [path for path, _headers in site.asked] == ["/logo.png?a=1&b=2", "/photo"]
    told = site.asked[0][1]
    assert {"cookie", "referer", "x-forwarded-for", "forwarded"}.isdisjoint(told)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/moved", 200),
        ("/inward", 404),
        ("/endless", 404),
        ("/script.svg", 404),
        ("/page", 404),
        ("/broken", 404),
        ("/failing", 404),
        ("/huge", 404),
        ("/nothing", 404),
    ],
)
def test_only_what_is_a_picture_by_its_content_is_shown(
    cast: Cast, site: Site, as_: As, path: str, status: int
) -> None:
    bo = as_(cast.bo)
    (address,) = pictures(shown(bo, asked(cast, site, path)))
    assert bo.get(address).status_code == status


def test_a_private_network_is_not_asked(cast: Cast, site: Site, as_: As) -> None:
    ticket = cast.asked(text="x", html=f'<img src="http://127.0.0.1:{site.port}/photo">', channel="email")
    bo = as_(cast.bo)
    (address,) = pictures(shown(bo, ticket))
    assert bo.get(address).status_code == 404
    assert site.asked == []


def test_a_picture_to_be_counted_is_neither_offered_nor_fetched(cast: Cast, site: Site, as_: As) -> None:
    ticket = asked(cast, site, more=f'<img src="{site.url}/photo" width="1" height="1">')
    assert "Show pictures" not in letter(as_(cast.bo), ticket)


def test_the_desk_fetches_nothing_that_the_letter_does_not_name(cast: Cast, site: Site, as_: As) -> None:
    mine, other = asked(cast, site, "/photo"), asked(cast, site, "/photo", "/moved")
    bo = as_(cast.bo)
    of_mine, of_other = pictures(shown(bo, mine)), pictures(shown(bo, other))
    base = of_mine[0].rsplit("/", 2)[0]
    seals = {address.rsplit("/", 2)[1] for address in of_other}
    for seal in [*seals, "0" * 40, "http"]:
        assert bo.get(f"{base}/{seal}/").status_code == 404
    assert site.asked == []


def test_the_click_of_one_reader_is_not_that_of_another(cast: Cast, site: Site, as_: As) -> None:
    ticket = asked(cast, site, "/photo")
    query = re.findall(r"\?pictures=\w+", letter(as_(cast.bo), ticket))[0]
    for given in (query, "?pictures", "?pictures=1"):
        assert pictures(letter(as_(cast.dana), ticket, given)) == []


def test_only_those_who_may_read_the_letter_get_its_pictures(cast: Cast, site: Site, as_: As) -> None:
    roles = people(cast)
    html = f'<img src="{site.url}/photo">'
    ticket = asked_by_mei(cast, roles, text="x", html=html, channel="email")
    (address,) = pictures(shown(as_(cast.mei), ticket))
    found = {name: as_(person).get(address).status_code for name, person in roles.items()}
    assert [found[name] for name in roles] == [302, 200, 404, 200, 404, 200, 200, 404, 200, 200, 200]
    assert len(site.asked) == 7


def test_a_letter_of_very_many_pictures_shows_the_first(cast: Cast, site: Site, as_: As) -> None:
    ticket = asked(cast, site, *(f"/{number}" for number in range(letter_pictures.MOST + 5)))
    assert len(pictures(shown(as_(cast.bo), ticket))) == letter_pictures.MOST


@pytest.mark.parametrize("what", ["pictures", "pictures of"])
def test_nobody_has_the_desk_fetch_without_end(
    cast: Cast, site: Site, as_: As, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.setitem(rate_limit.LIMITS, what, rate_limit.LIMITS[what]._replace(most=1))
    bo = as_(cast.bo)
    (address,) = pictures(shown(bo, asked(cast, site, "/photo")))
    assert [bo.get(address).status_code for _ in range(3)] == [200, 429, 429]
    assert len(site.asked) == 1


def test_servers_that_do_not_answer_hold_only_so_many_threads(
    cast: Cast, site: Site, as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letter_pictures, "_places", threading.BoundedSemaphore(1))
    monkeypatch.setitem(rate_limit.LIMITS, "pictures", rate_limit.LIMITS["pictures"]._replace(most=1))
    bo = as_(cast.bo)
    (address,) = pictures(shown(bo, asked(cast, site, "/photo")))
    with letter_pictures._places:
        began = time.monotonic()
        answer = bo.get(address)
        assert time.monotonic() - began < 2  # four seconds in a thread of the pages before
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert site.asked == []
    assert bo.get(address).status_code == 200
