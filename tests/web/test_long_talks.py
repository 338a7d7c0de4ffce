"""A conversation of any length is drawn a part at a time, and all of it can be reached."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from firstline.people.models import Person
from firstline.tickets import actions, following, pages
from firstline.tickets.models import Message, Ticket
from firstline.web.portal import talk as portal
from firstline.web.workspace import conversation as workspace
from tests.api.test_api import Program
from tests.cast import Cast, fresh
from tests.web.conftest import As

EARLIER = re.compile(r'href="([^"]+\?before=[^"]+)"')


@pytest.fixture
def long(cast: Cast) -> Ticket:
    ticket = cast.asked(requester=cast.mei)
    for number in range(9):
        actions.reply(ticket, by=cast.mei, text=f"said {number}.\n\n" + "word " * 100)
        actions.note(ticket, by=cast.bo, text="canary")
    return fresh(ticket)


def by_link(cast: Cast, ticket: Ticket, as_: As) -> tuple[Client, str]:
    Person.objects.filter(pk=cast.mei.pk).update(account="")
    client = Client()
    secret = following.secret_for(ticket, Person.objects.get(pk=cast.mei.pk), address=cast.mei.email)
    return client, client.get(f"/follow/{secret}/").headers["Location"]


def signed_in(cast: Cast, ticket: Ticket, as_: As) -> tuple[Client, str]:
    return as_(cast.mei), f"/requests/{ticket.number}/"


def at_work(cast: Cast, ticket: Ticket, as_: As) -> tuple[Client, str]:
    return as_(cast.bo), f"/desk/tickets/{ticket.number}/"


def parts(client: Client, url: str) -> list[list[int]]:
    """Which of the messages each part of the conversation shows, from its end to its beginning."""
    found = []
    while url:
        drawn = client.get(url).content.decode()
        found.append([int(number) for number in re.findall(r"said (\d+)\.", drawn)])
        more = EARLIER.search(drawn.partition("To the newest")[0])
        url = more[1] if more else ""
    return found


@pytest.mark.parametrize("way", [signed_in, by_link, at_work])
def test_many_messages_are_shown_in_parts(
    cast: Cast, as_: As, long: Ticket, way: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, name, most in ((portal, "PAGE", 4), (workspace, "LONG", 8), (workspace, "PAGE", 8)):
        monkeypatch.setattr(module, name, most)
    read = parts(*way(cast, long, as_))
    assert len(read) == 3
    assert [number for part in reversed(read) for number in part] == list(range(9))


@pytest.mark.parametrize("way", [signed_in, by_link, at_work])
def test_long_messages_are_shown_in_parts(
    cast: Cast, as_: As, long: Ticket, way: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "MOST_BYTES", 1_100)
    read = parts(*way(cast, long, as_))
    assert len(read) >= 5
    assert all(len(part) <= 2 for part in read)
    assert [number for part in reversed(read) for number in part] == list(range(9))


def test_an_earlier_part_stays_that_when_something_happens_and_leads_back(
    cast: Cast, as_: As, long: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portal, "PAGE", 4)
    client, url = signed_in(cast, long, as_)
    first = EARLIER.search(client.get(url).content.decode())
    assert first is not None
    earlier = client.get(first[1]).content.decode()
    assert f'hx-get="{first[1]}"' in earlier
    assert f'<a class="button" href="{url}">' in earlier
    assert "To the newest messages" not in client.get(url).content.decode()
    for odd in ("x", "-1", "9" * 40, "0"):
        assert client.get(url, {"before": odd}).status_code == 200


def test_a_program_reads_long_messages_a_page_at_a_time(
    cast: Cast, long: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "MOST_BYTES", 1_100)
    program, cursor, read = Program(cast.mei), "", []
    while cursor is not None:
        page = program("GET", f"/tickets/{long.number}/messages?limit=1000&cursor={cursor}").json()
        assert 1 <= len(page["items"]) <= 3
        read += [row["id"] for row in page["items"]]
        cursor = page["next"]
    assert read == list(
        Message.objects.filter(ticket=long).exclude(kind="note").order_by("pk").values_list("pk", flat=True)
    )


def test_a_page_that_is_open_for_long_is_not_given_everything_since(
    cast: Cast, as_: As, long: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    since = workspace.conversation(long, by=cast.bo).since
    monkeypatch.setattr(workspace, "MOST_SINCE", 5)
    drawn = as_(cast.bo).get(f"/desk/tickets/{long.number}/parts/", {"since": since}).content.decode()
    assert re.findall(r"said (\d+)\.", drawn) == ["7", "8"]
    assert "This page has been open for long." in drawn
    monkeypatch.setattr(workspace, "MOST_SINCE", 200)
    drawn = as_(cast.bo).get(f"/desk/tickets/{long.number}/parts/", {"since": since}).content.decode()
    assert "This page has been open for long." not in drawn


def test_one_message_is_shown_however_long_it_is(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = cast.ask(text="x" * 1_000)
    monkeypatch.setattr(pages, "MOST_BYTES", 10)
    assert pages.fitting(ticket.messages.order_by("pk"), 5) == 5
    actions.reply(ticket, by=cast.mei, text="more")
    assert pages.fitting(ticket.messages.order_by("pk"), 5) == 1


def test_what_a_letter_cites_counts_as_well(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = cast.ask(text="汉" * 100)
    actions.reply(ticket, by=cast.mei, text="y", quoted="z" * 100)
    for most, fit in ((400, 1), (401, 5)):
        monkeypatch.setattr(pages, "MOST_BYTES", most)
        assert pages.fitting(ticket.messages.order_by("pk"), 5) == fit
