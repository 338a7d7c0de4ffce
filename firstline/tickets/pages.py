"""How much of a conversation stands on one page: so many messages, but no more words than can be drawn at once."""

from django.db.models import BigIntegerField, F, Func, QuerySet

from firstline.kit.limits import limit
from firstline.tickets.models import Message

MOST_BYTES = limit(
    500_000,
    "bytes",
    of="the words of a conversation on one page",
    per="page",
    said="Show earlier messages; the API gives the rest on the next page.",
)


def fitting(found: QuerySet[Message], most: int) -> int:
    """How many of these messages, from the first one on, stand on a page that holds `most`: at least one. One query,
    which reads no words."""
    sizes = found.values_list(_bytes("text") + _bytes("quoted"), flat=True)[:most]
    total = 0
    for place, size in enumerate(sizes):
        total += size
        if place and total > MOST_BYTES:
            return place
    return most


def _bytes(field: str) -> Func:
    return Func(F(field), function="octet_length", output_field=BigIntegerField())
