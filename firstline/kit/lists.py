"""Several things in one sentence, as people list them in the active language."""

from collections.abc import Iterable

from babel.lists import format_list
from django.utils.translation import get_language


def listed(things: Iterable[object]) -> str:
    """One and another; one, two, and a third. Chinese marks each by 、 alone: 和 would touch names in Latin letters."""
    said = [str(thing) for thing in things]
    language = get_language() or "en"
    return "、".join(said) if language.startswith("zh") else format_list(said, locale=language.replace("-", "_"))
