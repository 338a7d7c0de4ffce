"""Answers that are kept for whoever asks again, as many as fit into a number of characters."""

import threading
from collections import OrderedDict
from collections.abc import Callable

LARGEST_SHARE = 20
"""What would take more than this part of all the room is worked out each time."""


class Kept:
    """A function from texts to a text that remembers what it was asked last: questions and answers are together not
    longer than so many characters. Counting answers alone would let a thousand long texts take a gigabyte.

        @kept(characters=1_000_000)
        def shown(text: str, format: str) -> str: …
    """

    def __init__(self, work: Callable[..., str], most: int) -> None:
        self.work, self.most, self.size = work, most, 0
        self.__doc__, self.__wrapped__ = work.__doc__, work
        self._answers: OrderedDict[tuple[str, ...], str] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, *given: str) -> str:
        with self._lock:
            if given in self._answers:
                self._answers.move_to_end(given)
                return self._answers[given]
        answer = self.work(*given)
        if _length(given, answer) * LARGEST_SHARE <= self.most:
            self._put(given, answer)
        return answer

    def _put(self, given: tuple[str, ...], answer: str) -> None:
        with self._lock:
            if given not in self._answers:
                self._answers[given] = answer
                self.size += _length(given, answer)
            while self.size > self.most:
                self.size -= _length(*self._answers.popitem(last=False))


def kept(*, characters: int) -> Callable[[Callable[..., str]], Kept]:
    return lambda work: Kept(work, characters)


def _length(given: tuple[str, ...], answer: str) -> int:
    return len(answer) + sum(map(len, given))
