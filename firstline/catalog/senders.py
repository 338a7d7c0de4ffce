"""Which addresses our letters may come from. Administrators name them; the DNS of their domain, or a code in a letter
to them, proves that they are ours. Until then letters leave from the address that the installation itself has."""

import secrets
from datetime import timedelta

from django.utils.crypto import constant_time_compare, salted_hmac

from firstline.catalog import config_cache
from firstline.catalog.models import Sender
from firstline.kit import clock
from firstline.kit.limits import limit
from firstline.kit.mailbox import normal

CODE_LIVES = timedelta(hours=24)
MOST_TRIES = limit(
    5, "tries", of="tries of the code that proves an address", per="code", said="It is void; a new one can be sent."
)
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def may_send_as(address: str) -> bool:
    """Whether letters may come from this address: it is named and proved, by itself or by its domain."""
    return normal(address) in config_cache.current().senders


def name(address_or_domain: str, *, how: str = "") -> Sender:
    """The row of this address or domain, made if it is new; `how`: how it is proved, if it is already."""
    row, _new = Sender.objects.get_or_create(name=address_or_domain, defaults={"token": secrets.token_hex(16)})
    if how and not row.proved_at:
        prove(row, how=how)
    return row


def prove(row: Sender, *, how: str) -> None:
    row.proved_at, row.how, row.code = clock.now(), how, ""
    row.save(update_fields=["proved_at", "how", "code"])
    config_cache.forget()


def new_code(row: Sender) -> str:
    """A code to be sent to the address, once; the one before it is void."""
    code = "".join(secrets.choice(LETTERS) for _ in range(10))
    row.code, row.code_sent_at, row.code_tries = _digest(row, code), clock.now(), 0
    row.save(update_fields=["code", "code_sent_at", "code_tries"])
    return code


def take_code(row: Sender, code: str) -> bool:
    """Whether this is the code that was sent; it is void after a day and after five tries. The row is locked."""
    row = Sender.objects.select_for_update().get(pk=row.pk)
    if not row.code or row.code_sent_at is None or clock.now() - row.code_sent_at > CODE_LIVES:
        return False
    row.code_tries += 1
    right = constant_time_compare(row.code, _digest(row, "".join(code.split()).upper()))
    if right:
        prove(row, how=Sender.How.CODE)
    elif row.code_tries >= MOST_TRIES:
        row.code = ""
    row.save(update_fields=["code", "code_tries"])
    return right


def _digest(row: Sender, code: str) -> str:
    return salted_hmac("firstline.sender", f"{row.pk} {row.name} {code}", algorithm="sha256").hexdigest()
