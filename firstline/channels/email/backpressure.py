"""The pace at which letters come in: when they come faster than they are taken in, the other server waits before it
hands over the next one. So none of those that it was told are kept lies about for long, and what follows from them
(answers, notices, all that others do meanwhile) has its turn as well.
"""

import asyncio
import logging
import time
from datetime import timedelta

from django.db import Error as DatabaseError
from django.db import connection
from django.db.models import QuerySet

from firstline.channels.email.batch_writer import with_connection
from firstline.channels.models import InboundMessage
from firstline.kit import clock
from firstline.kit.limits import limit

SOON = timedelta(seconds=0.5)
"""So long a letter may wait to be taken in before the next ones are held back."""
MANY = 20
"""When so many wait for longer. A few may have been left by a worker that died, which holds up nobody."""
NEVER = timedelta(seconds=30)
"""When the first one waits for so long and no worker lives, holding back the others helps nobody."""
ALIVE_SECONDS = 20
MOST_WAITING = limit(
    2_000,
    "emails",
    of="emails that wait to be taken in while a worker lives",
    per="installation",
    said="451 4.3.2 Many emails wait here, and its sender's server tries again; what is fetched waits in its mailbox.",
)
"""Those that nobody takes in, for no worker lives, are kept nevertheless: nothing else would ever end that."""
PATIENCE_SECONDS = 4.0
"""For so long one letter is held back; the standard (RFC 5321, 4.5.3.2) lets the other side wait for minutes."""
LOOK_SECONDS = 0.1


class Pace:
    """Of one process; all its connections look together."""

    def __init__(self) -> None:
        self._looked_at = float("-inf")
        self._is_behind = self._is_full = False
        self._looking = asyncio.Lock()

    async def keep(self) -> bool:
        """Return when the next letter may come, or False when too many wait: its sender is to try again."""
        end = time.monotonic() + PATIENCE_SECONDS
        while await self._falls_behind() and time.monotonic() < end:
            await asyncio.sleep(LOOK_SECONDS)
        return not self._is_full

    async def _falls_behind(self) -> bool:
        async with self._looking:
            if time.monotonic() - self._looked_at > LOOK_SECONDS:
                self._is_behind, self._is_full = await asyncio.to_thread(with_connection, _look)
                self._looked_at = time.monotonic()
            return self._is_behind


def keep() -> bool:
    """The same for the thread that reads a mailbox, where letters wait as well as anywhere."""
    end = time.monotonic() + PATIENCE_SECONDS
    while is_behind := falls_behind():
        if time.monotonic() >= end:
            break
        time.sleep(LOOK_SECONDS)
    return not (is_behind and is_full())


def falls_behind() -> bool:
    """Whether many letters have waited for longer than they should, and somebody works on them."""
    try:
        since = list(_waiting().order_by("received_at").values_list("received_at", flat=True)[:MANY])
        now = clock.now()
        if len(since) < MANY or since[-1] >= now - SOON:
            return False
        return since[0] > now - NEVER or _somebody_works()
    except DatabaseError:
        logging.getLogger(__name__).warning("The database is away; what comes now will be put off.")
        return False


def is_full() -> bool:
    """Whether so many letters wait that whoever brings more is to come again later."""
    try:
        return _waiting()[MOST_WAITING - 1 : MOST_WAITING].exists() and _somebody_works()
    except DatabaseError:
        return False


def _look() -> tuple[bool, bool]:
    is_behind = falls_behind()
    return is_behind, is_behind and is_full()


def _waiting() -> QuerySet[InboundMessage]:
    return InboundMessage.objects.filter(state=InboundMessage.State.NEW, attempts=0)


def _somebody_works() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM procrastinate_workers"
            " WHERE last_heartbeat > now() - make_interval(secs => %s))",
            [ALIVE_SECONDS],
        )
        return bool(cursor.fetchone()[0])
