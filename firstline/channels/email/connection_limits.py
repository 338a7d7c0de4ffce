"""Who may talk to the receiver at once, and how much of their emails it holds. Who dawdles makes room for others."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

from firstline.channels.email.coming import Coming
from firstline.kit.limits import limit

# What an email costs in memory while it is stored.
TIMES_ITS_SIZE = 3
PATIENCE_SECONDS = limit(
    5.0,
    "seconds",
    of="time without a complete email, when all connections are taken",
    per="connection",
    said="421 4.4.2, and a new one is let in.",
)
MOST_ON_DISK = limit(
    1024**3, "bytes", of="emails that have come by half, on disk", per="receiver", said="452 4.3.1 No room left"
)


class Guest(Protocol):
    """One connection."""

    network: str
    since: float | None
    """When it came, or its last email was kept; None while it waits for us."""

    def send_away(self) -> None: ...


class Crowd:
    """Those who are connected to one server."""

    def __init__(self, *, most: int, most_of_one: int, memory: int) -> None:
        self.most, self.most_of_one = most, most_of_one
        self.memory = memory
        self.coming: set[Coming] = set()
        """The emails that are on their way in."""
        self._here: list[Guest] = []
        self._free = memory
        self._waiting = asyncio.Condition()

    @property
    def on_disk(self) -> int:
        """Bytes of emails that have come by half; counted anew, so that no end of one can make it wrong."""
        return sum(each.on_disk for each in self.coming)

    def enter(self, one: Guest) -> bool:
        """Count one in; False if it is one too many, of all or of its network, and nobody dawdles."""
        theirs = [each for each in self._here if each.network == one.network]
        if len(theirs) >= self.most_of_one and not self._makes_room(theirs):
            return False
        if len(self._here) >= self.most and not self._makes_room(self._here):
            return False
        self._here.append(one)
        return True

    def leave(self, one: Guest) -> None:
        if one in self._here:
            self._here.remove(one)

    @asynccontextmanager
    async def room_for(self, size: int) -> AsyncIterator[None]:
        """Wait until an email of so many bytes, all of which have come, can be held; its place within the block."""
        wanted = min(size * TIMES_ITS_SIZE, self.memory)
        async with self._waiting:
            await self._waiting.wait_for(lambda: self._free >= wanted)
            self._free -= wanted
        try:
            yield
        finally:
            self._free += wanted
            # Shielded by nothing: notifying needs the lock, which nobody holds across an await for long.
            async with self._waiting:
                self._waiting.notify_all()

    def _makes_room(self, among: list[Guest]) -> bool:
        """Send away the one who has dawdled for longest, if somebody has."""
        last = asyncio.get_running_loop().time() - PATIENCE_SECONDS
        dawdling = [(each.since, at) for at, each in enumerate(among) if each.since is not None and each.since <= last]
        if not dawdling:
            return False
        slowest = among[min(dawdling)[1]]
        self.leave(slowest)
        slowest.send_away()
        return True
