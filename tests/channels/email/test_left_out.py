"""An IMAP server that says nothing of an email for a while: it is asked again; what it never hands over is named."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

import pytest

from firstline.catalog.models import Inbox, Mailbox
from firstline.channels.email import fetching, imap
from firstline.channels.inbound import NOT_GIVEN
from firstline.channels.models import Fetching, InboundMessage
from tests.cast import Cast

pytestmark = pytest.mark.django_db

CAME = datetime(2026, 11, 23, tzinfo=UTC)


def raw(uid: int) -> bytes:
    return b"From: mei@corp.example\r\nSubject: %d\r\nMessage-ID: <%d@corp.example>\r\n\r\nHello\r\n" % (uid, uid)


class Server:
    """RFC 3501 lets a server leave out of its answer what it cannot read at the moment: here `silent`."""

    def __init__(self, *uids: int, silent: Collection[int] = ()) -> None:
        self.uids, self.silent = uids, set(silent)

    def search(self, wanted: list[str]) -> list[int]:
        first, colon, _last = wanted[1].partition(":")
        return [uid for uid in self.uids if uid == int(first) or (colon and uid > int(first))]

    def expect(self, most: int) -> None:
        """Takes whatever comes."""

    def fetch(self, uids: Collection[int], what: list[str]) -> dict[int, dict[bytes, Any]]:
        said = set(uids) & (set(self.uids) - self.silent)
        return {uid: {b"RFC822.SIZE": 100, b"INTERNALDATE": CAME, b"BODY[]": raw(uid)} for uid in sorted(said)}


@pytest.fixture
def mailbox(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Mailbox:
    made = Mailbox.objects.create(inbox=Inbox.objects.get(address="it@desk.example"), host="imap.example", user="it")
    Fetching.objects.create(mailbox=made, uidvalidity=1, first_uid=1, last_uid=5, connected_at=CAME)
    monkeypatch.setattr(imap, "open_folder", lambda _client, _mailbox: imap.Folder(1, 9, 3, True))
    return made


def looked(server: Server, mailbox: Mailbox) -> Fetching:
    client: Any = server
    fetching.look(client, mailbox)
    return Fetching.objects.get(mailbox=mailbox)


def kept() -> list[bytes]:
    return [bytes(row.raw) for row in InboundMessage.objects.order_by("pk")]


@pytest.mark.parametrize("left_out", [6, 7, 8])
def test_what_a_server_left_out_once_is_taken_at_the_next_look(mailbox: Mailbox, left_out: int) -> None:
    row = looked(Server(6, 7, 8, silent=[left_out]), mailbox)
    assert (row.missed, row.last_uid) == ({str(left_out): 1}, 8)
    assert kept() == [raw(uid) for uid in (6, 7, 8) if uid != left_out]
    row = looked(Server(6, 7, 8), mailbox)
    assert (row.missed, row.last_uid) == ({}, 8)
    assert set(kept()) == {raw(uid) for uid in (6, 7, 8)}


def test_what_it_never_tells_of_is_put_aside_with_the_reason(mailbox: Mailbox) -> None:
    server = Server(6, 7, 8, silent=[7])
    assert [looked(server, mailbox).missed for _look in range(3)] == [{"7": 1}, {"7": 2}, {}]
    assert InboundMessage.objects.get(raw=b"").reason == NOT_GIVEN
    assert len(kept()) == 3


def test_what_somebody_deleted_meanwhile_is_asked_for_no_more(mailbox: Mailbox) -> None:
    looked(Server(6, 7, 8, silent=[7]), mailbox)
    assert looked(Server(6, 8), mailbox).missed == {}
    assert kept() == [raw(6), raw(8)]
