"""What is measured: each thing people do, as a browser or a program asks it, and beside it the limit by plain SQL."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg

from tests.bench.words import RARE

Request = tuple[str, str, dict[str, str], str]
Db = psycopg.Connection[Any]

OPEN = "phase IN ('pending', 'in_progress', 'waiting')"
ROW = """t.number, t.subject, t.phase, t.due_at, t.requester_name, t.requester_department, t.requester_city, t.line_id,
t.unanswered_since, p.name"""
ROWS = f"""SELECT {ROW}, (SELECT json_agg(c) FROM (SELECT kind, state, due_at, warn_at FROM tickets_clock c
WHERE c.ticket_id = t.id) c) FROM tickets_ticket t LEFT JOIN people_person p ON p.id = t.assignee_id"""


@dataclass
class Sight:
    """What the measures need to know of the world: who signs in how, and which tickets there are."""

    agent: str
    requester: str
    token: str
    desk: int
    agent_id: int
    open: list[str]
    any: list[str]
    requesters: list[tuple[int, str]] = field(default_factory=list)

    def as_agent(self, path: str, **headers: str) -> Request:
        return "GET", path, {"Cookie": self.agent, **headers}, ""

    def by_api(self, path: str, **given: Any) -> Request:
        return (
            "POST",
            path,
            {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
            json.dumps(given),
        )


@dataclass(frozen=True)
class Measure:
    """`limit`: the same rows by hand-written SQL, once. `aim`: milliseconds at two clients, 100,000 tickets."""

    key: str
    title: str
    requests: Callable[[Sight], Sequence[Request]]
    limit: Callable[[Db, Sight, int], object] | None = None
    aim: float | None = None
    holds: str = ""


HTMX = {"HX-Request": "true"}


def _queue(db: Db, sight: Sight, turn: int) -> None:
    db.execute(f"{ROWS} WHERE t.desk_id = %s AND t.{OPEN} ORDER BY t.due_at, t.id LIMIT 51", [sight.desk]).fetchall()


def _ticket(db: Db, sight: Sight, turn: int) -> None:
    number = sight.any[turn % len(sight.any)]
    (pk,) = db.execute("SELECT id FROM tickets_ticket WHERE number = %s", [number]).fetchone() or (0,)
    for table in ("tickets_message", "tickets_event", "tickets_clock", "tickets_participant"):
        db.execute(f"SELECT * FROM {table} WHERE ticket_id = %s", [pk]).fetchall()


def _search(language: str) -> Callable[[Db, Sight, int], None]:
    def limit(db: Db, sight: Sight, turn: int) -> None:
        word = RARE[language][turn % len(RARE[language])]
        db.execute(
            "WITH few AS MATERIALIZED"
            " (SELECT id FROM tickets_ticket WHERE search @@ to_tsquery('simple', %s) LIMIT 1001)"
            f" {ROWS} WHERE t.desk_id = %s AND t.id IN (SELECT id FROM few) ORDER BY t.id DESC LIMIT 51",
            [word, sight.desk],
        ).fetchall()

    return limit


def _home(db: Db, sight: Sight, turn: int) -> None:
    pk = sight.requesters[turn % len(sight.requesters)][0]
    db.execute(
        f"SELECT number, subject, phase FROM tickets_ticket t WHERE requester_id = %s AND {OPEN}"
        " ORDER BY id DESC LIMIT 5",
        [pk],
    ).fetchall()


def _open(db: Db, sight: Sight, turn: int) -> None:
    """The rows of an opening, copied from an open ticket in four sentences and one transaction."""
    (pk,) = db.execute("SELECT max(id) FROM tickets_ticket WHERE phase = 'pending'").fetchone() or (0,)
    with db.transaction():
        (new,) = _copied(db, "tickets_ticket", "number search", "id = %s", [pk]).fetchone() or (0,)
        _copied(db, "tickets_message", "ticket_id", "ticket_id = %s LIMIT 1", [pk], ticket_id=new)
        _copied(db, "tickets_event", "ticket_id", "ticket_id = %s LIMIT 1", [pk], ticket_id=new)
        _copied(db, "tickets_clock", "ticket_id", "ticket_id = %s LIMIT 1", [pk], ticket_id=new)
        db.execute("INSERT INTO procrastinate_jobs (queue_name, task_name, args, scheduled_at)"
                   " VALUES ('bench', 'bench', '{}', '9999-01-01')")  # fmt: skip


_columns: dict[str, list[str]] = {}


def _copied(db: Db, table: str, without: str, where: str, given: list[Any], **values: Any) -> psycopg.Cursor[Any]:
    if table not in _columns:
        rows = db.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
            " AND attgenerated = '' AND attname <> 'id'",
            [table],
        ).fetchall()
        _columns[table] = [name for (name,) in rows]
    names = [name for name in _columns[table] if name not in without.split()]
    chosen = ", ".join([*names, *(f"%s AS {name}" for name in values)])
    into = ", ".join([*names, *values])
    return db.execute(
        f"INSERT INTO {table} ({into}) SELECT {chosen} FROM {table} WHERE {where} RETURNING id",
        [*values.values(), *given],
    )


def _words(language: str, path: str, **headers: str) -> Callable[[Sight], Sequence[Request]]:
    from urllib.parse import quote

    return lambda sight: [sight.as_agent(path.format(quote(word)), **headers) for word in RARE[language]]


PAGES = [
    Measure("bare", "A bare view (/healthz)", lambda sight: [("GET", "/healthz", {}, "")]),
    Measure("queue", "Queue, the whole page", lambda s: [s.as_agent(f"/desk/queue/open-{s.desk}/")], _queue, 25,
            holds="data-row"),
    Measure("fragment", "Queue, its list alone", lambda s: [s.as_agent(f"/desk/queue/open-{s.desk}/", **HTMX)], _queue,
            25, holds="data-row"),
    Measure("all", "All requests, the whole page", lambda s: [s.as_agent("/desk/queue/all/")], None, 25, holds="data-row"),  # noqa: E501
    Measure("ticket", "Ticket page", lambda s: [s.as_agent(f"/desk/tickets/{n}/") for n in s.any], _ticket, 30),
    Measure("search-en", "Search, an English word", _words("en", "/desk/queue/all/?q={}"), _search("en"), 40,
            holds="data-row"),
    Measure("search-zh", "Search, a Chinese word inside a sentence", _words("zh-hans", "/desk/queue/all/?q={}"),
            _search("zh-hans"), 40, holds="data-row"),
    Measure("palette-en", "Palette, an English word", _words("en", "/desk/palette/?q={}", **HTMX), None, 40),
    Measure("palette-zh", "Palette, a Chinese word", _words("zh-hans", "/desk/palette/?q={}", **HTMX), None, 40),
    Measure("common", "Search, a word in half of all tickets", lambda s: [s.as_agent("/desk/queue/all/?q=about")], None, 40),  # noqa: E501
    Measure("home", "Help centre, front page", lambda s: [("GET", "/", {"Cookie": c}, "") for _pk, c in s.requesters],
            _home),
    Measure("open", "Open by API", lambda s: [s.by_api("/api/v1/tickets", desk="IT", subject="The screen stays black",
            text="It went off when I plugged in the second one.")], _open, 12),
    Measure("reply", "Reply by API", lambda s: [s.by_api(f"/api/v1/tickets/{n}/messages", text="We are looking into it.")  # noqa: E501
            for n in s.open]),
]  # fmt: skip
