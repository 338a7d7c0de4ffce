"""Pictures of the main pages of a demo desk, in both languages: `bin/shots`."""

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browsers import ARGS, chromium
from tests.cli.serving import ROOT, Serving

FOLDER = ROOT / "shots"
WIDE, PHONE = (1360, 900), (390, 844)

# who, name, address ("ticket" and "request" are found on the way), width
PAGES = [
    ("requester", "portal", "/", WIDE),
    ("requester", "portal-phone", "/", PHONE),
    ("requester", "ask", "/ask/", WIDE),
    ("requester", "request", "request", WIDE),
    ("l1", "queue", "/desk/queue/open/", WIDE),
    ("l1", "ticket", "ticket", WIDE),
    ("l1", "ticket-phone", "ticket", PHONE),
    ("l1", "record", "/desk/record/", WIDE),
    ("manager", "today", "/desk/today/", WIDE),
    ("manager", "letters", "/demo/mail/", WIDE),
    ("admin", "settings", "/settings/", WIDE),
    ("admin", "goals", "/settings/goals/", WIDE),
]


def main() -> int:
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    with tempfile.TemporaryDirectory(prefix="firstline-shots-") as folder, sync_playwright() as playwright:
        desk = Serving(Path(folder), demo=True)
        desk.start()
        try:
            browser = playwright.chromium.launch(executable_path=chromium(), args=ARGS)
            for language, theme in (("en", "light"), ("zh-hans", "light"), ("zh-hans", "dark")):
                for role, name, address, size in PAGES:
                    path = FOLDER / f"{name}-{language[:2]}-{theme}.png"
                    _open(browser, desk, role, address, language, theme, size).screenshot(path=path)
                    print(path.relative_to(ROOT))  # noqa: T201
            browser.close()
        finally:
            desk.stop()
    return 0


def _open(
    browser: Browser, desk: Serving, role: str, address: str, language: str, theme: str, size: tuple[int, int]
) -> Page:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    context.add_cookies([{"name": "theme", "value": theme, "url": desk.url}])
    page = context.new_page()
    page.goto(f"{desk.url}/sign-in/")
    page.click(f"button[name=role][value={role}]")
    page.wait_for_url(lambda url: "sign-in" not in url)
    page.request.post(
        f"{desk.url}/language/",
        form={"language": language, "next": "/"},
        headers={
            "X-CSRFToken": page.locator("meta[name=csrf-token]").get_attribute("content") or "",
            "Referer": desk.url,
        },
    )
    if address == "ticket":
        page.goto(f"{desk.url}/desk/queue/open/")
        address = page.locator("tr[data-row] td.subject a").nth(3).get_attribute("href") or ""
    elif address == "request":
        page.goto(f"{desk.url}/requests/?show=all")
        address = page.locator("a[href^='/requests/'][href*='-']").first.get_attribute("href") or ""
    page.goto(desk.url + address)
    page.wait_for_timeout(400)  # a picture may wait for its fonts
    return page


if __name__ == "__main__":
    sys.exit(main())
