"""Files that are too large are refused where they are chosen: nothing is sent, and what was written stays."""

from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page

# Its size is only said, as nobody wants to make and hold it.
CHOOSE = """size => {
    const file = new File(["x"], "holiday.mov");
    Object.defineProperty(file, "size", { value: size });
    document.querySelector("file-drop").take([file]);
}"""


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "holiday.mov is larger than 25 MB, so it was not sent."), ("zh-hans", "holiday.mov 超过 25 MB")],
)
def test_a_file_that_is_too_large_is_said_to_be_and_the_text_stays(
    browser_page: Page, address: str, ids: dict[str, Any], language: str, sentence: str
) -> None:
    page = browser_page
    page.context.add_cookies(
        [
            {"name": settings.SESSION_COOKIE_NAME, "value": ids["bo"], "url": address},
            {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": address},
        ]
    )
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.url.endswith("/files/") else None)
    page.goto(f"{address}/desk/tickets/{ids['ticket']}/")
    page.locator("[data-draft]").fill("Here is what I saw.")
    page.evaluate(CHOOSE, 25 * 1024**2 + 1)
    page.locator(".upload.failed", has_text=sentence).wait_for()
    assert page.input_value("[data-draft]") == "Here is what I saw."
    assert page.locator("file-drop input[type=hidden]").count() == 0
    assert sent == []
