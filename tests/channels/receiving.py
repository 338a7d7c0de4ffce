"""A receiver of letters that really listens, and clients that really speak SMTP."""

import smtplib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from firstline.catalog.models import Inbox
from firstline.channels.email import receiver
from tests.channels.mailserver import served


@dataclass
class Receiver:
    port: int
    it: Inbox
    hr: Inbox

    def client(self) -> smtplib.SMTP:
        return smtplib.SMTP("127.0.0.1", self.port, local_hostname="mx.test", timeout=10)

    def send(self, raw: bytes, *to: str, sender: str = "mei@corp.example") -> None:
        with self.client() as client:
            client.sendmail(sender, list(to) or ["it@desk.example"], raw)


@pytest.fixture
def receiving(desks: tuple[Inbox, Inbox]) -> Iterator[Receiver]:
    with served(lambda: receiver.listen("127.0.0.1", 0)) as port:
        yield Receiver(port, *desks)


def pouring(receiving: Receiver, letters: list[bytes]) -> None:
    with ThreadPoolExecutor(8) as clients:
        for done in [clients.submit(receiving.send, raw) for raw in letters]:
            done.result()
