"""What the receiver answers at each step, whom it lets in, and how long it holds back: without any server."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from aiosmtpd.smtp import Envelope
from django.db import OperationalError

from firstline.channels.email import backpressure, connection_limits, receiver
from firstline.channels.email.coming import Coming
from firstline.channels.email.connection_limits import Crowd
from firstline.channels.email.receiver import FULL, KEPT, LATER, MOST_RECIPIENTS, Doorstep, _said_size
from tests.loops import run

RAW = b"From: mei@corp.example\r\nSubject: x\r\n\r\nHello\r\n"


class Inboxes:
    """Knows two desks; `fresh`: whether it has to be read first."""

    def __init__(self, *, fresh: bool = True) -> None:
        self.fresh, self.was_read = fresh, 0

    def are_fresh_for(self, address: str) -> bool:
        return self.fresh

    def read(self) -> None:
        self.was_read += 1

    def of(self, address: str) -> tuple[bool, int | None]:
        found = {"it@desk.example": 1, "hr@desk.example": 2, "signed@desk.example": None}
        return address in found, found.get(address)


class Postbox:
    """Keeps all; `failing`: by inbox, what happens instead."""

    def __init__(self, failing: dict[int | None, Exception] | None = None) -> None:
        self.kept: list[Any] = []
        self.failing = failing or {}

    async def put(self, letter: Any) -> None:
        if letter.inbox_id in self.failing:
            raise self.failing[letter.inbox_id]
        self.kept.append(letter)


def database(state: str) -> OperationalError:
    error, cause = OperationalError("x"), Exception("y")
    cause.sqlstate = state  # type: ignore[attr-defined]
    error.__cause__ = cause
    return error


def talk(
    *addresses: str, postbox: Postbox | None = None, inboxes: Inboxes | None = None, lmtp: bool = False
) -> tuple[list[str], str, Envelope]:
    """What is said to each recipient and to the letter."""
    step = Doorstep(lmtp, inboxes or Inboxes(), postbox or Postbox())  # type: ignore[arg-type]
    envelope = Envelope()
    envelope.mail_from, envelope.original_content = "<mei@corp.example>", RAW
    here: Any = None

    async def both() -> tuple[list[str], str]:
        to = [await step.handle_RCPT(here, here, envelope, address, []) for address in addresses]
        return to, await step.handle_DATA(here, here, envelope)

    to, said = run(both())
    return to, said, envelope


def test_a_letter_is_kept_for_each_desk_once_with_its_own_recipients() -> None:
    postbox = Postbox()
    to, said, envelope = talk(
        "it@desk.example", "nobody@x.example", "signed@desk.example", "hr@desk.example", postbox=postbox
    )
    assert to == ["250 2.1.5 OK", "550 5.1.1 No such mailbox here", "250 2.1.5 OK", "250 2.1.5 OK"]
    assert said == KEPT
    assert envelope.rcpt_tos == ["it@desk.example", "signed@desk.example", "hr@desk.example"]
    kept = {letter.inbox_id: letter for letter in postbox.kept}
    assert {inbox: letter.envelope["recipients"] for inbox, letter in kept.items()} == {
        1: ["it@desk.example"],
        None: ["signed@desk.example"],
        2: ["hr@desk.example"],
    }
    assert {letter.envelope["sender"] for letter in postbox.kept} == {"mei@corp.example"}
    assert {bytes(letter.raw) for letter in postbox.kept} == {RAW}


@pytest.mark.parametrize(
    ("state", "answer"),
    [
        *((state, FULL) for state in ("53000", "53100", "53200", "53300", "53400")),
        *((state, LATER) for state in ("57P01", "08006", "")),
    ],
)
def test_a_database_without_room_is_said_as_such(state: str, answer: str) -> None:
    assert talk("it@desk.example", postbox=Postbox({1: database(state)}))[1] == answer
    assert talk("it@desk.example", postbox=Postbox({1: OperationalError("x")}))[1] == LATER


def test_one_answer_for_all_is_the_worst_and_by_lmtp_each_has_its_own() -> None:
    both = ("it@desk.example", "hr@desk.example", "it@desk.example")
    for failing, each in (({1: database("53100")}, [FULL, KEPT, FULL]), ({2: database("")}, [KEPT, LATER, KEPT])):
        assert talk(*both, postbox=Postbox(failing), lmtp=True)[1] == "\r\n".join(each)
        assert talk(*both, postbox=Postbox(failing))[1] == next(said for said in each if said != KEPT)


def test_a_hundred_recipients_are_taken_and_no_more() -> None:
    to, _said, envelope = talk(*["it@desk.example"] * (MOST_RECIPIENTS + 1))
    assert len(envelope.rcpt_tos) == 100
    assert to[99:] == ["250 2.1.5 OK", "452 4.5.3 Too many recipients"]


def test_the_desks_are_read_where_what_is_known_is_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiver, "with_connection", lambda do: do())
    for fresh, was_read in ((True, 0), (False, 1)):
        inboxes = Inboxes(fresh=fresh)
        assert talk("it@desk.example", inboxes=inboxes)[0] == ["250 2.1.5 OK"]
        assert inboxes.was_read == was_read

    def away() -> None:
        raise OperationalError("x")

    broken = Inboxes(fresh=False)
    broken.read = away  # type: ignore[method-assign]
    assert talk("it@desk.example", inboxes=broken)[0] == [LATER]


def test_nobody_is_asked_to_sign_in() -> None:
    here: Any = SimpleNamespace(host_name=None)
    step = Doorstep(False, Inboxes(), Postbox())  # type: ignore[arg-type]
    offered = ["250-mx", "250-AUTH LOGIN PLAIN", "250-SIZE 1", "250 HELP"]
    said = run(step.handle_EHLO(here, here, here, "mx.corp.example", offered))
    assert said == ["250-mx", "250-SIZE 1", "250 HELP"]
    assert here.host_name == "mx.corp.example"
    assert run(step.handle_exception(RuntimeError("x"))) == LATER


@pytest.mark.parametrize(
    ("options", "size"),
    [
        *(([], 1_000), (["SIZE=10"], 10), (["size=10"], 10), (["SIZE=2000"], 1_000), (["SIZE=1000"], 1_000)),
        *((["SIZE=x"], 1_000), (["SIZE="], 1_000), (["SIZE"], 1_000), (["BODY=8"], 1_000)),
        (["BODY=8BITMIME", "SIZE=7"], 7),
    ],
)
def test_how_large_a_letter_will_be_is_what_the_other_server_said(options: list[str], size: int) -> None:
    assert _said_size(options, 1_000) == size


def test_the_limits_of_a_talk() -> None:
    assert (receiver.LONGEST_COMMAND, receiver.Talk.line_length_limit) == (16_384, 16_384)
    assert (receiver.MOST_LETTERS, receiver.COMMAND_SECONDS, receiver.DATA_SECONDS) == (10_000, 300, 600)
    assert (receiver.FIRST_SECONDS, receiver.LEAST_RATE, receiver.MOST_OF_A_COMMAND) == (30.0, 1_024, 200)
    assert (receiver.READ_AT_ONCE, receiver.TOO_LARGE_TIMES) == (65_536, 4)
    assert receiver.COMMANDS_OF_A_LETTER == ("MAIL", "RCPT", "DATA", "RSET")
    assert "LHLO" in receiver.ALLOWED_BEFORE_STARTTLS
    assert (connection_limits.TIMES_ITS_SIZE, connection_limits.PATIENCE_SECONDS, connection_limits.MOST_ON_DISK) == (
        3,
        5.0,
        1024**3,
    )


class Transport:
    """What is written to a connection, and whether it was closed."""

    def __init__(self, peer: Any = ("192.0.2.1", 25)) -> None:
        self.peer, self.written, self.closed = peer, b"", False

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self.peer if name == "peername" else default

    def write(self, data: bytes) -> None:
        self.written += data

    def close(self) -> None:
        self.closed = True


def test_who_takes_long_is_sent_away_and_who_is_one_too_many_hears_it() -> None:
    async def meet() -> tuple[Transport, Transport, Any]:
        few = Crowd(most=1, most_of_one=1, memory=10)
        loop = asyncio.get_running_loop()
        talks = [
            receiver.SmtpTalk(Doorstep(False, Inboxes(), Postbox()), crowd=few, pace=backpressure.Pace(), loop=loop)  # type: ignore[arg-type]
            for _each in range(2)
        ]
        first, second = Transport(), Transport()
        talks[0].transport = first
        talks[0].send_away()
        talks[0].transport = None
        talks[0].send_away()
        assert few.enter(talks[0])
        talks[0].since = None
        talks[1].connection_made(second)
        talks[1].eof_received()
        talks[1].connection_lost(None)
        return first, second, talks[1]

    first, second, late = run(meet())
    assert (first.written[:10], first.closed) == (b"421 4.4.2 ", True)
    assert (second.written[:10], second.closed, late.network) == (b"421 4.7.0 ", True, "")


# What is said before DATA, what DATA is given, and how it is refused
EARLY = [
    *(([], "", b"503 Error: send HELO first\r\n"), (["HELO x"], "", b"503 Error: need RCPT command\r\n")),
    *((["HELO x", "MAIL FROM:<a@x.example>"], "", b"503 Error: need RCPT command\r\n"),),
    (["HELO x", "MAIL FROM:<a@x.example>", "RCPT TO:<it@desk.example>"], "x", b"501 Syntax: DATA\r\n"),
]


@pytest.mark.parametrize(("before", "given", "answer"), EARLY)
def test_an_email_is_only_read_when_all_before_it_was_said(before: list[str], given: str, answer: bytes) -> None:
    async def meet() -> bytes:
        few = Crowd(most=1, most_of_one=1, memory=10)
        loop = asyncio.get_running_loop()
        step: Any = Doorstep(False, Inboxes(), Postbox())  # type: ignore[arg-type]
        here = receiver.SmtpTalk(step, crowd=few, pace=backpressure.Pace(), loop=loop)
        transport: Any = Transport()
        here.session, here.transport = here._create_session(), transport
        here._set_post_data_state()
        here._writer = SimpleNamespace(write=transport.write, drain=_at_once)  # type: ignore[assignment]
        for line in before:
            name, _blank, more = line.partition(" ")
            await getattr(here, f"smtp_{name}")(more)
        transport.written = b""
        await here.smtp_DATA(given)
        return bytes(transport.written)

    assert run(meet()) == answer


async def _at_once() -> None:
    return None


class Guest:
    def __init__(self, network: str = "a", since: float | None = 0.0) -> None:
        self.network, self.since, self.away = network, since, 0

    def send_away(self) -> None:
        self.away += 1


def entered(few: Crowd, *guests: Guest, at: float = 100.0) -> list[bool]:
    """Whether each was let in, `at` this time of the loop."""

    async def meet() -> list[bool]:
        asyncio.get_running_loop().time = lambda: at  # type: ignore[method-assign]
        return [few.enter(each) for each in guests]

    return run(meet())


def test_so_many_are_let_in_of_all_and_of_one_network() -> None:
    busy = [Guest("a", None), Guest("a", None), Guest("b", None), Guest("a", None), Guest("c", None), Guest("d", None)]
    few = Crowd(most=4, most_of_one=2, memory=10)
    assert entered(few, *busy) == [True, True, True, False, True, False]
    few.leave(busy[0])
    few.leave(busy[0])
    assert entered(few, Guest("a", None), Guest("e", None)) == [True, False]


@pytest.mark.parametrize(("since", "makes_room"), [(95.0, True), (95.1, False), (None, False), (0.0, True)])
def test_who_dawdles_for_five_seconds_makes_room(since: float | None, makes_room: bool) -> None:
    dawdler, new = Guest("a", since), Guest("b", 100.0)
    assert entered(Crowd(most=1, most_of_one=1, memory=10), dawdler, new) == [True, makes_room]
    assert dawdler.away == int(makes_room)
    again = Guest("a", since)
    assert entered(Crowd(most=9, most_of_one=1, memory=10), again, Guest("a")) == [True, makes_room]


def test_the_slowest_makes_room_and_the_others_stay() -> None:
    guests = [Guest("a", 50.0), Guest("b", 20.0), Guest("c", 20.0), Guest("d", None)]
    few = Crowd(most=4, most_of_one=4, memory=10)
    assert entered(few, *guests, Guest("e", 100.0), Guest("f", 100.0)) == [True] * 6
    assert [each.away for each in guests] == [0, 1, 1, 0]


def test_a_letter_waits_for_its_memory() -> None:
    async def meet() -> list[str]:
        few, told = Crowd(most=1, most_of_one=1, memory=30), []

        async def hold(name: str, size: int) -> None:
            async with few.room_for(size):
                told.append(f"{name} in")
                await asyncio.sleep(0.01)
                told.append(f"{name} out")

        await asyncio.gather(hold("a", 5), hold("b", 5), hold("c", 1))
        await asyncio.gather(hold("large", 1_000), hold("d", 1))
        return told

    told = run(meet())
    assert told[:2] == ["a in", "b in"]
    assert set(told[2:4]) == {"a out", "b out"} or told[2] == "a out"
    assert told.index("c in") > told.index("a out")
    assert told[-4:] == ["large in", "large out", "d in", "d out"]


def test_what_is_on_disk_is_counted_of_all() -> None:
    few = Crowd(most=1, most_of_one=1, memory=30)
    for size in (3, 4):
        one = Coming(100)
        one.on_disk = size
        few.coming.add(one)
    assert few.on_disk == 7


def test_a_coming_letter_knows_when_it_is_large() -> None:
    one = Coming(10)
    assert (one.size, one.on_disk, one.is_too_large, one.is_large) == (0, 0, False, False)
    one.take(b"x" * 10)
    assert not one.is_too_large
    one.take(b"x")
    assert one.is_too_large
    large = Coming(10_000_000)
    large.take(b"x" * (256 * 1024 + 2))
    assert not large.is_large
    large.take(b"x")
    assert large.is_large
    large.write()
    large.take(b"y" * 100)
    large.write()
    assert large.on_disk == 256 * 1024 + 101
    large.close()


def test_letters_are_held_back_while_others_wait_and_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    at, asked, slept = [0.0], [0], []
    behind = iter([True, True, False])

    def falls_behind() -> bool:
        asked[0] += 1
        return next(behind, True)

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        at[0] += seconds + 0.01

    full = [False]
    monkeypatch.setattr(backpressure, "falls_behind", falls_behind)
    monkeypatch.setattr(backpressure, "is_full", lambda: full[0])
    monkeypatch.setattr(backpressure, "with_connection", lambda do: do())
    clock = SimpleNamespace(monotonic=lambda: at[0], sleep=lambda seconds: run(sleep(seconds)))
    monkeypatch.setattr(backpressure, "time", clock)
    monkeypatch.setattr(
        backpressure, "asyncio", SimpleNamespace(Lock=asyncio.Lock, to_thread=asyncio.to_thread, sleep=sleep)
    )

    async def two_at_once(one: backpressure.Pace) -> None:
        await one.keep()
        await one.keep()

    run(two_at_once(backpressure.Pace()))
    # What was found is true for a tenth of a second.
    assert (asked[0], slept) == (3, [0.1, 0.1])
    assert run(backpressure.Pace().keep())
    assert 4.0 <= at[0] <= 4.5
    before, slept[:] = at[0], []
    assert backpressure.keep()
    assert 4.0 <= at[0] - before <= 4.2
    assert set(slept) == {0.1}
    full[0] = True
    assert not run(backpressure.Pace().keep())
    assert not backpressure.keep()
