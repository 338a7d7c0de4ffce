"""Payloads of our own by every way on which strangers' words reach a page, in a real browser. Threats 6, 7, 9.

The browser is given the pages without their policy, so that the cleaning alone must hold: nothing runs, nothing is
fetched from outside, nothing leaves the place where it was put.
"""

import os
from typing import Any

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import escape
from playwright.sync_api import Browser, Page, Route

from firstline.kit import html, remote_images
from firstline.tickets import actions, files
from tests.cast import Cast
from tests.web.conftest import As

# Playwright keeps an event loop in this thread; Django may be used beside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
RUN = "window.ran=(window.ran||0)+1"
OUT = "https://out.example/x"
DESK = "https://desk.example/picture"

PLAIN = [
    f"<script>{RUN}</script>",
    f"<SCRIPT >{RUN}</SCRIPT >",
    f"<script src='{OUT}'></script>",
    f"<scr<script>ipt>{RUN}</scr</script>ipt>",
    f"<img src=x onerror='{RUN}'>",
    f"<img src=x oNeRrOr={RUN}>",
    f"<img/src=x/onerror={RUN}>",
    f"<img src='{OUT}'>",
    f"<img srcset='{OUT} 1x' src=x>",
    "<img src='//out.example/x'>",
    f"<img src='data:image/svg+xml,<svg onload={RUN}>'>",
    f"<svg onload='{RUN}'>",
    f"<svg><script>{RUN}</script></svg>",
    f"<svg><animate onbegin='{RUN}' attributeName=x dur=1s>",
    f"<svg><a xlink:href='javascript:{RUN}'><text y=20>x</text></a></svg>",
    f"<svg><use href='{OUT}#a'/></svg>",
    f"<svg><image href='{OUT}'/></svg>",
    f"<svg><foreignObject><iframe srcdoc='<script>parent.{RUN}</script>'></foreignObject></svg>",
    f"<body onload='{RUN}'>",
    f"<details open ontoggle='{RUN}'>x</details>",
    f"<video src=x onerror='{RUN}'></video>",
    f"<video><source onerror='{RUN}'></video>",
    f"<audio src='{OUT}' autoplay></audio>",
    f"<video poster='{OUT}'></video>",
    f"<input autofocus onfocus='{RUN}'>",
    f"<select autofocus onfocus='{RUN}'>",
    f"<marquee onstart='{RUN}'>x</marquee>",
    f"<iframe src='javascript:parent.{RUN}'></iframe>",
    f"<iframe srcdoc='&lt;script&gt;parent.{RUN}&lt;/script&gt;'></iframe>",
    f"<iframe src='{OUT}'></iframe>",
    f"<object data='{OUT}'></object>",
    f"<object data='javascript:{RUN}'></object>",
    f"<embed src='{OUT}'>",
    f"<embed src='javascript:{RUN}'>",
    f"<link rel=stylesheet href='{OUT}'>",
    f"<link rel=preload as=image href='{OUT}'>",
    f"<style>@import '{OUT}';</style>",
    f"<style>body{{background:url({OUT})}}</style>",
    f"<div style='background:url({OUT})'>x</div>",
    f"<table background='{OUT}'><tr><td background='{OUT}'>x</table>",
    f"<body background='{OUT}'>",
    f"<meta http-equiv=refresh content='0;url={OUT}'>",
    "<base href='https://out.example/'><img src=x>",
    f"<a href='javascript:{RUN}' autofocus>x</a>",
    f"<a href='java\tscript:{RUN}'>x</a>",
    f"<a href='&#106;avascript:{RUN}'>x</a>",
    f"<a href=' javascript:{RUN}'>x</a>",
    f"<a href='data:text/html,<script>{RUN}</script>'>x</a>",
    f"<a href='vbscript:{RUN}'>x</a>",
    f"<a href='{OUT}' ping='{OUT}'>x</a>",
    f"<form action='javascript:{RUN}'><button>x</button></form>",
    f"<form><button formaction='javascript:{RUN}'>x</button></form>",
    f"<isindex action='javascript:{RUN}' type=submit>",
    f"<x onclick='{RUN}' tabindex=1 autofocus onfocus='{RUN}'>x</x>",
    f"<template><script>{RUN}</script></template>",
]
# What is harmless as it stands and becomes something else when a browser reads it a second time.
MUTATING = [
    f"<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror={RUN}&gt;'>",
    f"<form><math><mtext></form><form><mglyph><style></math><img src onerror={RUN}>",
    f"<svg></p><style><a id='</style><img src=1 onerror={RUN}>'>",
    f"<noscript><p title='</noscript><img src=x onerror={RUN}>'>",
    f"<math><annotation-xml encoding='text/html'><style><img src=x onerror={RUN}></style></annotation-xml></math>",
    f"<svg><desc><style><![CDATA[</style><img src=x onerror={RUN}>]]></desc></svg>",
    f"<textarea><img title='</textarea><img src=x onerror={RUN}>'></textarea>",
    f"<xmp><img title='</xmp><img src=x onerror={RUN}>'></xmp>",
    f"<title><img title='</title><img src=x onerror={RUN}>'></title>",
    f"<noembed><img title='</noembed><img src=x onerror={RUN}>'></noembed>",
    f"<select><style></select><img src=x onerror={RUN}></style>",
    f"<!--><img src=x onerror={RUN}>-->",
    f"<!--a--!><img src=x onerror={RUN}>",
    f"<![CDATA[<img src=x onerror={RUN}>]]>",
    f"<?xml <img src=x onerror={RUN}>?>",
    f"<a title='`'>x</a><a title='` onmouseover={RUN} autofocus onfocus={RUN}'>x</a>",
    f'<p title="&quot;&gt;&lt;img src=x onerror={RUN}&gt;">x',
    f"<plaintext><img src=x onerror={RUN}>",
    f"<table><td><a><table><tr><svg><style><a id='</style><img src=1 onerror={RUN}>'>",
    f"\0<scr\0ipt>{RUN}</script>",
    f"<div><div><div><b><table><b><script>{RUN}</script>",
]
MARKDOWN = [
    f"[x](javascript:{RUN})",
    f"[x](JaVaScRiPt:{RUN})",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    f"![x]({OUT})",
    f"![x](javascript:{RUN})",
    f'<{OUT}" onmouseover="{RUN}>',
    f"[a]: javascript:{RUN}\n\n[a]",
    f"`<img src=x onerror={RUN}>`",
    f"```\n<img src=x onerror={RUN}>\n```",
    f"[x](<javascript:{RUN}>)",
    f"[x](java&#115;cript:{RUN})",
    f"| a |\n|---|\n| <img src=x onerror={RUN}> |",
]
ALL = PLAIN + MUTATING + MARKDOWN


@pytest.fixture
def watched(browser: Browser) -> Any:
    """A page that answers nothing from outside and notes what was asked for."""
    page, asked = browser.new_page(), []

    def refuse(route: Route) -> None:
        asked.append(route.request.url)
        route.abort()

    page.route("**/*", refuse)
    yield page, asked
    page.close()


def outcome(page: Page, drawn: str) -> int:
    """How often something ran when the page was drawn, its links and buttons touched."""
    page.set_content(drawn, wait_until="commit")
    page.evaluate(
        "() => { for (const each of document.querySelectorAll('a, button, summary, input'))"
        " { each.focus(); each.dispatchEvent(new MouseEvent('mouseover', {bubbles: true})) } }"
    )
    page.wait_for_function("() => document.readyState !== 'loading'")
    return int(page.evaluate("() => window.ran || 0"))


def test_there_are_enough_of_them() -> None:
    assert len(set(ALL)) >= 60


def test_a_page_that_runs_things_would_be_seen(watched: Any) -> None:
    page, asked = watched
    page.set_content(f"<img src='{OUT}'><script>{RUN}</script>", wait_until="commit")
    page.wait_for_function("() => window.ran > 0")
    assert page.evaluate("() => window.ran") == 1
    assert asked == [OUT]


@pytest.mark.parametrize("write", [html.clean, html.markdown, html.from_text], ids=["letter", "markdown", "text"])
def test_nothing_runs_and_nothing_is_fetched_of_what_was_cleaned(watched: Any, write: Any) -> None:
    """All at once, then (if one of them did) one by one, so that it is named. Links are looked at, not followed."""
    page, asked = watched
    drawn = "".join(f"<section id='s{number}'>{write(each)}</section>" for number, each in enumerate(ALL))
    ran = outcome(page, f"<!doctype html><body>{drawn}")
    if ran or asked:
        guilty = [each for each in ALL if outcome(page, f"<!doctype html><body>{write(each)}")]
        assert (guilty, asked) == ([], [])
    schemes = page.evaluate("() => [...document.querySelectorAll('[href]')].map(each => each.protocol)")
    assert set(schemes) <= {"http:", "https:", "mailto:"}
    assert page.evaluate("() => document.querySelectorAll('section').length") == len(ALL)


QUOTED = [
    f"<img src='{OUT}?\" onerror=\"{RUN}' alt='\"><script>{RUN}</script>' title='x\" onerror=\"{RUN}'>",
    f'<img src="{OUT}?&quot; onerror=&quot;{RUN}" width="&quot; onerror=&quot;{RUN}">',
    f"<img src='{OUT}' srcset='{OUT} 2x' style='background: url({OUT})' loading=eager>",
    f'<p>data-src="{OUT}" &lt;img data-src="{OUT}"&gt;</p>',
]


def test_what_a_letter_shows_after_the_click_comes_from_the_desk_alone(watched: Any) -> None:
    page, asked = watched
    drawn = "".join(
        remote_images.shown(html.clean(each), lambda address: f"{DESK}?{len(address)}") for each in ALL + QUOTED
    )
    assert outcome(page, f"<!doctype html><body>{drawn}") == 0
    assert asked
    assert [url for url in asked if not url.startswith(DESK)] == []


def test_nothing_runs_of_subjects_names_and_filenames_on_the_pages(cast: Cast, as_: As, watched: Any) -> None:
    page, asked = watched
    words = "\n\n".join(ALL).replace("\0", "")
    nasty = f"\"'><img src=x onerror={RUN}><script>{RUN}</script>"
    cast.mei.name = nasty[:120]
    cast.mei.save(update_fields=["name"])
    file = files.keep(b"words", name=f"{nasty}.txt".replace("/", ""), by=cast.mei)
    ticket = cast.ask(subject=nasty, text=words, html="".join(ALL).replace("\0", ""), attachments=[file])
    actions.note(ticket, by=cast.bo, text=words)
    actions.tag(ticket, by=cast.bo, tags=[nasty[:40]])
    bo, mei = as_(cast.bo), as_(cast.mei)
    of_it = f"/desk/tickets/{ticket.number}/"
    shown: list[tuple[Client, str]] = [(bo, of_it), (bo, "/desk/queue/all/"), (bo, f"/desk/palette/?q={ticket.pk}")]
    shown += [(bo, f"{of_it}verbs/rename/"), (bo, f"/desk/people/{cast.mei.pk}/"), (bo, "/desk/people/?q=img")]
    shown += [(mei, f"/requests/{ticket.number}/"), (mei, "/"), (mei, "/requests/?q=%3Cimg+src%3Dx+onerror%3Dx%3E")]
    shown += [(mei, f"/requests/{ticket.number}/letters/{ticket.messages.order_by('pk')[0].pk}/")]
    ran = {}
    for client, path in shown:
        answer = client.get(path)
        assert (path, answer.status_code) == (path, 200)
        ran[path] = outcome(page, answer.content.decode())
    assert {path: times for path, times in ran.items() if times} == {}
    assert [url for url in asked if "out.example" in url] == []


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_any_text_stays_text(text: str) -> None:
    for write in (html.clean, html.markdown, html.from_text):
        written = write(f"<b title='{text}'>{text}</b>{escape(text)}").lower()
        assert "<script" not in written
        assert "javascript:" not in written.replace("&#", "").partition("href=")[2][:12]
