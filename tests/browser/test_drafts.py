"""What is written and not sent yet, in a real browser."""

from typing import Any

from django.conf import settings
from playwright.sync_api import Page


def test_what_was_written_just_before_another_button_was_pressed_is_still_there(
    browser_page: Page, address: str, ids: dict[str, Any]
) -> None:
    page = browser_page
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": ids["bo"], "url": address}])
    page.goto(f"{address}/desk/tickets/{ids['ticket']}/")
    page.locator("[data-draft]").fill("Please restart it first. 😀")
    page.get_by_role("button", name="Try this address again").click()
    page.get_by_role("status").get_by_text("are sent again").wait_for()
    assert page.input_value("[data-draft]") == "Please restart it first. 😀"
