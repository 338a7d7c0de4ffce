"""Language and theme, remembered by the browser, without losing the place."""

import pytest
from django.test import RequestFactory

from firstline.web import preferences


def test_choosing_a_language_goes_back_to_the_same_place() -> None:
    request = RequestFactory().post("/language/", {"language": "zh-hans", "next": "/desk/tickets/7/?tab=history"})
    response = preferences.choose_language(request)
    assert response["Location"] == "/desk/tickets/7/?tab=history"
    assert response.cookies["firstline_language"].value == "zh-hans"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_going_back_never_leaves_the_desk(elsewhere: str) -> None:
    request = RequestFactory().post("/theme/", {"theme": "dark", "next": elsewhere})
    assert preferences.choose_theme(request)["Location"] == "/"


def test_an_unknown_theme_or_language_is_not_remembered() -> None:
    theme = preferences.choose_theme(RequestFactory().post("/theme/", {"theme": "pink"}))
    language = preferences.choose_language(RequestFactory().post("/language/", {"language": "xx"}))
    assert not theme.cookies
    assert not language.cookies


def test_a_page_is_not_changed_by_following_a_link() -> None:
    assert preferences.choose_theme(RequestFactory().get("/theme/")).status_code == 405
