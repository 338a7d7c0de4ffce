"""A letter that comes again is one, whichever way it takes; another one under its id is not lost."""

from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from firstline.catalog.models import Inbox
from firstline.channels import deduplication
from firstline.channels.base import File
from firstline.channels.email import reading
from firstline.channels.email.incoming import IncomingMail
from firstline.channels.models import InboundMessage
from firstline.tickets.models import Ticket
from tests.cast import Cast
from tests.letters import arrives, letter

pytestmark = pytest.mark.django_db


def test_the_same_letter_is_one_message_whichever_two_ways_it_takes(cast: Cast) -> None:
    first = arrives(letter())
    again = arrives(letter())
    other_inbox = arrives(letter(), at="nobody@desk.example")
    arrives(letter(Received="from a relay"))
    changed = arrives(letter(X_Changed="on its way"))
    assert again == first
    assert {other_inbox.state, changed.state} == {"ignored"}
    assert other_inbox.ticket == first.ticket
    assert Ticket.objects.count() == 1


def test_another_letter_under_a_used_id_is_not_lost(cast: Cast) -> None:
    arrives(letter())
    arrives(letter(text="Something else altogether.", subject="Printer"))
    with_file = letter()
    with_file.add_attachment(b"line one\n", maintype="text", subtype="plain", filename="vpn.log")
    arrives(with_file)
    assert Ticket.objects.count() == 3
    arrives(with_file.as_bytes().replace(b"\n", b"\r\n"), at="nobody@desk.example")
    assert Ticket.objects.count() == 3


MAIL = IncomingMail("email", "<x@corp.example>", "Lin Mei", "mei@corp.example", True, "VPN", "It drops.")
FILE = File("a.txt", "text/plain", b"one\r\ntwo\r\n")


def test_the_digest_is_of_who_said_what_and_of_the_files() -> None:
    same = deduplication.digest_of(replace(MAIL, files=(FILE,)))
    for more in ({"remote_id": "<other@x.example>"}, {"name": "Mei"}, {"html": "<p>x</p>"}, {"quoted": "x"}):
        assert deduplication.digest_of(replace(MAIL, files=(FILE,), **more)) == same  # type: ignore[arg-type]
    assert deduplication.digest_of(replace(MAIL, files=(replace(FILE, content=b"one\ntwo\n", name="b.txt"),))) == same
    others = [
        *({"address": "omar@corp.example"}, {"subject": "Printer"}, {"text": "It drops"}, {"files": ()}),
        *({"files": (replace(FILE, content=b"one"),)}, {"files": (FILE, FILE)}),
    ]
    found = {deduplication.digest_of(replace(MAIL, **{"files": (FILE,), **more})) for more in others}  # type: ignore[arg-type]
    assert len(found | {same}) == len(others) + 1


def stored(cast: Cast, desk: str = "IT", **more: Any) -> InboundMessage:
    inbox = Inbox.objects.get(desk__key=desk)
    given = {"letter_id": MAIL.remote_id, "digest": deduplication.digest_of(MAIL), "state": "done", "inbox": inbox}
    key = str(InboundMessage.objects.count())
    return InboundMessage.objects.create(**{"key": key, "sha256": "s" * 64, "raw": b"", **given, **more})


def test_the_same_are_those_of_this_id_with_the_same_words_that_were_handled(cast: Cast) -> None:
    first, second = stored(cast), stored(cast, "HR")
    for more in ({"state": "ignored"}, {"digest": "another"}, {"letter_id": "<y@corp.example>"}, {"kind": "chat"}):
        stored(cast, **more)
    mine = stored(cast)
    assert deduplication.same_as(mine, MAIL) == [first, second]
    assert deduplication.same_as(first, MAIL) == [second, mine]


def test_an_earlier_letter_without_a_digest_is_read_again(cast: Cast) -> None:
    raw = b"From: Mei <mei@corp.example>\nSubject: VPN\nMessage-ID: <x@corp.example>\n\nIt drops.\n"
    read = reading.incoming(stored(cast, raw=raw, digest=""))
    mine = stored(cast)
    assert [each.digest for each in deduplication.same_as(mine, read)] == [""]


def test_ten_letters_of_one_id_are_compared(cast: Cast) -> None:
    rows = [stored(cast) for _each in range(12)]
    assert deduplication.same_as(rows[-1], MAIL) == rows[:10]


def test_without_an_id_only_the_same_bytes_at_several_addresses_are_the_same(cast: Cast) -> None:
    it, hr = (Inbox.objects.get(desk__key=key) for key in ("IT", "HR"))
    sha = "s" * 64
    first = stored(cast, key=f"{sha} {it.pk}", letter_id="")
    mine = stored(cast, "HR", key=f"{sha} {hr.pk}", letter_id="")
    stored(cast, key=f"{sha} {it.pk}", letter_id="", kind="chat")
    nameless = replace(MAIL, remote_id="", addressed=("it@desk.example", "hr@desk.example"))
    assert deduplication.same_as(mine, nameless) == [first]
    assert deduplication.same_as(mine, replace(nameless, addressed=("it@desk.example",))) == []
    first.state = "ignored"
    first.save()
    assert deduplication.same_as(mine, nameless) == []


def test_a_desk_has_what_came_to_it_or_what_became_its_request(cast: Cast) -> None:
    at_it, at_hr = stored(cast), stored(cast, "HR")
    both = stored(cast, ticket=cast.asked(desk=cast.hr))
    nowhere = stored(cast, inbox=None)
    assert deduplication.came_before([at_it, at_hr], desk=cast.hr.pk) == [at_hr]
    assert deduplication.came_before([at_it, at_hr], desk=None) == [at_it, at_hr]
    assert deduplication.came_before([at_it], desk=cast.hr.pk) == []
    assert deduplication.came_before([nowhere, both], desk=cast.hr.pk) == [both]
    assert deduplication.came_before([both], desk=cast.it.pk) == [both]
    assert deduplication.came_before([], desk=None) == []


def test_what_is_looked_at_is_locked_by_its_id_and_its_sender(cast: Cast) -> None:
    for more, locks in (({}, 2), ({"remote_id": ""}, 1), ({"address": ""}, 1), ({"remote_id": "", "address": ""}, 0)):
        with CaptureQueriesContext(connection) as queries:
            deduplication.one_at_a_time(replace(MAIL, **more))
        assert sum(query["sql"].count("pg_advisory_xact_lock") for query in queries) == locks
        assert len(queries) == bool(locks)


def test_an_earlier_copy_swallows_what_it_was_taken_for_no_less_than() -> None:
    def before(result: str = "none", **more: Any) -> InboundMessage:
        return InboundMessage(
            proof={"result": result}, taken_as={"request": 3, "machine": False, "certain": True, **more}
        )

    def does(earlier: InboundMessage, proof: str = "none", elsewhere: bool = False, **more: Any) -> bool:
        later = {"request": 3, "machine": False, "certain": True, **more}
        return deduplication.swallows(earlier, later, proof=proof, elsewhere=elsewhere)

    worth = ("fail", "none", "pass")
    for at, result in enumerate(worth):
        assert [does(before(result), proof) for proof in worth] == [number <= at for number in range(3)]
    assert not does(before(machine=True))
    assert does(before(machine=True), machine=True)
    assert does(before(), machine=True)
    assert not does(before(certain=False))
    assert does(before(certain=False), certain=False)
    assert not does(before(), request=4)
    assert not does(before(), request=0)
    assert does(before(), request=4, elsewhere=True)
    assert not does(before(), "pass", request=4, elsewhere=True)
    assert does(InboundMessage(proof={}, taken_as={}), "pass", request=4)
