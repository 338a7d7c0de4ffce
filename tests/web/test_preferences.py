"""Language and theme, remembered by the browser, without losing the place."""

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from firstline.web import preferences


def posted(address: str, **given: str) -> HttpRequest:
    """By somebody who is not signed in."""
    request = RequestFactory().post(address, given)
    request.person = None
    return request


def test_choosing_a_language_goes_back_to_the_same_place() -> None:
    request = posted("/language/", language="zh-hans", next="/desk/tickets/7/?tab=history")
    response = preferences.choose_language(request)
    assert response["Location"] == "/desk/tickets/7/?tab=history"
    assert response.cookies["firstline_language"].value == "zh-hans"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_going_back_never_leaves_the_desk(elsewhere: str) -> None:
    request = posted("/theme/", theme="dark", next=elsewhere)
    assert preferences.choose_theme(request)["Location"] == "/"


def test_an_unknown_theme_or_language_is_not_remembered() -> None:
    theme = preferences.choose_theme(posted("/theme/", theme="pink"))
    language = preferences.choose_language(posted("/language/", language="xx"))
    assert not theme.cookies
    assert not language.cookies


def test_a_page_is_not_changed_by_following_a_link() -> None:
    assert preferences.choose_theme(RequestFactory().get("/theme/")).status_code == 405
