"""The components in a real browser: axe finds no fault, nothing runs over the edge, and no script complains."""

import threading
from collections.abc import Iterator
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.wsgi import get_wsgi_application
from django.test.utils import override_settings
from playwright.sync_api import Browser, Page


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 64


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with override_settings(ROOT_URLCONF="tests.web.test_styleguide"):
        server = make_server("127.0.0.1", 0, get_wsgi_application(), Server, Quiet)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/home"
        server.shutdown()
        server.server_close()


@pytest.fixture(
    params=[
        pytest.param((1360, "light", "en"), id="desktop, light, English"),
        pytest.param((1360, "dark", "zh-hans"), id="desktop, dark, Chinese"),
        pytest.param((390, "light", "zh-hans"), id="phone, light, Chinese"),
        pytest.param((390, "dark", "en"), id="phone, dark, English"),
    ]
)
def page(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Page]:
    width, theme, language = request.param
    context = browser.new_context(viewport={"width": width, "height": 860}, has_touch=width < 500)
    context.add_cookies(
        [
            {"name": "theme", "value": theme, "url": address},
            {"name": "firstline_language", "value": language, "url": address},
        ]
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    yield page
    context.close()
    assert complaints == []


def test_axe_finds_no_fault(page: Page) -> None:
    found = Axe().run(page).response
    assert [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found["violations"]] == []
    assert "color-contrast" in {check["id"] for check in found["passes"]}


def test_nothing_runs_over_the_edge(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_keys_overlay_opens_and_has_no_fault(page: Page) -> None:
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    assert [fault["id"] for fault in Axe().run(page).response["violations"]] == []


def test_a_note_looks_different_from_a_reply_without_colour(page: Page) -> None:
    page.keyboard.press("Escape")
    page.keyboard.press("m")
    style = "getComputedStyle(document.getElementById('composer')).borderTopStyle"
    assert page.evaluate(style) == "dashed"
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    assert page.evaluate(style) == "solid"
