"""Signing in, in a real browser: an app's code, a passkey, a recovery code, a session ended elsewhere, a letter."""

import os
import re
import time
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.cli.serving import Serving
from tests.journeys.conftest import PASSWORD, Postbox, text_of

pytestmark = pytest.mark.system


class Mei:
    """At a browser whose device can make passkeys. Passkeys belong to a name, so she comes by `localhost`."""

    def __init__(self, browser: Browser, desk: Serving, *, phone: bool = False) -> None:
        self.url = f"http://localhost:{desk.port}"
        size = {"width": 390, "height": 844} if phone else {"width": 1360, "height": 900}
        self.page: Page = browser.new_context(viewport=size).new_page()  # type: ignore[arg-type]
        self.page.set_default_timeout(20_000)
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)

    def device(self) -> None:
        """From now on her device asks for a finger, and she gives it."""
        cdp = self.page.context.new_cdp_session(self.page)
        cdp.send("WebAuthn.enable")
        options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
        options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
        cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    def go(self, path: str) -> None:
        self.page.goto(self.url + path)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def password(self, password: str = PASSWORD) -> None:
        self.go("/sign-in/")
        self.page.fill("[name=email]", "mei@corp.example")
        self.page.fill("[name=password]", password)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda url: not url.endswith("/sign-in/"))

    def second_step(self, code: str) -> None:
        self.page.fill("[name=code]", code)
        self.press("Go on")
        self.page.wait_for_url(lambda url: "/sign-in/" not in url)

    def sign_out(self) -> None:
        self.page.context.clear_cookies(name="firstline_session")

    def is_in(self) -> bool:
        self.go("/account/")
        return self.page.url == f"{self.url}/account/"


def code_of(secret: str) -> str:
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def looked_at(mei: Mei, name: str, faults: list[object]) -> None:
    """The page is sound, and nothing runs over its edge, in both languages and themes."""
    for language, theme in (("en", "light"), ("zh-hans", "dark")):
        cookies = {"firstline_language": language, "theme": theme}
        mei.page.context.add_cookies([{"name": n, "value": v, "url": mei.url} for n, v in cookies.items()])
        mei.page.reload()
        faults += [(name, language, each["id"], each["nodes"][0]["html"][:120]) for each in _violations(mei.page)]
        if not mei.page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
            faults.append((name, language, "runs over the edge"))
        if shots := os.environ.get("SHOTS"):
            width = (mei.page.viewport_size or {"width": 0})["width"]
            mei.page.screenshot(path=Path(shots) / f"{name}-{width}-{language}-{theme}.png", full_page=True)
    mei.page.context.clear_cookies(name="firstline_language")
    mei.page.context.add_cookies([{"name": "firstline_language", "value": "en", "url": mei.url}])
    mei.page.reload()


def _violations(page: Page) -> list[dict]:
    return Axe().run(page).response["violations"]


def test_code_passkey_recovery_code_sessions_and_letter(desk: Serving, browser: Browser, postbox: Postbox) -> None:
    faults: list[object] = []
    mei = Mei(browser, desk)
    mei.go("/sign-in/")
    looked_at(mei, "sign-in", faults)
    mei.password()

    # An app that shows codes.
    mei.go("/account/app/")
    looked_at(mei, "app", faults)
    mei.page.locator("summary").click()
    secret = mei.page.locator("code.secret").inner_text().replace(" ", "")
    used = code_of(secret)
    mei.page.fill("[name=code]", used)
    mei.press("Take it into use")
    mei.page.locator(".codes code").first.wait_for()
    codes = mei.page.locator(".codes code").all_inner_texts()
    assert len(codes) == 10
    with mei.page.expect_download() as download:
        mei.page.get_by_role("link", name="Download").click()
    assert Path(download.value.path()).read_text().split() == codes

    # The second step asks for the code; the one that was used is not taken again, a recovery code is.
    mei.sign_out()
    mei.password()
    looked_at(mei, "second", faults)
    mei.page.fill("[name=code]", used)
    mei.press("Go on")
    assert mei.page.get_by_role("alert").inner_text() == "This code is not right, or was used already."
    mei.second_step(codes[0])
    assert mei.is_in()

    # A passkey, which then signs in without a password.
    mei.device()
    mei.go("/account/security/")
    mei.page.fill("[name=name]", "My laptop")
    mei.press("Add a passkey")
    mei.page.get_by_text("My laptop").first.wait_for()
    looked_at(mei, "security", faults)
    mei.sign_out()
    mei.go("/sign-in/?next=/account/security/")
    mei.press("Sign in with a passkey")
    mei.page.wait_for_url(mei.url + "/account/security/")
    assert mei.page.get_by_text("Passkey ·").is_visible()
    # … and is a second factor too.
    mei.sign_out()
    mei.password()
    mei.press("Use a passkey")
    mei.page.wait_for_url(lambda url: "/sign-in/" not in url)
    assert mei.is_in()

    # On her phone she is signed in as well, until she ends that from here.
    phone = Mei(browser, desk, phone=True)
    phone.password()
    phone.second_step(codes[1])
    assert phone.is_in()
    for name in ("security", "tokens", "confirm"):
        phone.go(f"/account/{name}/")
        looked_at(phone, name, faults)
    mei.go("/account/security/")
    mei.page.locator(".things").get_by_role("button", name=re.compile("^Sign out")).first.click()
    mei.page.get_by_text("That device is signed out.").wait_for()
    assert not phone.is_in()

    # She forgot her password: a letter, a new one, and still the second step.
    phone.go("/sign-in/forgotten/")
    looked_at(phone, "forgotten", faults)
    phone.page.fill("[name=email]", "mei@corp.example")
    phone.press("Send the email")
    phone.page.get_by_role("status").get_by_text("an email is on its way").wait_for()
    letter = text_of(postbox.wait_for("mei@corp.example", "/sign-in/link/"))
    found = re.search(r"/sign-in/link/\S+/", letter)
    assert found
    phone.go(found[0])
    looked_at(phone, "link", faults)
    phone.page.fill("[name=password]", "an even longer one")
    phone.press("Set the password")
    phone.second_step(codes[2])
    assert phone.is_in()
    assert not mei.is_in()

    assert faults == []
    refused = "Failed to load resource: the server responded with a status of 422"
    assert [said for said in mei.complaints + phone.complaints if not said.startswith(refused)] == []
