"""What comes on paper, in a real browser."""

from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page

from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.models import Ticket


@pytest.fixture
def long_talk(ids: dict[str, Any]) -> dict[str, Any]:
    ticket = Ticket.objects.get(number=ids["ticket"])
    bo = Person.objects.get(email__startswith="bo")
    for place in range(101):
        actions.note(ticket, by=bo, text=f"Seen {place}.")
    actions.reply(ticket, by=ticket.requester, text="And this.", quoted="folded words")
    return ids


def test_all_messages_are_printed_and_folded_ones_opened(
    long_talk: dict[str, Any], browser_page: Page, address: str
) -> None:
    page = browser_page
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": long_talk["bo"], "url": address}])
    page.goto(f"{address}/desk/tickets/{long_talk['ticket']}/")
    assert page.get_by_text("Seen 3.", exact=True).count() == 0
    page.pdf()
    assert page.locator(".message").count() >= 102
    assert page.get_by_text("Seen 0.", exact=True).is_visible()
    assert page.get_by_text("folded words").is_visible()
