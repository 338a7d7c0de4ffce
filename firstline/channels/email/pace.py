"""The pace at which letters come in: when they come faster than they are taken in, the other server waits before it
hands over the next one. So none of those that it was told are kept lies about for long, and what follows from them
(answers, notices, all that others do meanwhile) has its turn as well.
"""

import asyncio
import logging
import time
from datetime import timedelta

from django.db import Error as DatabaseError

from firstline.channels.email.postbox import with_connection
from firstline.channels.models import Received
from firstline.kit import clock

SOON = timedelta(seconds=0.5)
"""So long a letter may wait to be taken in before the next ones are held back."""
MANY = 20
"""When so many wait for longer. A few may have been left by a worker that died, which holds up nobody."""
NEVER = timedelta(seconds=30)
"""When the first one waits for so long, nobody works, and holding back the others helps nobody."""
PATIENCE_SECONDS = 4.0
"""For so long one letter is held back; the standard (RFC 5321, 4.5.3.2) lets the other side wait for minutes."""
LOOK_SECONDS = 0.1


class Pace:
    """Of one process; all its connections look together."""

    def __init__(self) -> None:
        self._looked_at = float("-inf")
        self._is_behind = False
        self._looking = asyncio.Lock()

    async def keep(self) -> None:
        """Return when the next letter may come."""
        end = time.monotonic() + PATIENCE_SECONDS
        while await self._falls_behind() and time.monotonic() < end:
            await asyncio.sleep(LOOK_SECONDS)

    async def _falls_behind(self) -> bool:
        async with self._looking:
            if time.monotonic() - self._looked_at > LOOK_SECONDS:
                self._is_behind = await asyncio.to_thread(with_connection, falls_behind)
                self._looked_at = time.monotonic()
            return self._is_behind


def keep() -> None:
    """The same for the thread that reads a mailbox, where letters wait as well as anywhere."""
    end = time.monotonic() + PATIENCE_SECONDS
    while falls_behind() and time.monotonic() < end:
        time.sleep(LOOK_SECONDS)


def falls_behind() -> bool:
    """Whether many letters have waited for longer than they should."""
    waiting = Received.objects.filter(state=Received.State.NEW, attempts=0).order_by("received_at")
    try:
        since = list(waiting.values_list("received_at", flat=True)[:MANY])
    except DatabaseError:
        logging.getLogger(__name__).warning("The database is away; what comes now will be put off.")
        return False
    now = clock.now()
    return len(since) == MANY and since[-1] < now - SOON and since[0] > now - NEVER
