"""An address that is no link stays readable, in the conversation and in the whole email."""

import re

import pytest

from firstline.kit.html import clean, text

SEEN = [
    "tel:+862112345678",
    "sip:bo@desk.example",
    "ms-teams:l/meetup-join/1",
    "onenote:https://x.example/n",
    "file:///srv/share/a.xlsx",
    "file://srv01/share/a%20b.xlsx",
    r"\\srv01\archive\2026",
    "ftp://files.example/x",
    "ldap://dir.example",
    "smb://srv01/share",
    r"C:\Users\mei\plan.xlsx",
    "//srv01/share",
    "made-up+scheme.1:x",
]


@pytest.mark.parametrize("address", SEEN)
def test_it_stands_behind_its_words_and_cannot_be_clicked(address: str) -> None:
    letter = f'<p>See <a href="{address}">here</a> please</p>'
    assert text(letter) == f"See here ({address}) please"
    cleaned = clean(letter)
    assert "href" not in cleaned
    assert re.sub(r"<[^>]+>", "", cleaned) == f"See here ({address}) please"
    assert clean(cleaned) == cleaned


@pytest.mark.parametrize("address", SEEN)
def test_it_is_said_once_where_its_words_say_it(address: str) -> None:
    letter = f'<a href="{address}">{address}</a>'
    assert text(letter) == re.sub(r"<[^>]+>", "", clean(letter)) == address


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "vbscript:x", "data:text/html,x", "/page", "#mark", "page.html"]
)
def test_what_is_no_address_is_not_shown(address: str) -> None:
    assert text(f'<a href="{address}">here</a>') == "here"
    assert "href" not in clean(f'<a href="{address}">here</a>')


def test_markup_in_an_address_stays_text() -> None:
    cleaned = clean("""<a href='tel:<img src="cid:x">&lt;script&gt;'>x</a>""")
    assert "<img" not in cleaned
    assert "<script" not in cleaned
