"""The statements that copy the patterns. Whatever column is not named in CHANGED is copied as it is."""

from datetime import timedelta
from typing import Any

import psycopg

from firstline.kit.tokenizer import query_words, search_words
from tests.bench.lives import ABOUT, HOST, TERM
from tests.bench.words import RARE, common, names

NAME = "qqnameqq"
TABLES = [
    "tickets_ticket",
    "tickets_event",
    "tickets_message",
    "tickets_clock",
    "tickets_participant",
    "tickets_rating",
    "notices_delivery",
    "channels_received",
]
BASE = 10_000
"""The first copy's id; a copy's messages and events have ids that can be computed from its own."""
STRIDE = {"message": 4, "event": 16}

SCHEMA = """
DROP SCHEMA IF EXISTS bench CASCADE;
CREATE SCHEMA bench;
CREATE TABLE bench.pattern (
    id bigint PRIMARY KEY, language text, requester bigint, head text, body text, inside text,
    number text
);
CREATE TABLE bench.message (id bigint PRIMARY KEY, ticket bigint, place int);
CREATE TABLE bench.event (id bigint PRIMARY KEY, ticket bigint, place int);
CREATE TABLE bench.said (event bigint, shift interval, data jsonb, PRIMARY KEY (event, shift));
CREATE TABLE bench.person (
    id bigint PRIMARY KEY, name text, email text, language text, country text, city text, department text, words text
);
CREATE TABLE bench.term (id serial PRIMARY KEY, language text, text text, words text);
CREATE UNLOGGED TABLE bench.clone (
    n bigint PRIMARY KEY, pattern bigint, shift interval, person bigint, term int, host text
);
"""

# Keys of an event's data that hold a moment, and those under which the ticket's columns are kept.
MOMENTS = (
    "accepted_at first_response_at resolved_at closed_at unanswered_since snoozed_until waiting_until due_at "
    "created_at changed_at".split()
)
SHIFTED = """
INSERT INTO bench.said
SELECT e.id, s.shift, bench.shifted(e.data, s.shift)
FROM tickets_event e JOIN tickets_ticket t ON t.id = e.ticket_id,
     unnest(CASE WHEN t.phase = 'closed' THEN %(old)s::interval[] ELSE %(young)s::interval[] END) AS s (shift)
"""
SHIFT = """
CREATE FUNCTION bench.shifted(data jsonb, by interval) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(jsonb_object_agg(key, CASE
        WHEN jsonb_typeof(value) = 'object' THEN bench.shifted(value, by)
        WHEN key = ANY('{%s}') AND jsonb_typeof(value) = 'string' THEN
            to_jsonb(regexp_replace(to_char(((value #>> '{}')::timestamptz + by) AT TIME ZONE 'UTC',
                'YYYY-MM-DD"T"HH24:MI:SS.MS'), '\\.000$', '') || 'Z')
        ELSE value END), '{}') FROM jsonb_each(data)
$$;
"""


def prepare(db: psycopg.Connection[Any], *, persons: int, common: int, shifts: dict[bool, list[timedelta]]) -> None:
    """Note what the copies are made of: the patterns with their words, other people, and other words."""
    for statement in SCHEMA.split(";\n"):
        db.execute(statement)
    db.execute("SET check_function_bodies = off")
    db.execute((SHIFT % ",".join(MOMENTS)).encode())
    _note_patterns(db)
    _note_people(db, persons)
    _note_terms(db, common)
    db.execute(SHIFTED, {"old": shifts[True], "young": shifts[False]})
    db.execute("ANALYZE")


def statements(db: psycopg.Connection[Any]) -> dict[str, str]:
    """For each table what fills it."""
    return {table: _statement(db, table, FROM[table], changed) for table, changed in CHANGED.items()}


def finish(db: psycopg.Connection[Any]) -> None:
    for table in [*TABLES, "people_person"]:
        db.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
    db.execute("DROP SCHEMA bench CASCADE")


def _statement(db: psycopg.Connection[Any], table: str, source: str, changed: dict[str, str]) -> str:
    columns = [
        name
        for (name,) in db.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
            " AND attgenerated = '' ORDER BY attnum",
            [table],
        ).fetchall()
        if changed.get(name) != "DEFAULT" and not (name == "id" and "id" not in changed)
    ]
    values = [changed.get(name, f"r.{name}") for name in columns]
    if table == "tickets_event":
        return _chained(columns, values, source)
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {source}"


def _chained(columns: list[str], values: list[str], source: str) -> str:
    """Events with the digests that their trigger would give them; a share of the copies at a time, to be sorted."""
    given = [
        (name, value) for name, value in zip(columns, values, strict=True) if name not in ("salt", "words", "digest")
    ]
    names = ", ".join(name for name, _value in given)
    copies = ", ".join(f"{value} AS {name}" for name, value in given)
    return f"""
    INSERT INTO tickets_event ({names}, salt, words, digest)
    SELECT {names}, own_salt, own_words, audit_chain(
        audit_of_event(
            id, ticket_id, name, by_id, at, internal, audit_event_shape(version, data, cause, depth), own_words)
    ) OVER (PARTITION BY ticket_id ORDER BY id)
    FROM (
        SELECT *, CASE WHEN its_words IS NOT NULL THEN audit_salted(own_salt, its_words) END AS own_words FROM (
            SELECT *, CASE WHEN its_words IS NOT NULL THEN uuid_send(gen_random_uuid()) END AS own_salt FROM (
                SELECT *, audit_event_words(version, data, wording) AS its_words FROM (
                    SELECT {copies} FROM {source} WHERE c.n BETWEEN %(first)s AND %(last)s OFFSET 0
                ) copies OFFSET 0
            ) said OFFSET 0
        ) salted OFFSET 0
    ) worded
    """


NEW = f"({BASE} + c.n)"
OTHERS = "JOIN bench.pattern b ON b.id = c.pattern JOIN bench.person p ON p.id = c.person"
HIS = "CASE WHEN r.{0} = b.requester THEN p.id ELSE r.{0} END"
WORDS = "JOIN bench.term w ON w.id = c.term"
OTHER_LETTER_ID = "replace(r.letter_id, '@', '.' || c.n || '@')"
NUMBER = f"(split_part(b.number, '-', 1) || '-' || {NEW})"


def _later(*names: str) -> dict[str, str]:
    return {name: f"r.{name} + c.shift" for name in names}


def _filled(text: str) -> str:
    return f"replace(replace({text}, '{HOST}', c.host), '{TERM}', w.text)"


def _ref(kind: str, column: str) -> str:
    return f"{NEW} * {STRIDE[kind]} + {column}"


FROM = {
    "tickets_ticket": f"bench.clone c JOIN tickets_ticket r ON r.id = c.pattern {OTHERS} {WORDS}",
    "tickets_message": f"bench.clone c JOIN bench.message m ON m.ticket = c.pattern"
    f" JOIN tickets_message r ON r.id = m.id {OTHERS} {WORDS}",
    "tickets_event": f"bench.clone c JOIN bench.event e ON e.ticket = c.pattern JOIN tickets_event r ON r.id = e.id"
    f" JOIN bench.said s ON s.event = e.id AND s.shift = c.shift {OTHERS}"
    " LEFT JOIN bench.message m ON m.id = (r.data ->> 'message')::bigint",
    "tickets_clock": "bench.clone c JOIN tickets_clock r ON r.ticket_id = c.pattern",
    "tickets_participant": "bench.clone c JOIN tickets_participant r ON r.ticket_id = c.pattern",
    "tickets_rating": f"bench.clone c JOIN tickets_rating r ON r.ticket_id = c.pattern {OTHERS}",
    "notices_delivery": f"bench.clone c JOIN notices_delivery r ON r.ticket_id = c.pattern {OTHERS}"
    " JOIN bench.event e ON e.id = r.event_id LEFT JOIN bench.message m ON m.id = r.message_id",
    "channels_received": f"""(
        SELECT c.*, {_filled(OTHER_LETTER_ID)} AS letter_id, r.id AS old,
            {_filled(f"replace(convert_from(r.raw, 'UTF8'), r.letter_id, {OTHER_LETTER_ID})")} AS letter
        FROM bench.clone c JOIN channels_received r ON r.ticket_id = c.pattern {OTHERS} {WORDS}
        ) c JOIN channels_received r ON r.id = c.old {OTHERS}
        LEFT JOIN bench.message m ON m.id = r.message_id""",
}

CHANGED: dict[str, dict[str, str]] = {
    "tickets_ticket": {
        "id": NEW,
        "creator_id": HIS.format("creator_id"),
        "requester_id": "p.id",
        "requester_name": "p.name",
        "requester_email": "p.email",
        "requester_country": "p.country",
        "requester_city": "p.city",
        "requester_department": "p.department",
        "closed_by_id": HIS.format("closed_by_id"),
        "search": f"setweight(to_tsvector('simple', replace(b.head, '{NAME}', p.words)), 'A') || setweight("
        f"to_tsvector('simple', replace(replace(b.body, '{HOST}', c.host), '{TERM}', w.words)), 'B')"
        " || setweight(to_tsvector('simple', b.inside), 'C')",
        "due_at": "CASE WHEN r.due_at > '9000-01-01' THEN r.due_at ELSE r.due_at + c.shift END",
        **_later("created_at", "updated_at", "accepted_at", "first_response_at", "resolved_at", "closed_at"),
        **_later("unanswered_since", "snoozed_until", "waiting_until"),
    },
    "tickets_message": {
        "id": _ref("message", "m.place"),
        "ticket_id": NEW,
        "author_id": HIS.format("author_id"),
        "text": _filled("r.text"),
        **_later("created_at", "leaves_at", "withdrawn_at"),
    },
    "tickets_event": {
        "id": _ref("event", "e.place"),
        "ticket_id": NEW,
        "by_id": HIS.format("by_id"),
        "at": "r.at + c.shift",
        "data": f"""s.data
            || CASE WHEN m.id IS NULL THEN '{{}}' ELSE jsonb_build_object('message', {_ref("message", "m.place")}) END
            || CASE WHEN r.name <> 'opened' THEN '{{}}' ELSE jsonb_build_object('changes', s.data -> 'changes' ||
                jsonb_build_object('creator_id', CASE WHEN (r.data #>> '{{changes,creator_id}}')::bigint = b.requester
                        THEN p.id ELSE (r.data #>> '{{changes,creator_id}}')::bigint END,
                    'requester_id', p.id, 'requester_country', p.country, 'requester_department', p.department)) END
            || CASE WHEN r.name <> 'closed' OR r.by_id <> b.requester THEN '{{}}' ELSE jsonb_build_object('changes',
                s.data -> 'changes' || jsonb_build_object('closed_by_id', p.id)) END
            || CASE WHEN r.name <> 'rated' THEN '{{}}' ELSE jsonb_build_object('rows', jsonb_build_object('rating',
                (SELECT jsonb_build_object({NEW}::text, value || jsonb_build_object('by_id', p.id))
                 FROM jsonb_each(s.data #> '{{rows,rating}}')))) END""",
        "wording": """CASE WHEN r.name <> 'opened' THEN r.wording
            ELSE jsonb_build_object('changes', r.wording -> 'changes' || jsonb_build_object(
                'requester_name', p.name, 'requester_email', p.email, 'requester_city', p.city)) END""",
    },
    "tickets_clock": {
        "ticket_id": NEW,
        **_later("started_at", "stopped_at", "due_at", "warn_at", "warned_at", "breached_at"),
    },
    "tickets_participant": {"ticket_id": NEW, "since": "r.since + c.shift"},
    "tickets_rating": {"id": NEW, "ticket_id": NEW, "by_id": "p.id", **_later("created_at", "changed_at")},
    "notices_delivery": {
        "ticket_id": NEW,
        "event_id": _ref("event", "e.place"),
        "message_id": f"CASE WHEN m.id IS NULL THEN NULL ELSE {_ref('message', 'm.place')} END",
        "person_id": HIS.format("person_id"),
        "address": "CASE WHEN r.person_id = b.requester THEN p.email ELSE r.address END",
        "payload": f"r.payload || jsonb_build_object('number', {NUMBER})",
        "letter_id": f"'<' || {NUMBER} || '.' || substr(md5(r.id || '.' || c.n), 1, 20) || '@desk.example>'",
        **_later("created_at", "sent_at", "next_try_at"),
    },
    "channels_received": {
        "key": "encode(sha256(convert_to(c.letter, 'UTF8')), 'hex') || ' ' || r.inbox_id",
        "letter_id": "c.letter_id",
        "raw": "convert_to(c.letter, 'UTF8')",
        "sha256": "encode(sha256(convert_to(c.letter, 'UTF8')), 'hex')",
        "envelope": "r.envelope || jsonb_build_object('sender', p.email)",
        "ticket_id": NEW,
        "message_id": f"CASE WHEN m.id IS NULL THEN NULL ELSE {_ref('message', 'm.place')} END",
        "person_id": "p.id",
        **_later("received_at", "handled_at"),
    },
}


def _note_patterns(db: psycopg.Connection[Any]) -> None:
    rows = db.execute(
        """SELECT t.id, t.number, t.requester_id, t.subject, t.tags, coalesce(string_agg(m.text, E'\\n' ORDER BY m.id)
                  FILTER (WHERE m.kind <> 'note'), '')
           FROM tickets_ticket t LEFT JOIN tickets_message m ON m.ticket_id = t.id GROUP BY t.id"""
    ).fetchall()
    chinese = ABOUT["zh-hans"][:2]
    with db.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO bench.pattern (id, number, requester, language, head, body, inside)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s)",
            [
                (pk, number, requester, "zh-hans" if chinese in aloud else "en",
                 search_words(f"{subject} {NAME}"), search_words(aloud), search_words(" ".join(tags)))
                for pk, number, requester, subject, tags, aloud in rows
            ],
        )  # fmt: skip
    for kind in STRIDE:
        db.execute(
            f"INSERT INTO bench.{kind} SELECT id, ticket_id, row_number() OVER (PARTITION BY ticket_id ORDER BY id) - 1"
            f" FROM tickets_{kind}"
        )
        (most,) = db.execute(f"SELECT max(place) + 1 FROM bench.{kind}").fetchone() or (0,)
        assert most <= STRIDE[kind], f"a pattern has {most} rows of {kind}"


def _note_people(db: psycopg.Connection[Any], count: int) -> None:
    """A third of them Chinese. The rows are copies of two people of the company with other names and addresses."""
    first = (db.execute("SELECT max(id) + 1 FROM people_person").fetchone() or (1,))[0]
    rows = []
    for language, share in (("zh-hans", count // 3), ("en", count - count // 3)):
        for name in names(language, share):
            pk = first + len(rows)
            rows.append((pk, name, f"p{pk}@corp.example", language, search_words(name)))
    with db.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE fresh (id bigint, name text, email text, language text, words text)")
        with cursor.copy("COPY fresh FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    columns = [
        name
        for (name,) in db.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = 'people_person'::regclass AND attnum > 0"
            " AND NOT attisdropped AND attgenerated = '' ORDER BY attnum"
        ).fetchall()
    ]
    changed = {"id": "f.id", "name": "f.name", "email": "f.email", "last_login": "NULL", "vip": "false"}
    values = ", ".join(changed.get(name, f"r.{name}") for name in columns)
    db.execute(
        f"INSERT INTO people_person ({', '.join(columns)}) SELECT {values} FROM fresh f JOIN people_person r"
        " ON r.email = CASE f.language WHEN 'en' THEN 'omar.haddad@corp.example' ELSE 'pan.hao@corp.example' END"
    )
    # Where the trigger does it that keeps them in step, nothing is left to do.
    db.execute(
        "INSERT INTO people_identity (person_id, kind, subject, preferred)"
        " SELECT id, 'email', email, true FROM fresh ON CONFLICT DO NOTHING"
    )
    db.execute(
        "INSERT INTO bench.person SELECT p.id, p.name, p.email, p.language, p.country, p.city, p.department, f.words"
        " FROM people_person p JOIN fresh f ON f.id = p.id"
    )


def _note_terms(db: psycopg.Connection[Any], count: int) -> None:
    """The rare words of each language first, then the ordinary ones."""
    for language, rare in RARE.items():
        before, _mark, after = ABOUT[language].partition(TERM)
        for word in [*rare, *common(language, count)]:
            run = before[-1:].strip() + word + after[:1].strip() if language != "en" else word
            words = " ".join(part.strip("' ") for part in query_words(run).replace(":*", "").split("&"))
            db.execute("INSERT INTO bench.term (language, text, words) VALUES (%s, %s, %s)", [language, word, words])
