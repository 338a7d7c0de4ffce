"""One thread for each mailbox, and one that watches over them. Over several processes a mailbox is read by one only."""

import logging
import threading
import time
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection, connections

from firstline.catalog.models import Mailbox
from firstline.channels.email import fetching, imap
from firstline.channels.email.bounded import BoundedClient
from firstline.channels.email.imap_errors import Trouble
from firstline.kit.limits import limit
from firstline.kit.restore_hold import stands_still

LOOK_SECONDS = 3.0
"""How often the settings are compared with what runs."""
FIRST_PAUSE = 2.0
LEAST_PAUSE = 1.0
"""Between two looks that found nothing."""
LONGEST_PAUSE = limit(
    300.0,
    "seconds",
    of="the pause before a mailbox is tried again",
    per="mailbox",
    said="Settings say what is wrong with it.",
)
LONGEST_IDLE = limit(
    25 * 60,
    "seconds",
    of="the time of waiting for news (IDLE)",
    per="connection",
    said="It is looked into, and waited for anew.",
)
"""RFC 2177: a server may hang up after 29 minutes."""
LOCKS = 0x464D
"""The first half of the name of a lock; the second is the mailbox."""

logger = logging.getLogger(__name__)


class Fetcher(threading.Thread):
    """Reads one mailbox until it is stopped; whatever goes wrong, it begins again after a pause."""

    def __init__(self, mailbox: Mailbox) -> None:
        super().__init__(name=f"mailbox {mailbox.pk}", daemon=True)
        self.mailbox = mailbox
        self._over = threading.Event()
        self._client: BoundedClient | None = None

    def run(self) -> None:
        pause = FIRST_PAUSE
        while not self._over.is_set():
            try:
                for _look in self._looks():
                    pause = FIRST_PAUSE
            except Trouble as trouble:
                self._note(trouble)
            except DatabaseError as error:
                self._note(Trouble("database", error))
            except Exception as error:
                if not self._over.is_set():
                    logger.exception("Reading %s broke off.", self.mailbox)
                self._note(Trouble("other", f"{type(error).__name__}: {error}"))
            finally:
                connections.close_all()
            self._over.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def ask_to_stop(self) -> None:
        """It stops at once where it waits, and elsewhere when the letter in its hand is stored or given up."""
        self._over.set()
        client = self._client
        if client is not None:
            imap.interrupt(client)

    def _looks(self) -> Any:
        """Look and wait, for as long as the connection lasts."""
        self._client = client = imap.connect(self.mailbox)
        try:
            while not self._over.is_set():
                began, count = time.monotonic(), fetching.look(client, self.mailbox)
                yield count
                connections.close_all()
                with imap.said("other"):
                    self._wait(client)
                if not count and time.monotonic() - began < LEAST_PAUSE:
                    # It always has something to say, which is never a letter.
                    self._over.wait(LEAST_PAUSE)
        finally:
            self._client = None
            imap.hang_up(client)

    def _wait(self, client: BoundedClient) -> None:
        seconds = min(settings.CONFIG.imap_poll_seconds, LONGEST_IDLE)
        if not client.has_capability("IDLE"):
            self._over.wait(seconds)
            return
        client.wait_for_news(seconds)

    def _note(self, trouble: Trouble) -> None:
        if self._over.is_set():
            return
        logger.warning("The mailbox %s cannot be read: %s %s", self.mailbox, trouble, trouble.detail)
        try:
            fetching.note(self.mailbox, trouble)
        except DatabaseError:
            logger.warning("That could not be noted; the database is away.")


class Fetchers:
    """All of this process."""

    def __init__(self) -> None:
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="mailboxes", daemon=True)
        self._running: dict[int, Fetcher] = {}

    def start(self) -> None:
        self._thread.start()

    def stop(self, seconds: float = 4.0) -> None:
        """Returns when all have stopped, or after so many seconds; whatever they were doing then is done again."""
        self._over.set()
        self._thread.join(seconds)

    def _watch(self) -> None:
        while not self._over.is_set():
            try:
                self._compare()
            except DatabaseError:
                logger.warning("The database is away; mailboxes are read again when it is back.", exc_info=True)
                self._let_go()
            self._over.wait(LOOK_SECONDS)
        self._let_go()

    def _compare(self) -> None:
        """Start what is wanted, end what is not, and begin anew where settings changed."""
        active = Mailbox.objects.filter(active=True, inbox__active=True).select_related("inbox")
        wanted = {} if stands_still() else {mailbox.pk: mailbox for mailbox in active}
        for pk, fetcher in list(self._running.items()):
            if pk not in wanted or _settings(wanted[pk]) != _settings(fetcher.mailbox) or not fetcher.is_alive():
                self._end([pk])
                self._ask("SELECT pg_advisory_unlock(%s, %s)", LOCKS, pk)
        for pk, mailbox in wanted.items():
            if pk not in self._running and self._ask("SELECT pg_try_advisory_lock(%s, %s)", LOCKS, pk):
                self._running[pk] = Fetcher(mailbox)
                self._running[pk].start()

    def _end(self, pks: list[int]) -> None:
        ending = [self._running.pop(pk) for pk in pks]
        for fetcher in ending:
            fetcher.ask_to_stop()
        for fetcher in ending:
            fetcher.join(3)

    def _let_go(self) -> None:
        """End all. The locks mostly went with the connection, which may be away for long: that must not end us."""
        self._end(list(self._running))
        with suppress(DatabaseError):
            self._ask("SELECT pg_advisory_unlock_all()")
        with suppress(DatabaseError):
            connections.close_all()

    def _ask(self, question: str, *values: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute(question, values)
            row = cursor.fetchone()
            return row[0] if row else None


def _settings(mailbox: Mailbox) -> str:
    """All that is set, as one text."""
    fields = mailbox._meta.concrete_fields
    values = {field.attname: field.get_prep_value(getattr(mailbox, field.attname)) for field in fields}
    return f"{values} {mailbox.inbox.address}"
