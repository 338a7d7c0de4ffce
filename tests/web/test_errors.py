"""Pages that cannot be shown say so in the reader's language, and never how we are made."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from firstline.tickets.errors import NotAllowed
from firstline.urls import urlpatterns as real

ERRORS = {name: f"firstline.web.errors.{name}" for name in ("bad_request", "forbidden", "not_found", "server_error")}


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("the secret reason")


def refusing(request: HttpRequest) -> HttpResponse:
    raise NotAllowed("You may not do this.")


urlpatterns = [*real, path("broken/", broken), path("refusing/", refusing)]
handler403, handler404, handler500 = ERRORS["forbidden"], ERRORS["not_found"], ERRORS["server_error"]


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=__name__)
@pytest.mark.parametrize(
    ("address", "status", "english", "chinese"),
    [
        ("/no/such/page/", 404, "There is no such page", "页面不存在"),
        ("/broken/", 500, "Something went wrong", "出错了"),
        ("/refusing/", 403, "You may not do this.", "返回"),
    ],
)
def test_each_error_has_a_page_in_both_languages(address: str, status: int, english: str, chinese: str) -> None:
    for language, words in (("en", english), ("zh-hans", chinese)):
        client = Client(raise_request_exception=False, headers={"Accept-Language": language})
        client.cookies["theme"] = "dark"
        answer = client.get(address)
        page = answer.content.decode()
        assert answer.status_code == status
        assert words in page
        assert 'data-theme="dark"' in page
        assert "secret reason" not in page
        assert "Traceback" not in page
