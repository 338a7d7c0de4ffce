"""What is measured over a stretch of time: letters, a steady load of openings, live pages, the scan of deadlines."""

import time
from collections.abc import Callable
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.bench.bench import Bench

LETTERS = 600
STREAMS, SAID = 1000, 12
A_SECOND, STEADY_SECONDS = 50, 20
LONGEST = 120


def letters(bench: "Bench") -> dict[str, Any]:
    """Letters handed over as quickly as they are taken, until each is a ticket and all that follows is done."""
    people = bench.db.execute("SELECT email FROM people_person WHERE email LIKE 'p%@corp.example' LIMIT 200").fetchall()
    mark = int(time.time())
    given = []
    for number in range(LETTERS):
        sender = people[number % len(people)][0]
        zh = number % 3 == 0
        subject, text = (
            ("会议室屏幕不亮", "早上开会时屏幕不亮，换线也不行。") if zh else ("Screen stays black", "It went off.")
        )
        raw = (
            f"From: <{sender}>\r\nTo: it@desk.example\r\nSubject: {subject} {number}\r\n"
            f"Message-ID: <{mark}.{number}@corp.example>\r\nMIME-Version: 1.0\r\n"
            f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n"
        )
        given.append((sender, "it@desk.example", raw))
    began = time.monotonic()
    answer = bench.ask(kind="letters", port=bench.serving.smtp_port, clients=4, letters=given)
    like = f"<{mark}.%"
    tickets = _until(lambda: _count(bench, "state = 'done' AND letter_id LIKE %s", like) >= LETTERS, began)
    settled = _until(lambda: bench.waiting_jobs() == 0, began)
    accepted = len(given) - len(answer["wrong"])
    done = _count(bench, "state = 'done' AND letter_id LIKE %s", like)
    said = (
        f"{accepted / answer['seconds']:.0f} letters a second accepted, {done / tickets:.0f} became tickets, "
        f"{done / settled:.0f} with all that follows, the confirmation handed over included ({done} of {LETTERS})"
    )
    return {
        "title": "Letter in → ticket",
        "accepted": round(accepted / answer["seconds"], 1),
        "tickets": round(done / tickets, 1),
        "settled": round(done / settled, 1),
        "said": said,
    }


def steady(bench: "Bench") -> dict[str, Any]:
    """Fifty openings a second by API for twenty seconds, and how far the reactions fall behind."""
    request = bench.sight.by_api("/api/v1/tickets", desk="IT", subject="Alert", text="Disk is full.")
    began = time.monotonic()
    left, opened, behind, took = STEADY_SECONDS, 0, [], []
    while left > 0:
        second = time.monotonic()
        answer = bench.ask(
            kind="pages", port=bench.serving.port, clients=4, seconds=5, most=A_SECOND * 4, requests=[request]
        )
        opened += len(answer["took"])
        took += answer["took"]
        spent = time.monotonic() - second
        if spent < 4:
            time.sleep(4 - spent)
        behind.append(bench.waiting_jobs())
        left -= 4
    during = time.monotonic() - began
    settled = _until(lambda: bench.waiting_jobs() == 0, began)
    rate = opened / during
    said = f"{rate:.0f} a second, p50 {median(took):.0f} ms; waiting jobs {behind}, all done {settled - during:.1f} s after the last"  # noqa: E501
    return {
        "title": "Fifty openings a second",
        "rate": round(rate, 1),
        "behind": behind,
        "after": round(settled - during, 1),
        "said": said,
    }


def fanout(bench: "Bench") -> dict[str, Any]:
    """A thousand live streams: how long until each of them knows what was said."""
    saying = []
    for number in bench.sight.open[:SAID]:
        _method, path, headers, body = bench.sight.by_api(
            f"/api/v1/tickets/{number}/messages", text="Noted.", internal=True
        )
        saying.append((path, number, headers, body))
    answer = bench.ask(
        kind="streams", port=bench.serving.port, streams=STREAMS, cookies=[bench.sight.agent], saying=saying
    )
    from tests.bench.bench import summed

    found = summed(answer["took"])
    said = (
        f"p50 {found['p50']} ms, p99 {found.get('p99')} ms on {answer['opened']} streams; "
        f"{len(answer['took'])} of {answer['wanted']} calls heard"
    )
    return {"title": f"Live, {STREAMS:,} streams", **found, "opened": answer["opened"], "said": said}


def breaches(bench: "Bench") -> dict[str, Any]:
    """The look for deadlines that are over, when there is none."""
    took = []
    for _turn in range(20):
        begin = time.perf_counter()
        for column, none in (("due_at", "breached_at"), ("warn_at", "warned_at")):
            bench.db.execute(
                f"SELECT id FROM tickets_clock WHERE state = 'running' AND {none} IS NULL AND {column} <= now()"
                f" AND breached_at IS NULL ORDER BY {column} LIMIT 200"
            ).fetchall()
        took.append((time.perf_counter() - begin) * 1000)
    return {"title": "Look for missed deadlines", "p50": round(median(took), 2), "said": f"{median(took):.2f} ms"}


RUNS: dict[str, Callable[["Bench"], dict[str, Any]]] = {
    "fanout": fanout,
    "breaches": breaches,
    "steady": steady,
    "letters": letters,
}


def _until(condition: Callable[[], bool], began: float) -> float:
    """Seconds since `began` when it became true, or when nobody waits any longer."""
    while not condition() and time.monotonic() - began < LONGEST:
        time.sleep(0.1)
    return time.monotonic() - began


def _count(bench: "Bench", where: str, *given: Any) -> int:
    row = bench.db.execute(f"SELECT count(*) FROM channels_received WHERE {where}", given).fetchone()
    return row[0] if row else 0
