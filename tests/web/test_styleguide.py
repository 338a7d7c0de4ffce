"""The styleguide draws every component, in both languages, with scripts and styles from files only."""

import re
from pathlib import Path

import pytest
from django.test import RequestFactory
from django.test.utils import override_settings
from django.urls import path
from django.utils import translation

from firstline.web import preferences, styleguide

TEMPLATES = Path(styleguide.__file__).parent / "templates"
NAMES = ("home", "desk-home", "my-requests", "profile", "sign-in", "sign-out")
urlpatterns = [
    path("theme", preferences.choose_theme, name="theme"),
    path("language", preferences.choose_language, name="language"),
    *(path(name, styleguide.show, name=name) for name in NAMES),
]


def drawn(language: str, **cookies: str) -> str:
    request = RequestFactory().get("/styleguide/")
    request.COOKIES.update(cookies)
    with translation.override(language), override_settings(ROOT_URLCONF=__name__):
        return styleguide.show(request).content.decode()


@pytest.mark.parametrize(("language", "lang"), [("en", "en"), ("zh-hans", "zh-Hans")])
def test_the_page_says_which_language_it_speaks(language: str, lang: str) -> None:
    assert f'<html lang="{lang}"' in drawn(language)


def test_the_chinese_page_leaves_no_component_in_english() -> None:
    page = drawn("zh-hans")
    for english in ("Show more", "Draft kept", "Internal note", "Choose files", "Undo", "Satisfied", "Sign out"):
        assert english not in page


def test_the_theme_is_the_one_that_the_browser_remembers() -> None:
    assert 'data-theme="dark"' in drawn("en", theme="dark")
    assert 'data-theme="auto"' in drawn("en", theme='"><script>')


def test_nothing_on_the_page_breaks_the_content_security_policy() -> None:
    page = drawn("en")
    assert not re.search(r"""<[^>]+\s(style|on[a-z]+)=""", page)
    assert not re.search(r"<script(?![^>]*(src=|application/json))", page)


def test_every_component_is_shown() -> None:
    shown = "".join(path.read_text() for path in [*TEMPLATES.glob("*.html"), *TEMPLATES.glob("*/*.html")])
    for component in (TEMPLATES / "components").glob("*.html"):
        assert f'"components/{component.name}"' in shown
