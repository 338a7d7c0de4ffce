"""What somebody typed is read as they typed it, by everybody; Markdown is what its writer called so."""

import html
import importlib
import re
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from firstline.api.models import Token
from firstline.kit import clock
from firstline.notices.models import Delivery
from firstline.notices.render import render
from firstline.tickets import actions
from firstline.tickets.models import Message, Ticket
from tests.background import run_jobs
from tests.cast import Cast

pytestmark = pytest.mark.django_db

TYPED = [
    r"\\srv01\_archive\*2026*",
    "run __init__ # now",
    "# systemctl restart nginx",
    "1. 2.\n3) 4",
    "* and _ and ** and ~~x~~",
    "> is greater\n- 5 degrees\n+ 3",
    "a | b\n---|---\n1 | 2",
    "`ls` & [x](y) ![z](q) <b>&amp;</b>",
    "===\n---\nx\n===",
    "    indented\n\ttab",
]


def seen(shown: str) -> str:
    """What somebody reads of a page."""
    shown = re.sub(r"<br\s*/?>|</p>\s*<p[^>]*>", "\n", shown)
    return html.unescape(re.sub(r"<[^>]+>", "", shown)).replace("\xa0", " ")


def flat(text: str) -> str:
    return " ".join(text.split())


def pages(cast: Cast, ticket: Ticket, message: Message) -> dict[str, str]:
    """The message as each side is shown it."""
    reads: dict[str, str] = {}
    for name, path in (("bo", f"/desk/tickets/{ticket.number}/"), ("mei", f"/requests/{ticket.number}/")):
        client = Client()
        client.force_login(getattr(cast, name))
        answer = client.get(path)
        assert answer.status_code == 200, path
        reads[name] = answer.content.decode()
    program = Client(headers={"Authorization": f"Bearer {Token.issue(cast.mei, scopes=['read'])}"})
    items = program.get(f"/api/v1/tickets/{ticket.number}/messages").json()["items"]
    reads["api"] = next(item["html"] for item in items if item["id"] == message.pk)
    for place, delivery in enumerate(Delivery.objects.filter(message=message)):
        made = render(delivery)
        reads[f"email {place}"], reads[f"text {place}"] = made.html, html.escape(made.text)
    return reads


@pytest.mark.parametrize("typed", TYPED)
def test_a_reply_is_read_as_it_was_typed_by_colleagues_requester_and_in_the_email(cast: Cast, typed: str) -> None:
    ticket = cast.ask()
    client = Client()
    client.force_login(cast.bo)
    client.post(f"/desk/tickets/{ticket.number}/send/", {"mode": "reply", "text": typed})
    message = ticket.messages.get(kind="reply")
    assert message.text == typed
    with clock.moved(message.leaves_at):
        run_jobs()
        shown = pages(cast, ticket, message)
    assert {"bo", "mei", "api", "email 0", "text 0"} <= shown.keys()
    for where, page in shown.items():
        assert flat(typed) in flat(seen(page)), where


@pytest.mark.parametrize("typed", TYPED)
def test_what_a_program_or_a_requester_says_is_read_as_typed(cast: Cast, typed: str) -> None:
    ticket = cast.ask(text=typed)
    reply = actions.reply(ticket, by=cast.bo, text=typed, channel="api")
    run_jobs()
    shown = pages(cast, ticket, reply)
    assert {"bo", "mei", "api"} < shown.keys()
    assert any(name.startswith("email") for name in shown)
    for where, page in shown.items():
        assert flat(typed) in flat(seen(page)), where
    assert flat(seen(shown["bo"])).count(flat(typed)) >= 2


def test_markdown_is_formatted_for_all_where_its_writer_says_so(cast: Cast) -> None:
    ticket = cast.ask()
    program = Client(headers={"Authorization": f"Bearer {Token.issue(cast.bo, scopes=['read', 'write'])}"})
    said: dict[str, Any] = {"text": "It is **urgent**", "format": "markdown"}
    made = program.post(f"/api/v1/tickets/{ticket.number}/messages", said, content_type="application/json").json()
    assert (made["format"], made["html"].strip()) == ("markdown", "<p>It is <strong>urgent</strong></p>")
    message = Message.objects.get(pk=made["id"])
    run_jobs()
    shown = pages(cast, ticket, message)
    assert all("<strong>urgent</strong>" in page for name, page in shown.items() if not name.startswith("text"))
    said["format"] = "html"
    refused = program.post(f"/api/v1/tickets/{ticket.number}/messages", said, content_type="application/json")
    assert refused.status_code == 422


@pytest.mark.parametrize("mode", ["reply", "note"])
def test_an_agent_says_in_the_composer_that_it_is_markdown(cast: Cast, mode: str) -> None:
    ticket = cast.ask()
    client = Client()
    client.force_login(cast.bo)
    client.post(f"/desk/tickets/{ticket.number}/send/", {"mode": mode, "text": "**so**", "markdown": "1"})
    assert ticket.messages.get(kind=mode).shown.strip() == "<p><strong>so</strong></p>"


def test_a_message_split_off_stays_what_it_was(cast: Cast) -> None:
    ticket = cast.ask()
    said = actions.reply(ticket, by=cast.mei, text="**two**", format="markdown")
    new = actions.split(ticket, by=cast.bo, message=said, subject="Another thing")
    assert new.messages.get().format == "markdown"


def test_what_was_written_before_is_shown_as_it_was(cast: Cast) -> None:
    ticket = cast.ask(text="**asked**")
    actions.reply(ticket, by=cast.bo, text="**replied**")
    actions.note(ticket, by=cast.bo, text="**noted**")
    actions.reply(ticket, by=cast.bo, text="**by email**", channel="email")
    migration = importlib.import_module("firstline.tickets.migrations.0012_format_of_messages")
    with connection.schema_editor() as editor:
        migration.as_it_was_shown(apps, editor)
    told = dict(ticket.messages.values_list("text", "format"))
    assert told == {
        "**asked**": "plain",
        "**replied**": "markdown",
        "**noted**": "markdown",
        "**by email**": "plain",
    }
