"""Who may open a page at all. What he sees on it is decided by `visible_to`."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse

from firstline.people.request import OpenRequest, PersonRequest
from firstline.web import reauthentication

View = Callable[..., HttpResponse]


def signed_in(view: View) -> View:
    """Only after sign-in; others are asked to, and come back here."""

    @wraps(view)
    def guarded(request: OpenRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.person is None:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return guarded


def at_work(view: View) -> View:
    """Only for those who sit at a desk, and administrators; for others the workspace does not exist."""

    @signed_in
    @wraps(view)
    def guarded(request: PersonRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not (request.person.admin or request.person.seats):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def recently_signed_in(view: View) -> View:
    """Only shortly after a password, code or passkey was given; others give it first, and lose nothing they typed."""

    @signed_in
    @wraps(view)
    def guarded(request: PersonRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs) if reauthentication.is_recent(request) else reauthentication.ask(request)

    return guarded
