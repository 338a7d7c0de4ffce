"""What every page knows about who asks: `request.person`."""

from collections.abc import Callable
from typing import cast
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from firstline.people import sessions
from firstline.people.request import OpenRequest, PersonRequest
from firstline.web import enrolment


class PersonMiddleware:
    """Sets `request.person` (None before sign-in), and shows times in the person's own zone."""

    def __init__(self, get_response: Callable[[OpenRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: OpenRequest) -> HttpResponse:
        person = request.user if request.user.is_authenticated else None
        request.person = person
        if person is None:
            return self.get_response(request)
        sessions.seen(request)
        if enrolment.is_due(cast(PersonRequest, request)):
            return redirect("security")
        with timezone.override(ZoneInfo(person.zone)):
            return self.get_response(request)
