"""Short words to a person after what he did, some of which he can undo."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest

UNDO = "undo:"
DONE = "done:"


@dataclass(frozen=True)
class Toast:
    """One toast: `tone` is good, late, soon or new; `undo_url` takes a POST for `seconds`; `done` ends a draft."""

    text: str
    tone: str = "new"
    undo_url: str = ""
    seconds: int = 15
    done: str = ""


TONES = {messages.SUCCESS: "good", messages.WARNING: "soon", messages.ERROR: "late"}


def undoable(request: HttpRequest, text: str, *, url: str, seconds: int) -> None:
    """Say what was done, with a button that POSTs to `url` for that many seconds."""
    messages.success(request, text, extra_tags=f"{UNDO}{seconds}:{url}")


def waiting(request: HttpRequest | None) -> list[Toast]:
    """The toasts that this person has not seen; each is given once."""
    if request is None or not hasattr(request, "_messages"):
        return []
    return [_toast(message) for message in messages.get_messages(request)]


def _toast(message: Message) -> Toast:
    tags = message.extra_tags or ""
    text, tone = str(message.message), TONES.get(message.level, "new")
    if tags.startswith(DONE):
        return Toast(text, tone, done=tags.removeprefix(DONE))
    if not tags.startswith(UNDO):
        return Toast(text, tone)
    seconds, _colon, undo_url = tags.removeprefix(UNDO).partition(":")
    return Toast(text, tone, undo_url, int(seconds))
