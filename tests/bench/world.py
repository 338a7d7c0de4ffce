"""A world of so many tickets: a few hundred that lived through the verbs, and their copies, made inside PostgreSQL."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import psycopg

from firstline.kit.postgres import DATABASE, PORT, Server

HURRY = {
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_wal_size": "16GB",
    "maintenance_work_mem": "1GB",
    "work_mem": "256MB",
    "shared_buffers": "1GB",
    "max_parallel_maintenance_workers": "2",
}
"""A world whose making is cut short is made anew, so nothing need be safe before it is whole."""
WEEKS = 104
MINUTES = 40
PER_PERSON = 50
COMMON = 2400
STALE_HOURS = 20
SHARE = 20_000


@dataclass
class Made:
    """What is known of a world; kept beside it, so that a later run can use it again."""

    tickets: int
    open_percent: int
    made_at: str
    seconds: float
    sizes: dict[str, str]
    shape: str = ""


def world(data: Path, *, tickets: int, open_percent: int, say: Callable[[str], object]) -> Made:
    """The world in this folder; made if it is not there, or so old that its open requests would all be late."""
    note = data / "world.json"
    if note.exists():
        made = Made(**json.loads(note.read_text()))
        age = datetime.now().astimezone() - datetime.fromisoformat(made.made_at)
        if (made.tickets, made.open_percent) == (tickets, open_percent) and age < timedelta(hours=STALE_HOURS):
            say(f"Using the world of {made.made_at} in {data}.")
            return made
        note.unlink()
    server = Server(data, settings=HURRY)
    server.start()
    try:
        began = time.monotonic()
        _empty(server)
        say("Letting the patterns live through the verbs.")
        _patterns()
        say(f"Copying them until there are {tickets:,} tickets.")
        with _superuser(server) as connection:
            sizes = _Copies(connection, tickets, open_percent, say).make()
        made = Made(tickets, open_percent, datetime.now().astimezone().isoformat(), time.monotonic() - began, sizes)
        from tests.bench import shape

        made.shape = shape.compared(say)
        from firstline.tickets.sealing import seal

        seal()
    finally:
        from django.db import connection as django

        django.close()
        django.close_pool()  # type: ignore[attr-defined]
        server.stop()
    note.write_text(json.dumps(asdict(made)))
    say(f"Made in {made.seconds:.0f} s.")
    return made


def _superuser(server: Server) -> psycopg.Connection[Any]:
    return psycopg.connect(host=server.host, port=PORT, user="postgres", dbname=DATABASE, autocommit=True)


def _empty(server: Server) -> None:
    with server.connect() as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
        connection.execute(f"CREATE DATABASE {DATABASE} OWNER firstline")
    from firstline.cli import program
    from firstline.cli.migrate import migrate

    program.load()
    migrate()


def _patterns() -> None:
    from django.db import transaction

    from firstline.catalog import config_cache
    from firstline.catalog.models import Desk
    from firstline.demo import load
    from firstline.demo.world import World
    from firstline.sla.models import Calendar
    from firstline.sla.models.calendar import CalendarDay
    from tests.bench import lives

    load._make_company()
    # A copy is a number of weeks older, so no week may differ from another.
    CalendarDay.objects.all().delete()
    Calendar.objects.filter(zone="Europe/Berlin").update(zone="Etc/GMT-1")
    config_cache.forget()
    with load._hurrying(), transaction.atomic():
        lives.live_all(World(load._people(), {desk.key: desk for desk in Desk.objects.all()}))


class _Copies:
    """Copies of the patterns: the same rows, some weeks older, of other people, with other words."""

    def __init__(
        self, connection: psycopg.Connection[Any], tickets: int, open_percent: int, say: Callable[[str], object]
    ) -> None:
        self.db, self.say = connection, say
        self.wanted, self.open_percent = tickets, open_percent
        self.rng = Random(3)

    def make(self) -> dict[str, str]:
        from tests.bench import copying

        run = self.db.execute
        run("SET session_replication_role = replica")  # no triggers, no look-ups of what other rows name
        run("SET synchronous_commit = off")
        run("SET max_parallel_workers_per_gather = 0")
        copying.prepare(self.db, persons=max(200, self.wanted // PER_PERSON), common=COMMON, shifts=self._shifts())
        self._choose()
        indexes = _without_indexes(self.db, copying.TABLES)
        for table, statement in copying.statements(self.db).items():
            began = time.monotonic()
            shares = range(0, self.wanted, SHARE) if "%(first)s" in statement else [None]
            count = sum(
                run(statement, None if first is None else {"first": first, "last": first + SHARE - 1}).rowcount
                for first in shares
            )
            self.say(f"  {table}: {count:,} rows in {time.monotonic() - began:.0f} s")
        began = time.monotonic()
        for definition in indexes:
            run(definition)
        self.say(f"  {len(indexes)} indexes in {time.monotonic() - began:.0f} s")
        copying.finish(self.db)
        run("SET session_replication_role = origin")
        run("VACUUM (ANALYZE)")
        run("CHECKPOINT")
        return dict(
            run(
                "SELECT relname, pg_size_pretty(pg_total_relation_size(oid)) FROM pg_class"
                " WHERE relname = ANY(%s) UNION ALL SELECT 'all', pg_size_pretty(pg_database_size(current_database()))",
                [copying.TABLES],
            ).fetchall()
        )

    def _shifts(self) -> dict[bool, list[timedelta]]:
        """By how much the copies of closed patterns are older, and those of the others younger."""
        return {
            True: [timedelta(weeks=-number) for number in range(WEEKS)],
            False: [timedelta(minutes=number) for number in range(MINUTES)],
        }

    def _choose(self) -> None:
        """One row a copy: of which pattern, how much older, whose, with which word; oldest first."""
        from tests.bench.words import RARE, RARE_TICKETS

        rng, shifts = self.rng, self._shifts()
        patterns = self.db.execute(
            "SELECT t.id, t.created_at, t.phase, b.language FROM tickets_ticket t JOIN bench.pattern b ON b.id = t.id"
        ).fetchall()
        of_phase = {
            phase: [row for row in patterns if row[2] == phase or (phase == "open" and row[2] not in ENDED)]
            for phase in ("closed", "resolved", "open")
        }
        new = self.wanted - len(patterns)
        kept = {
            "open": max(0, self.wanted * self.open_percent // 100 - len(of_phase["open"])),
            "resolved": max(0, self.wanted // 100 - len(of_phase["resolved"])),
        }
        kept["closed"] = new - sum(kept.values())
        rows = []
        for phase, count in kept.items():
            of_kind, possible = of_phase[phase], shifts[phase == "closed"]
            for _number in range(count):
                # More in the younger weeks: the desk has grown.
                pattern = of_kind[int(rng.random() * len(of_kind))]
                shift = possible[int(rng.random() ** 1.6 * len(possible))]
                rows.append((pattern[1] + shift, pattern[0], shift, pattern[3]))
        rows.sort(key=lambda row: row[0])
        people = {
            language: [
                row[0]
                for row in self.db.execute(
                    "SELECT id FROM bench.person WHERE language = %s ORDER BY id", [language]
                ).fetchall()
            ]
            for language in RARE
        }
        terms = {
            language: [
                row[0]
                for row in self.db.execute(
                    "SELECT id FROM bench.term WHERE language = %s ORDER BY id", [language]
                ).fetchall()
            ]
            for language in RARE
        }
        rare = {language: len(words) for language, words in RARE.items()}
        of_language = {language: sum(row[3] == language for row in rows) for language in RARE}
        chance = {
            language: min(0.3, rare[language] * RARE_TICKETS / max(1, count)) for language, count in of_language.items()
        }
        with (
            self.db.cursor() as cursor,
            cursor.copy("COPY bench.clone (n, pattern, shift, person, term, host) FROM STDIN") as copy,
        ):
            for number, (_at, pattern, shift, language) in enumerate(rows):
                own, said = people[language], terms[language]
                person = own[int(rng.random() ** 2.2 * len(own))]
                if rng.random() < chance[language]:
                    term = said[int(rng.random() * rare[language])]
                else:
                    term = said[rare[language] + int(rng.random() ** 2 * (len(said) - rare[language]))]
                seconds = int(shift.total_seconds())
                copy.write(f"{number}\t{pattern}\t{seconds} s\t{person}\t{term}\tlnt{rng.randrange(90000)}\n")
        self.db.execute("CREATE INDEX ON bench.clone (pattern); ANALYZE bench.clone")


ENDED = ("closed", "resolved", "cancelled")


def _without_indexes(connection: psycopg.Connection[Any], tables: Sequence[str]) -> list[str]:
    """Take the tables' indexes away but for their keys; returns what makes them again."""
    rows = connection.execute(
        """SELECT i.indrelid::regclass::text, i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid),
                  c.conname, pg_get_constraintdef(c.oid)
           FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x')
           WHERE i.indrelid::regclass::text = ANY(%s) AND NOT i.indisprimary""",
        [list(tables)],
    ).fetchall()
    again = []
    for table, index, definition, constraint, said in rows:
        if constraint:
            connection.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{constraint}"')
            again.append(f'ALTER TABLE {table} ADD CONSTRAINT "{constraint}" {said}')
        else:
            connection.execute(f"DROP INDEX {index}")
            again.append(definition)
    return again
