"""Fetching from a real Dovecot: everything once, whatever breaks, and nothing of it answered that lay there before."""

import random
import time
from contextlib import suppress
from typing import Any
from uuid import uuid4

import pytest
from imapclient.exceptions import IMAPClientError

from firstline.catalog.models import Inbox, Mailbox
from firstline.channels.email import fetching, imap
from firstline.channels.email.imap_errors import Trouble
from firstline.channels.models import Fetching, InboundMessage
from firstline.notices.models import Delivery
from firstline.tickets.models import Ticket
from tests.background import run_jobs
from tests.cast import Cast
from tests.letters import config, letter
from tests.peers.cutting import cutting
from tests.peers.dovecot import Dovecot

pytestmark = pytest.mark.django_db


class Box:
    """A mailbox of the IT desk at Dovecot, for a user of its own."""

    def __init__(self, dovecot: Dovecot) -> None:
        self.dovecot = dovecot
        self.user = f"{uuid4().hex[:12]}@firstline.test"

    def connected(self, **settings: Any) -> Mailbox:
        given = {"host": "127.0.0.1", "port": self.dovecot.port, "security": "none", "old_mail": "leave"}
        given |= {"anywhere": True} | settings
        mailbox = Mailbox(inbox=Inbox.objects.get(address="it@desk.example"), user=self.user, **given)
        mailbox.password = "test"
        mailbox.save()
        return mailbox

    def put(self, *letters: bytes, days_ago: float = 0) -> None:
        self.dovecot.put(self.user, *letters, at=time.time() - days_ago * 86400)


@pytest.fixture
def box(dovecot: Dovecot, cast: Cast) -> Box:
    return Box(dovecot)


def look(mailbox: Mailbox) -> int:
    """Connect, look once, hang up."""
    client = imap.connect(mailbox)
    try:
        return fetching.look(client, mailbox)
    finally:
        imap.hang_up(client)


def some(count: int, *, size: int = 0, first: int = 0, ids: bool = True) -> list[bytes]:
    return [
        letter(
            letter_id=f"<{number}@corp.example>" if ids else "",
            subject=f"Letter {number}",
            text=f"{number}\n" + "x" * 70 * size,
        )
        .as_bytes()
        .replace(b"\n", b"\r\n")
        for number in range(first, first + count)
    ]


def subjects() -> list[str]:
    run_jobs(at_most=500)
    return sorted(Ticket.objects.values_list("subject", flat=True))


def test_what_comes_after_the_connection_is_fetched_once_and_stays_unread(box: Box) -> None:
    mailbox = box.connected()
    assert look(mailbox) == 0
    box.put(*some(3))
    assert look(mailbox) == 3
    assert look(mailbox) == 0
    assert subjects() == ["Letter 0", "Letter 1", "Letter 2"]
    assert box.dovecot.count(box.user, what="UNSEEN") == 3
    state = Fetching.objects.get()
    assert (state.last_uid, state.trouble) == (3, "")
    assert state.looked_at is not None


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ({"old_mail": "leave"}, []),
        ({"old_mail": "days", "old_days": 3}, ["Letter 1", "Letter 2"]),
        ({"old_mail": "all"}, ["Letter 0", "Letter 1", "Letter 2"]),
    ],
)
def test_old_mail_is_taken_as_was_asked_for_and_nobody_is_told_of_it(
    box: Box, settings: dict[str, Any], found: list[str]
) -> None:
    for number, days in enumerate((10, 2, 0.1)):
        box.put(*some(1, first=number), days_ago=days)
    mailbox = box.connected(**settings)
    assert look(mailbox) == len(found)
    assert subjects() == found
    assert not Delivery.objects.exclude(state="dropped").exists()
    box.put(*some(1, first=9))
    look(mailbox)
    assert subjects() == [*found, "Letter 9"]
    assert Delivery.objects.exclude(state="dropped").count() == 1


def test_an_old_answer_in_a_request_tells_nobody_either(box: Box, cast: Cast) -> None:
    ticket = cast.asked()
    run_jobs()
    known = Delivery.objects.filter(ticket=ticket).exclude(letter_id="").first()
    told = Delivery.objects.exclude(state="dropped").count()
    assert known is not None
    answer = letter(sender="mei@corp.example", subject=f"Re: [{ticket.number}]", answers=known.letter_id, text="Still.")
    box.put(answer.as_bytes(), days_ago=1)
    assert look(box.connected(old_mail="all")) == 1
    run_jobs()
    assert InboundMessage.objects.get().ticket == ticket
    assert Delivery.objects.exclude(state="dropped").count() == told


def test_letters_are_moved_or_marked_after_they_are_stored(box: Box) -> None:
    box.dovecot.make(box.user, "Done")
    mailbox = box.connected(after="move", into="Done")
    look(mailbox)
    box.put(*some(2))
    assert look(mailbox) == 2
    assert (box.dovecot.count(box.user), box.dovecot.count(box.user, "Done")) == (0, 2)
    mailbox.after, mailbox.into = "keyword", "Firstline"
    box.put(*some(1, first=5))
    assert look(mailbox) == 1
    assert box.dovecot.count(box.user, what="KEYWORD Firstline") == 1
    assert box.dovecot.count(box.user, what="UNSEEN") == 1
    assert InboundMessage.objects.count() == 3


def test_a_folder_that_is_missing_stops_no_letter_and_is_said_until_it_is_there(box: Box) -> None:
    mailbox = box.connected(after="move", into="Nowhere")
    look(mailbox)
    box.put(*some(1))
    assert look(mailbox) == 1
    look(mailbox)
    assert Fetching.objects.get().trouble == "move"
    box.dovecot.make(box.user, "Nowhere")
    box.put(*some(1, first=1))
    look(mailbox)
    assert Fetching.objects.get().trouble == ""
    assert InboundMessage.objects.count() == 2


def test_new_numbers_for_all_letters_lose_and_double_nothing(box: Box) -> None:
    box.put(*some(2), days_ago=30)
    mailbox = box.connected()
    look(mailbox)
    box.put(*some(3, first=2), *some(2, first=7, ids=False))
    look(mailbox)
    before = Fetching.objects.get().uidvalidity
    box.dovecot.number_anew(box.user)
    box.put(*some(1, first=5))
    look(mailbox)
    assert Fetching.objects.get().uidvalidity != before
    assert subjects() == [f"Letter {number}" for number in (2, 3, 4, 5, 7, 8)]
    assert not InboundMessage.objects.filter(quiet=True).exists()


def test_a_connection_cut_anywhere_loses_and_doubles_nothing(box: Box) -> None:
    mailbox = box.connected()
    look(mailbox)
    box.put(*some(30, size=100))
    rand = random.Random(7)
    with cutting(box.dovecot.port) as proxy:
        mailbox.port = proxy.port
        for _cut in range(12):
            proxy.after = rand.randint(50, 120_000)
            with suppress(Trouble):  # and nothing else
                look(mailbox)
        assert proxy.cuts > 3
        proxy.after = 0
        look(mailbox)
    assert InboundMessage.objects.count() == 30
    assert {len(bytes(one.raw)) for one in InboundMessage.objects.all()} <= {len(one) for one in some(30, size=100)}
    assert subjects() == sorted(f"Letter {number}" for number in range(30))


def test_one_that_is_not_handed_over_does_not_stop_the_others(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    mailbox = box.connected()
    look(mailbox)
    box.put(*some(4))
    honest = fetching._fetched

    def reluctant(client: Any, uids: list[int], what: str) -> dict[int, bytes]:
        if 2 in uids:
            raise IMAPClientError("NO [SERVERBUG] Internal error")
        return honest(client, uids, what)

    monkeypatch.setattr(fetching, "_fetched", reluctant)
    look(mailbox)
    assert subjects() == ["Letter 0", "Letter 2", "Letter 3"]
    assert Fetching.objects.get().missed == {"2": 1}
    look(mailbox)
    assert not InboundMessage.objects.filter(state="unreadable").exists()
    look(mailbox)
    put_aside = InboundMessage.objects.get(state="unreadable")
    assert put_aside.reason == fetching.NOT_GIVEN
    assert Fetching.objects.get().missed == {}
    look(mailbox)
    assert InboundMessage.objects.count() == 4


def test_one_that_is_handed_over_at_the_second_time_is_in_no_quarantine(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox = box.connected()
    look(mailbox)
    box.put(*some(2))
    with monkeypatch.context() as patch:
        patch.setattr(fetching, "_fetched", lambda client, uids, what: {})
        look(mailbox)
    assert look(mailbox) == 2
    assert subjects() == ["Letter 0", "Letter 1"]
    assert Fetching.objects.get().missed == {}


def test_of_a_huge_letter_the_beginning_is_put_aside(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    config(monkeypatch, upload_mb=1)
    mailbox = box.connected()
    look(mailbox)
    box.put(*some(1, size=20_000), *some(1, first=1))
    assert look(mailbox) == 2
    huge = InboundMessage.objects.get(state="unreadable")
    assert (len(bytes(huge.raw)), huge.reason) == (fetching.CUT_AT, fetching.TOO_LARGE)
    assert subjects() == ["Letter 1"]


def test_a_letter_that_came_by_another_way_too_is_one(box: Box) -> None:
    from firstline.channels.email.ingest import keep

    mailbox = box.connected()
    look(mailbox)
    for raw in (*some(2), *some(2, first=2, ids=False)):
        keep(raw, inbox=mailbox.inbox_id, sender="mei@corp.example", recipients=["it@desk.example"])
        box.put(b"Return-Path: <mei@corp.example>\r\nReceived: from a by b\r\n" + raw)
    look(mailbox)
    assert InboundMessage.objects.count() == 4
    assert len(subjects()) == 4


def _wrong(box: Box, **settings: Any) -> Mailbox:
    mailbox = box.connected(**{name: value for name, value in settings.items() if name != "password"})
    if "password" in settings:
        mailbox.password = settings["password"]
    return mailbox


@pytest.mark.parametrize(
    ("settings", "trouble"),
    [
        ({}, ""),
        ({"password": "wrong"}, "sign-in"),
        ({"password": "密码"}, "sign-in"),
        ({"folder": "Nowhere"}, "folder"),
        ({"after": "move", "into": "Nowhere"}, "move"),
        ({"port": 1}, "refused"),
    ],
)
def test_a_test_says_what_is_wrong(box: Box, settings: dict[str, Any], trouble: str) -> None:
    mailbox = _wrong(box, **settings)
    if not trouble:
        box.put(*some(2))
        assert imap.check(mailbox) == 2
        return
    with pytest.raises(Trouble) as told:
        imap.check(mailbox)
    assert told.value.key == trouble
    assert str(told.value)


def test_encryption_that_is_not_there_is_said(box: Box) -> None:
    for security, keys in (("tls", {"encryption", "cut"}), ("starttls", {"encryption"})):
        mailbox = Mailbox(inbox=Inbox.objects.first(), host="127.0.0.1", port=box.dovecot.port, security=security)
        mailbox.anywhere = True
        with pytest.raises(Trouble) as told:
            imap.check(mailbox)
        assert told.value.key in keys


def test_a_name_that_nobody_has_is_said(box: Box) -> None:
    with pytest.raises(Trouble) as told:
        imap.check(Mailbox(inbox=Inbox.objects.first(), host="no-such-host.invalid", port=993, security="tls"))
    assert told.value.key == "host"


def test_letters_stay_in_the_mailbox_while_those_before_them_are_not_taken_in(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "MOST_AT_ONCE", 2)
    mailbox = box.connected(old_mail="all")
    box.put(*some(4))
    fetched: list[int] = []
    may_go_on = iter([True, False, True])

    def note() -> bool:
        fetched.append(InboundMessage.objects.count())
        return next(may_go_on)

    monkeypatch.setattr(fetching.backpressure, "keep", note)
    look(mailbox)
    assert (fetched, InboundMessage.objects.count()) == ([0, 2], 2)
    look(mailbox)
    assert (fetched, InboundMessage.objects.count()) == ([0, 2, 2], 4)
