"""The settings in a real browser: axe finds no fault, nothing runs over the edge, and questions are edited in place."""

import os
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

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
