"""What every answer says to browsers and caches, and that no form is taken from elsewhere. Threats 8, 23, 25, 26."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from firstline.channels.email.writing import as_mime, outgoing
from firstline.notices.models import Delivery
from firstline.notices.tell import tell
from firstline.tickets import actions, files
from tests.cast import Cast
from tests.roles import Asking
from tests.web.addresses import API, addresses, at_it, filled
from tests.web.conftest import As

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "frame-src": "'self'",
    "manifest-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'self'",
    "form-action": "'self'",
}
SAID_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


class Inline(HTMLParser):
    """What a page would run or paint without a file of ours: all of it is refused by the policy, so there is none."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in given and "json" not in (given.get("type") or "")):
            self.found.append(tag)
        bad = (name for name, value in attrs if name == "style" or name.startswith(("on", "hx-on")))
        self.found += [f"{tag} {name}" for name in bad]
        self.found += [f"{tag} {name}" for name, value in attrs if (value or "").strip().startswith("javascript:")]


def test_every_answer_is_kept_by_no_cache_sniffed_by_no_browser_and_read_by_no_other_origin(
    cast: Cast, asking: Asking, roles: dict[str, Any]
) -> None:
    things, differing, inline = at_it(cast, roles), {}, {}
    for name, route in addresses():
        answer = asking("ada", "get", filled(name, route, things), headers={"Origin": "https://evil.example"})
        said = {header: answer.headers.get(header, "") for header in SAID_ALWAYS}
        own_policy = name in ("letter", "file", "demo-letter-body", "settings-letter-raw")
        policy = answer.headers.get("Content-Security-Policy", "")
        given = dict(each.strip().split(" ", 1) for each in policy.split(";") if " " in each.strip())
        leaks = [header for header in answer.headers if header.startswith("Access-Control-")]
        if said != SAID_ALWAYS or leaks or not (own_policy or given == POLICY):
            differing[name] = (said, leaks, given)
        if answer.headers.get("Content-Type", "").startswith("text/html") and (
            found := Inline(answer.content.decode()).found
        ):
            inline[name] = found
    assert differing == {}
    assert inline == {}


def test_static_files_are_for_all_but_for_no_other_origin() -> None:
    answer = Client().get("/static/letter.css", headers={"Origin": "https://evil.example"})
    assert answer.status_code == 200
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_every_unsafe_address_refuses_a_form_without_its_token(cast: Cast, roles: dict[str, Any], as_: As) -> None:
    things = at_it(cast, roles)
    taken = {}
    for person in (cast.ada, None):
        client = as_(person, enforce_csrf_checks=True, raise_request_exception=False)
        for name, route in addresses():
            if not route.startswith(API):
                status = client.post(filled(name, route, things)).status_code
                if status not in (403, 405):
                    taken[name, bool(person)] = status
    # Those that exist in a demo or before the first start only answer 404 before they look at anything.
    # The link in a letter is its own proof: mail programs send it without a cookie (RFC 8058).
    assert {name for name, _in in taken} <= {"healthz", "readyz", "letters-off"}, taken


def test_a_forged_host_is_refused_and_no_forwarded_name_counts(cast: Cast, as_: As) -> None:
    client = as_(cast.mei)
    for forged in ("evil.example", "localhost.evil.example", "evil.example:8000", "127.0.0.1@evil.example"):
        assert client.get("/", headers={"Host": forged}).status_code == 400
    forwarded = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "Forwarded": "host=evil.example"}
    page = client.get("/", headers=forwarded)
    assert page.status_code == 200
    assert "evil.example" not in page.content.decode()


def test_letters_lead_to_the_configured_address_whatever_host_was_asked(cast: Cast, as_: As) -> None:
    ticket = cast.asked()
    as_(cast.bo).post(
        f"/desk/tickets/{ticket.number}/send/",
        {"mode": "reply", "text": "Try again.", "then": "resolve"},
        headers={"X-Forwarded-Host": "evil.example", "Referer": "http://evil.example/"},
    )
    for event in ticket.events.all():
        tell(event)
    letters = [as_mime(outgoing(each)).decode() for each in Delivery.objects.all()]
    assert letters
    for letter in letters:
        assert "evil.example" not in letter
        hosts = set(re.findall(r"https?://([^/\s\"<>=]+)", letter.replace("=\r\n", "").replace("=\n", "")))
        assert hosts <= {settings.CONFIG.base_url.partition("://")[2]}


PNG = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\xde\0\0\0\x0cIDATx\x9cc\xf8\xcf\xc0\0\0\x03\x01\x01\0"
    b"\xc9\xfe\x92\xef\0\0\0\0IEND\xaeB`\x82"
)
# name, what is in it, what its sender calls it: all of these are downloaded, as nothing that a browser would run
DANGEROUS = [
    ("page.html", b"<html><script>alert(1)</script>", "text/html"),
    ("page.xhtml", b'<html xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></html>', "text/html"),
    ("picture.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "image/svg+xml"),
    ("picture.png", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "image/png"),
    ("picture.png", b"<html><script>alert(1)</script>", "image/png"),
    ("feed.xml", b'<?xml version="1.0"?><?xml-stylesheet href="evil.xsl"?><a/>', "text/xml"),
    ("script.js", b"alert(1)", "text/javascript"),
    ("letter.eml", b"Content-Type: text/html\r\n\r\n<script>alert(1)</script>", "message/rfc822"),
    ("words.txt", b"<script>alert(1)</script>", "text/plain"),
    ("paper.pdf", b"%PDF-1.4\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>", "application/pdf"),
    ("program.exe", b"MZ\x90\0\x03", "application/x-msdownload"),
    ("page.mht", b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "multipart/related"),
    ("flash.swf", b"CWS\x0a\0\0\0\0", "application/x-shockwave-flash"),
    ("empty name", b"\xff\xfe\x00\x01", ""),
]


@pytest.mark.parametrize(("name", "content", "declared"), DANGEROUS, ids=[f"{n}-{d}" for n, _c, d in DANGEROUS])
def test_a_file_that_could_run_is_only_ever_downloaded(
    cast: Cast, as_: As, name: str, content: bytes, declared: str
) -> None:
    """Threat 8."""
    kept = files.keep(content, name=name, by=cast.mei, declared=declared)
    answer = as_(cast.mei).get(f"/files/{kept.pk}/")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content) == content  # type: ignore[attr-defined]


def test_a_picture_is_shown_but_runs_in_no_origin(cast: Cast, as_: As) -> None:
    kept = files.keep(PNG, name="screen.png", by=cast.mei, declared="image/png")
    answer = as_(cast.mei).get(f"/files/{kept.pk}/")
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Content-Disposition"].startswith("inline;")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


NAMES = [
    "../../etc/passwd",
    "..\\..\\boot.ini",
    "a\r\nSet-Cookie: x=1.txt",
    'a"; filename="b.html',
    "\u202egnp.exe",
    "/",
    "",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_files_name_leads_nowhere_and_ends_no_header(cast: Cast, as_: As, name: str) -> None:
    """Threat 22: the place on the disk is made of the content alone."""
    kept = files.keep(b"words", name=name, by=cast.mei)
    assert re.fullmatch(r"[0-9a-f]{2}/[0-9a-f]{64}", kept.path)
    assert not re.search(r"[/\\\r\n\u202e]", kept.name)
    answer = as_(cast.mei).get(f"/files/{kept.pk}/")
    assert re.fullmatch(r"attachment; filename\*=UTF-8''[^\"\s;]+", answer.headers["Content-Disposition"])
    b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def test_an_unsent_upload_is_its_uploaders_alone(cast: Cast, asking: Asking) -> None:
    """Threat 5: not even those who administer open what nobody sent yet; what was sent follows its request."""
    kept = files.keep(b"draft", name="draft.txt", by=cast.mei)
    assert {role: asking(role, "get", f"/files/{kept.pk}/").status_code for role in asking.clients} == {
        "anonymous": 302, "mei": 200, "omar": 404, "pia": 404, "sven": 404, "bo": 404, "chen": 404, "hana": 404,
        "dana": 404, "ivan": 404, "ada": 404,
    }  # fmt: skip
    asking("omar", "post", f"/files/{kept.pk}/remove/")
    assert actions.reply(cast.asked(), by=cast.mei, text="Here.", attachments=[kept])
