"""What a view says after a verb reaches the next page as toasts, once."""

from django.contrib import messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest
from django.test import RequestFactory

from firstline.web import toasts
from firstline.web.toasts import Toast


def request() -> HttpRequest:
    made = RequestFactory().get("/")
    made._messages = CookieStorage(made)  # type: ignore[attr-defined]
    return made


def test_an_undoable_toast_knows_where_and_for_how_long() -> None:
    asked = request()
    toasts.undoable(asked, "Reply sent", url="/desk/tickets/7/messages/9/withdraw/", seconds=15)
    assert toasts.waiting(asked) == [Toast("Reply sent", "good", "/desk/tickets/7/messages/9/withdraw/", 15)]


def test_a_warning_and_an_error_have_their_tones() -> None:
    asked = request()
    messages.warning(asked, "Careful")
    messages.error(asked, "No")
    assert toasts.waiting(asked) == [Toast("Careful", "soon"), Toast("No", "late")]


def test_a_page_without_messages_has_no_toasts() -> None:
    assert toasts.waiting(RequestFactory().get("/")) == []
    assert toasts.waiting(None) == []
