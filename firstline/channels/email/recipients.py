"""Which addresses are ours: the inboxes, kept in memory for a few seconds, so that a letter costs no look at them."""

import time

from django.conf import settings

from firstline.catalog.models import Inbox
from firstline.channels.email.signed import number_in
from firstline.kit.mailbox import base_of

FRESH_SECONDS = 5.0
FRESH_ENOUGH_SECONDS = 0.5
"""For an address that is not among them: it may have been added this moment."""


class Inboxes:
    """The addresses, as one process knows them."""

    def __init__(self) -> None:
        self._read_at = float("-inf")
        self._known: dict[str, int] = {}

    def are_fresh_for(self, address: str) -> bool:
        """Whether they were read lately enough to answer for this address."""
        limit = FRESH_SECONDS if base_of(address) in self._known else FRESH_ENOUGH_SECONDS
        return time.monotonic() - self._read_at <= limit

    def read(self) -> None:
        rows = Inbox.objects.filter(kind="email", active=True).values_list("address", "pk")
        self._known = {address.lower(): pk for address, pk in rows}
        self._read_at = time.monotonic()

    def of(self, address: str) -> tuple[bool, int | None]:
        """Whether we take letters for this address, and its inbox; a signed address is ours even without one."""
        inbox = self._known.get(base_of(address))
        if inbox is not None:
            return True, inbox
        is_ours = address.lower().endswith(f"@{settings.CONFIG.mail_domain.lower()}")
        return is_ours and bool(number_in(address)), None
