"""JSON that strangers wrote: read, or refused in one way. Other programs than ours may nest it as deep as they like."""

import json
from collections.abc import Callable
from typing import Any


class NotJson(ValueError):
    """It cannot be read."""


def read_json(text: str | bytes) -> Any:
    """What it says; raises NotJson, and nothing else, whatever it holds."""
    return _guarded(json.loads, text)


def first_json(text: str) -> tuple[Any, str]:
    """What its beginning says, and the text that stands behind. Raises NotJson."""
    said, end = _guarded(json.JSONDecoder().raw_decode, text)
    return said, text[end:]


def _guarded(read: Callable[[Any], Any], text: str | bytes) -> Any:
    try:
        return read(text)
    except (ValueError, RecursionError) as error:
        raise NotJson(type(error).__name__) from error
