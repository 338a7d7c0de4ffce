"""How many may talk to the receiver at once, and how much of their letters it holds in memory."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

# What a letter costs in memory while it is read, in lines and then as a whole.
TIMES_ITS_SIZE = 3


class Crowd:
    """Those who are connected to one server."""

    def __init__(self, *, most: int, most_of_one: int, memory: int) -> None:
        self.most, self.most_of_one = most, most_of_one
        self.memory = memory
        self._here: Counter[str] = Counter()
        self._free = memory
        self._waiting = asyncio.Condition()

    def enter(self, address: str) -> bool:
        """Count one in; False if it is one too many, of all or of this address."""
        if self._here.total() >= self.most or self._here[address] >= self.most_of_one:
            return False
        self._here[address] += 1
        return True

    def leave(self, address: str) -> None:
        self._here[address] -= 1
        if not self._here[address]:
            del self._here[address]

    @asynccontextmanager
    async def room_for(self, size: int) -> AsyncIterator[None]:
        """Wait until a letter of so many bytes can be held, and hold its place within the block."""
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
