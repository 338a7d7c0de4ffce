"""Ada at a browser, and a desk with settings of every kind and with long names, served on the test's own connection."""

import os
import re
import threading
from collections.abc import Iterator
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connections
from django.test import Client
from playwright.sync_api import Browser, Page

# Playwright's own loop runs in this thread; the database is asked before and after it only.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

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


class Patient(WSGIServer):
    request_queue_size = 128  # a browser asks for twenty modules at once, and without one of them no script runs


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def ids(db: None) -> dict[str, Any]:
    from firstline.catalog.models import Mailbox, RequestType, Status
    from firstline.sla import holidays
    from firstline.sla.models import SlaTarget
    from tests.cast import Cast

    assert Status.objects.exists()
    cast = Cast.make()
    form = RequestType.objects.get(key="laptop")
    form.fields = FIELDS
    form.save()
    holidays.fill(cast.it.calendar, 2026, "CN")
    long, ticket = with_long_names(cast)
    bo = Client()
    bo.force_login(cast.bo)
    ada = Client()
    ada.force_login(cast.ada)
    names = {"name_en": "Networks", "name_zh": "网络组", "line": cast.network.line_id}
    ada.post(f"/settings/desks/IT/teams/{cast.network.pk}/", names)
    return {
        "person": cast.bo.pk,
        "service": cast.vpn.pk,
        "form": form.pk,
        "calendar": cast.it.calendar_id,
        "goal": SlaTarget.objects.filter(clock="resolution").first().pk,
        "line": cast.first.line_id,
        "long": long.pk,
        "ticket": ticket.number,
        "mailbox": Mailbox.objects.get().pk,
        "bo": bo.cookies[settings.SESSION_COOKIE_NAME].value,
        "session": ada.cookies[settings.SESSION_COOKIE_NAME].value,
    }


def with_long_names(cast: Any) -> tuple[Any, Any]:
    """One with a long address from which letters come back, who forwards another's letter; long names of servers."""
    from firstline.catalog.models import Inbox, Mailbox
    from firstline.channels.models import InboundMessage
    from firstline.kit import clock
    from firstline.notices.models import OutgoingServer
    from firstline.notices.models.sending import SigningKey
    from firstline.people.models import Person
    from tests.deliveries import failed_letter, marked

    long = marked(Person.objects.create_person(name="The Department of Printing and Copying Machines", email=LONG))
    ticket = cast.ask(by=long)
    failed_letter(ticket)
    inbox = Inbox.objects.get(address="it@desk.example")
    InboundMessage.objects.create(
        key="forwarded", inbox=inbox, raw=b"", state="done", received_at=clock.now(), ticket=ticket, person=long,
        forwarded=[long.name, LONG, "It smokes."],
    )  # fmt: skip
    raw = f"From: {LONG}\r\nSubject: {LONG}\r\n\r\n".encode()
    InboundMessage.objects.create(
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
    server = make_server("127.0.0.1", 0, get_wsgi_application(), Patient, Quiet)

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
    page.route(re.compile(r"/live/?(\?|$)"), lambda route: route.abort())  # it would hold the only thread
    lost: list[str] = []
    page.on("requestfailed", lambda request: lost.append(f"{request.url}: {request.failure}"))
    yield page
    context.close()
    assert not [each for each in lost if "/static/" in each and "ERR_ABORTED" not in each]
