"""The mail server that the desk sends through: speaks SMTP, keeps what it got, and is at times a bad one."""

import time
from collections import defaultdict
from dataclasses import dataclass
from email import message_from_bytes, policy
from random import Random
from threading import Lock
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


@dataclass(frozen=True)
class Copy:
    """One arrival of a letter: when our 250 left, and when the desk had begun to hand it over, by the monotonic clock.

    `told`: whether the desk heard our 250, as far as we know. `by`: the name of the process that sent it.
    """

    at: float
    recipient: str
    told: bool
    began: float = 0.0
    by: str = ""


class Postbox:
    def __init__(self, port: int, random: Random, host: str = "127.0.0.1") -> None:
        self.host, self.port, self.random = host, port, random
        self.copies: dict[str, list[Copy]] = defaultdict(list)
        self.reply_to: dict[str, list[str]] = defaultdict(list)
        """By the letters' recipient: the signed addresses to which he can answer."""
        self.order: list[tuple[str, str]] = []
        self.refused = self.dropped = 0
        self.bad = True
        self._lock = Lock()
        self._controller: Controller | None = None

    def start(self) -> None:
        self._controller = Controller(self, hostname=self.host, port=self.port)
        self._controller.start()

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()

    async def handle_MAIL(self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        session.began = time.monotonic()
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 Go on"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:
        dice = self.random.random() if self.bad else 1.0
        if dice < 0.01:
            self.refused += 1
            return "451 4.3.0 Not now"
        letter = message_from_bytes(envelope.content, policy=policy.default)
        told = dice >= 0.015
        with self._lock:
            for recipient in envelope.rcpt_tos:
                copy = Copy(time.monotonic(), recipient, told, began=session.began, by=session.host_name)
                self.copies[str(letter["Message-ID"]).strip()].append(copy)
                if letter["Reply-To"]:
                    self.reply_to[recipient].append(letter["Reply-To"].addresses[0].addr_spec)
        if not told:  # taken, but the line goes dead before we could say so
            self.dropped += 1
            server.transport.abort()
        return "250 2.0.0 Kept"

    def taken_since(self, at: float) -> float | None:
        """When the first letter came after that moment; None if none did."""
        with self._lock:
            came = [copy.at for copies in self.copies.values() for copy in copies if copy.at > at]
        return min(came, default=None)

    def address_to_answer(self, recipient: str, random: Random) -> str:
        """A signed address out of the last letters to this person; empty while he has none."""
        with self._lock:
            recent = self.reply_to[recipient][-10:]
        return random.choice(recent) if recent else ""
