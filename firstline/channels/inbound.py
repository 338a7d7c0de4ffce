"""What of an inbound message all channels have in common: what makes it the same when it comes again."""

from django.utils.translation import gettext_noop

TOO_LARGE = gettext_noop("The letter is larger than is accepted here; only its beginning was kept.")
NOT_GIVEN = gettext_noop("The mail server did not hand the letter over, though it was asked three times.")
PARTIAL = frozenset({TOO_LARGE, NOT_GIVEN})
"""Of these we have not the whole, and reading half of one would make half a request."""


def key_at(key: str, inbox: int | None) -> str:
    """The key of the same letter that came the same way to another inbox."""
    digest, _inbox, *way = key.split(" ", 2)
    return " ".join((digest, str(inbox or ""), *(each for each in way if each)))
