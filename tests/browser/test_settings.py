"""The settings in a real browser: axe finds no fault, nothing runs over the edge, and questions are edited in place."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connections
from django.test import Client
from playwright.sync_api import Browser, Page

# Playwright's own loop runs in this thread; the database is asked before and after it only.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

PAGES = {
    "overview": "/settings/",
    "people": "/settings/people/",
    "person": "/settings/people/{person}/",
    "desk": "/settings/desks/IT/",
    "lines": "/settings/desks/IT/lines/",
    "seats": "/settings/desks/IT/seats/",
    "seat": "/settings/desks/IT/seats/new/",
    "services": "/settings/desks/IT/services/",
    "service": "/settings/desks/IT/services/{service}/",
    "request-type": "/settings/desks/IT/request-types/{form}/",
    "reply": "/settings/desks/IT/replies/new/",
    "calendar": "/settings/calendars/{calendar}/?year=2026",
    "goals": "/settings/goals/",
    "goal": "/settings/goals/{goal}/",
    "remove": "/settings/desks/IT/lines/{line}/remove/",
    "history": "/settings/history/",
    "audit": "/settings/audit/",
    "retention": "/settings/retention/",
    "erase": "/settings/people/{person}/erase/",
    "status": "/settings/status/",
    "mail": "/settings/mail/",
    "mailbox": "/settings/desks/IT/mailboxes/{mailbox}/",
    "letters": "/settings/mail/letters/",
    "sending": "/settings/mail/sending/",
    "long-person": "/settings/people/{long}/",
    "long-asker": "/desk/people/{long}/",
    "long-ticket": "/desk/tickets/{ticket}/",
}
LONG = "a-very-long-address-that-nobody-would-type-but-systems-make@department.subsidiary.corporation.example"
FIELDS = [
    {
        "key": "device",
        "label_en": "Which device?",
        "label_zh": "哪台设备？",
        "kind": "radio",
        "required": True,
        "choices": [
            {"value": "laptop", "label_en": "Laptop", "label_zh": "笔记本电脑"},
            {"value": "phone", "label_en": "Phone", "label_zh": "手机"},
        ],
    },
    {"key": "since", "label_en": "Since when?", "label_zh": "从什么时候开始？", "kind": "date"},
]


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def ids(db: None) -> dict[str, Any]:
    from firstline.catalog.models import Mailbox, RequestType, Status
    from firstline.sla import holidays
    from firstline.sla.models import Goal
    from tests.cast import Cast

    assert Status.objects.exists()
    cast = Cast.make()
    form = RequestType.objects.get(key="laptop")
    form.fields = FIELDS
    form.save()
    holidays.fill(cast.it.calendar, 2026, "CN")
    long, ticket = with_long_names(cast)
    ada = Client()
    ada.force_login(cast.ada)
    names = {"name_en": "Networks", "name_zh": "网络组", "line": cast.network.line_id}
    ada.post(f"/settings/desks/IT/teams/{cast.network.pk}/", names)
    return {
        "person": cast.bo.pk,
        "service": cast.vpn.pk,
        "form": form.pk,
        "calendar": cast.it.calendar_id,
        "goal": Goal.objects.filter(clock="resolution").first().pk,
        "line": cast.first.line_id,
        "long": long.pk,
        "ticket": ticket.number,
        "mailbox": Mailbox.objects.get().pk,
        "session": ada.cookies[settings.SESSION_COOKIE_NAME].value,
    }


def with_long_names(cast: Any) -> tuple[Any, Any]:
    """One with a long address from which letters come back, who forwards another's letter; long names of servers."""
    from firstline.catalog.models import Inbox, Mailbox
    from firstline.channels.models import Received
    from firstline.kit import clock
    from firstline.notices.models import OutgoingServer
    from firstline.notices.models.sending import SigningKey
    from firstline.people.models import Person
    from tests.deliveries import failed_letter, marked

    long = marked(Person.objects.create_person(name="The Department of Printing and Copying Machines", email=LONG))
    ticket = cast.ask(by=long)
    failed_letter(ticket)
    inbox = Inbox.objects.get(address="it@desk.example")
    Received.objects.create(
        key="forwarded", inbox=inbox, raw=b"", state="done", received_at=clock.now(), ticket=ticket, person=long,
        forwarded=[long.name, LONG, "It smokes."],
    )  # fmt: skip
    raw = f"From: {LONG}\r\nSubject: {LONG}\r\n\r\n".encode()
    Received.objects.create(
        key="unreadable", inbox=inbox, raw=raw, state="unreadable", received_at=clock.now(), reason="Too deep."
    )
    Mailbox.objects.create(inbox=inbox, host=LONG.partition("@")[2], user=LONG, old_mail="leave")
    OutgoingServer.objects.create(name=LONG[:80], host="127.0.0.1")
    SigningKey.objects.create(domain="desk.example", selector="one", private="secret", public="A" * 392)
    return long, ticket


@pytest.fixture
def address(ids: dict[str, Any]) -> Iterator[str]:
    """A server on the test's own connection: the log is append-only, so nothing may be committed that must go again."""
    mine = connections["default"]
    mine.inc_thread_sharing()
    for signal in (request_started, request_finished):  # they would close a connection inside a transaction
        signal.disconnect(close_old_connections)
    server = make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Quiet)

    def serve() -> None:
        connections["default"] = mine
        server.serve_forever()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
    mine.dec_thread_sharing()


@pytest.fixture
def browser_page(browser: Browser, ids: dict[str, Any], address: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1360, "height": 860})
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": ids["session"], "url": address}])
    page = context.new_page()
    page.route("**/live*", lambda route: route.abort())
    yield page
    context.close()


@pytest.mark.parametrize(
    ("width", "theme", "language"), [(1360, "light", "en"), (390, "dark", "zh-hans")], ids=["desktop", "phone"]
)
def test_every_page_is_sound(
    browser_page: Page, address: str, ids: dict[str, Any], width: int, theme: str, language: str
) -> None:
    page, faults = browser_page, []
    page.set_viewport_size({"width": width, "height": 860})
    page.context.add_cookies(
        [
            {"name": "theme", "value": theme, "url": address},
            {"name": "firstline_language", "value": language, "url": address},
        ]
    )
    for name, path in PAGES.items():
        answer = page.goto(address + path.format(**ids))
        assert answer is not None
        assert answer.status == 200, name
        if shots := os.environ.get("SHOTS"):
            page.screenshot(path=Path(shots) / f"{name}-{width}-{theme}-{language}.png", full_page=True)
        found = Axe().run(page).response["violations"]
        faults += [(name, each["id"], [node["html"][:160] for node in each["nodes"]]) for each in found]
        if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
            faults.append((name, "runs over the edge", []))
    assert faults == []


def test_a_question_is_added_in_place_and_seen_in_the_preview(
    browser_page: Page, address: str, ids: dict[str, Any]
) -> None:
    page = browser_page
    page.goto(address + PAGES["request-type"].format(**ids))
    page.fill("[name=name_en]", "Laptops")
    page.get_by_role("button", name="Add a question").click()
    page.wait_for_selector("#question-2")
    assert page.input_value("[name=name_en]") == "Laptops"
    page.fill("[name=q2-label_en]", "Which floor?")
    page.fill("[name=q2-label_zh]", "几楼？")
    page.get_by_role("button", name="Update the preview").click()
    page.wait_for_selector(".preview >> text=Which floor?")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/request-types/")
    assert page.get_by_text("Laptops").first.is_visible()
