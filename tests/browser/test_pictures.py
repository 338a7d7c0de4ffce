"""A picture that cannot be drawn at once is asked for again, on a page and in a letter; one that is missing is not."""

import base64

import pytest
from playwright.sync_api import Page, Route

DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
ON_THE_PAGE = """() => {
    const image = new Image();
    image.id = "late";
    image.src = "/files/late/";
    document.body.append(image);
}"""
IN_A_LETTER = """() => {
    const frame = document.createElement("iframe");
    frame.dataset.letter = frame.src = "/a-letter/";
    frame.sandbox = "allow-same-origin";
    document.body.append(frame);
}"""


def go_where_nothing_is_renewed(page: Page, address: str) -> None:
    """Go to the sign-in page as nobody: whoever is signed in is sent on to a page that is renewed."""
    page.context.clear_cookies()
    page.goto(f"{address}/sign-in/")
    assert page.url == f"{address}/sign-in/"


@pytest.mark.parametrize("shown", [ON_THE_PAGE, IN_A_LETTER], ids=["on the page", "in a letter"])
def test_a_picture_for_which_there_was_no_place_is_asked_for_again(
    browser_page: Page, address: str, shown: str
) -> None:
    page, asked = browser_page, []

    def late(route: Route) -> None:
        asked.append(route.request.url)
        busy = len(asked) < 4
        route.fulfill(status=503 if busy else 200, content_type="image/png", body=b"" if busy else DOT)

    page.route("**/files/late/", late)
    page.route(
        "**/a-letter/", lambda route: route.fulfill(body='<img id="late" src="/files/late/">', content_type="text/html")
    )
    go_where_nothing_is_renewed(page, address)
    page.evaluate(shown)
    where = page if shown is ON_THE_PAGE else page.frame_locator("iframe[data-letter='/a-letter/']")
    where.locator("#late[src^=blob]").wait_for(state="attached")
    assert where.locator("#late").evaluate("image => image.decode().then(() => image.naturalWidth)") == 1
    assert len(asked) == 4


def test_a_picture_that_is_not_there_is_not_asked_for_for_ever(browser_page: Page, address: str) -> None:
    page, asked = browser_page, []

    def missing(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=404)

    page.route("**/files/late/", missing)
    go_where_nothing_is_renewed(page, address)
    page.evaluate(ON_THE_PAGE)
    page.locator("#late[data-asked=over]").wait_for(state="attached")
    assert len(asked) == 2
