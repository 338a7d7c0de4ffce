"""Turning a template into a page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def page(request: HttpRequest, template: str, /, status: int = 200, **context: Any) -> HttpResponse:
    """The page, or for htmx the fragment that the page includes; never kept by caches between here and the person."""
    # A page that says what went wrong may come before it is known who asks.
    person = getattr(request, "person", None)
    response = render(request, template, {"person": person, **context}, status=status)
    response["Cache-Control"] = "private, no-store"
    return response
