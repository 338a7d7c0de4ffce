"""Emails that became nobody's: automatic answers, what was left aside, what could not be read. Whose they are stands in
the emails alone, so whoever erases a person looks there."""

from django.db.models import F, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Lower

from firstline.channels.email.addresses import mailboxes
from firstline.channels.email.head import split_headers
from firstline.channels.email.limits import Unreadable
from firstline.channels.models import InboundMessage
from firstline.kit.mailbox import normal
from firstline.retention.named import names

STATES = (InboundMessage.State.BOUNCE, InboundMessage.State.IGNORED, InboundMessage.State.UNREADABLE)


def naming(address: str) -> QuerySet[InboundMessage]:
    """Those in whose bytes or envelope the address stands."""
    as_text = Func(F("raw"), Value("escape"), function="encode", output_field=TextField())
    rows = InboundMessage.objects.filter(state__in=STATES).alias(as_text=Lower(as_text))
    return rows.filter(Q(as_text__contains=_escaped(address)) | Q(envelope__icontains=address))


def written_by(address: str) -> list[int]:
    """Those that come from the address, by their head or their envelope."""
    return [each.pk for each in naming(address).iterator() if _is_from(each, address)]


def _is_from(received: InboundMessage, address: str) -> bool:
    if normal(str(received.envelope.get("sender", ""))) == address:
        return True
    raw = bytes(received.raw)
    try:
        head, _body = split_headers(raw)
    except Unreadable:
        return names(address, raw.decode("latin-1"))
    return any(normal(one.address) == address for value in head.all("from") for one in mailboxes(value))


def _escaped(address: str) -> str:
    """The bytes of the address as PostgreSQL's `encode(…, 'escape')` writes them."""
    return "".join(chr(byte) if byte < 128 else f"\\{byte:03o}" for byte in address.replace("\\", "\\" * 2).encode())
