"""What pages say and draw again and again: sentences, addresses, components that depend only on what they are given.

All of it is the same for everybody, so a process works it out once and remembers it; the oldest is forgotten first.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import get_script_prefix, reverse
from django.utils.translation import get_language, gettext
from markupsafe import Markup, escape

Draw = Callable[..., Markup]


def sentence(text: str, /, **values: Any) -> Markup:
    """The sentence in the active language, with the values put in, escaped: `_("%(count)s open", count=3)`."""
    language = get_language()
    if not values:
        return _whole(language, text)
    given = {name: value if type(value) is int else escape(value) for name, value in values.items()}
    return Markup(_said(language, text) % given)  # noqa: S704  what was put in is escaped


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """Where a named page is: `url("ticket", 7)`."""
    return _url(settings.ROOT_URLCONF, get_script_prefix(), name, args, tuple(kwargs.items()))


def remembered(draw: Draw) -> Draw:
    """The component, drawn once for each language and all that it is given.

    `{% set face = remembered(face) %}` below the macro. It must depend on nothing else: not on the time, nor on who
    asks (tests/web/test_render_cache.py looks for that), and all that it is given must be plain values.
    """

    # By type too: text that is safe as it is and text that must be escaped may be equal.
    @lru_cache(maxsize=2048, typed=True)
    def drawn(language: str | None, *given: Any, **named: Any) -> Markup:
        return draw(*given, **named)

    def component(*given: Any, **named: Any) -> Markup:
        return drawn(get_language(), *given, **named)

    return component


@lru_cache(maxsize=4096)
def _said(language: str | None, text: str) -> str:
    return gettext(text)


@lru_cache(maxsize=4096)
def _whole(language: str | None, text: str) -> Markup:
    return Markup(_said(language, text) % {})  # noqa: S704  our own sentences


@lru_cache(maxsize=8192, typed=True)
def _url(urlconf: str, prefix: str, name: str, args: tuple[Any, ...], kwargs: tuple[tuple[str, Any], ...]) -> str:
    return reverse(name, args=args or None, kwargs=dict(kwargs) or None)
