"""Turning a template into a page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def page(request: HttpRequest, template: str, /, status: int = 200, **context: Any) -> HttpResponse:
    """The page, or for htmx the fragment that the page includes; never kept by caches between here and the person."""
    response = render(request, template, {"person": getattr(request, "person", None), **context}, status=status)
    response["Cache-Control"] = "private, no-store"
    return response
