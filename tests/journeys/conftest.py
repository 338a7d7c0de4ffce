"""What a journey needs: a desk that really runs, a mail server for what it sends, and browsers for its people."""

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Browser, Page

from tests.cli.serving import Serving, free_ports, until

PASSWORD = "a-long-enough-password"

CAST = f"""
from django.contrib.auth.hashers import make_password
from firstline.people.models import Person
from tests.cast import Cast
Cast.make()
Person.objects.update(password=make_password({PASSWORD!r}), language="en")
"""


class Postbox:
    """The mail server that the desk sends through; keeps each letter."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        (self.port,) = free_ports(1)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        letter = message_from_bytes(envelope.content, policy=policy.default)
        letter["X-Envelope-To"] = ",".join(envelope.rcpt_tos)
        self.letters.append(letter)  # type: ignore[arg-type]
        return "250 Kept"

    def to(self, address: str) -> list[EmailMessage]:
        return [letter for letter in self.letters if address in letter["X-Envelope-To"]]

    def wait_for(self, address: str, words: str, *, seconds: float = 30) -> EmailMessage:
        """The first letter to the address whose text has these words."""

        def found() -> list[EmailMessage]:
            return [letter for letter in self.to(address) if words in text_of(letter)]

        until(lambda: bool(found()), seconds=seconds)
        return found()[0]


def text_of(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    return part.get_content() if part else ""


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    box = Postbox()
    server = Controller(box, hostname="127.0.0.1", port=box.port)
    server.start()
    yield box
    server.stop()


@pytest.fixture
def desk(tmp_path: Path, postbox: Postbox) -> Iterator[Serving]:
    """A running desk with the cast at work; replies leave after two seconds."""
    url = f"smtp://127.0.0.1:{postbox.port}"
    serving = Serving(tmp_path / "data", FIRSTLINE_MAIL_URL=url, FIRSTLINE_UNDO_SECONDS="2")
    serving.settings["FIRSTLINE_BASE_URL"] = serving.url
    serving.start()
    try:
        serving.python(CAST)
        yield serving
    finally:
        if serving.process:
            serving.stop()


@pytest.fixture(autouse=True)
def _pictures_of_a_failure(request: pytest.FixtureRequest, browser: Browser) -> Iterator[None]:
    """What each person saw last, in var/failures, when a journey fails; then the browsers are closed."""
    failed = request.session.testsfailed
    yield
    folder = Path("var/failures")
    for number, context in enumerate(browser.contexts):
        for page in context.pages:
            if request.session.testsfailed > failed:
                folder.mkdir(parents=True, exist_ok=True)
                page.screenshot(path=folder / f"{request.node.name}-{number}.png", full_page=True)
        context.close()


class Person:
    """Somebody at a browser of his own."""

    def __init__(self, browser: Browser, desk: Serving, email: str) -> None:
        self.desk = desk
        self.page: Page = browser.new_context(viewport={"width": 1360, "height": 900}).new_page()
        self.page.set_default_timeout(20_000)
        self.go("/sign-in/")
        self.page.fill("[name=email]", email)
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("form [type=submit], form button.main")
        self.page.wait_for_url(lambda url: "/sign-in/" not in url)

    def go(self, path: str) -> Page:
        self.page.goto(self.desk.url + path)
        return self.page
