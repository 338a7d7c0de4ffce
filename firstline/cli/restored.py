"""What a database out of a backup is changed in before anybody uses it: everything that let somebody in has ended, its
log says that it was restored, and it stands still. Not a command; see `firstline restore`."""

import json
from typing import Any

from firstline.kit.restore_hold import MAKE

# By the column without which it cannot be done: a backup may be of an earlier version, whose tables are less.
ENDS = {
    # Beyond any round that the desk before can have come to since: what was signed then is not believed either.
    ("people_person", "session_round"): "UPDATE people_person SET session_round"
    " = 1 + GREATEST(session_round, (extract(epoch FROM now()) / 60)::int)",
    ("django_session", "session_key"): "DELETE FROM django_session",
    ("people_sitting", "key"): "DELETE FROM people_sitting",
    ("api_token", "revoked_at"): "UPDATE api_token SET revoked_at = now()"
    " WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())",
}
SAY = """
INSERT INTO tickets_auditentry (at, name, by_id, data, words)
VALUES (now(), 'restored', (SELECT id FROM people_person WHERE kind = 'system'), %s, '{}')
"""
COLUMNS = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()"


def settle(connection: Any, *, made_at: str) -> int:
    """Do it, in a transaction of the caller's; how many tokens of programs have ended."""
    there = set(connection.execute(COLUMNS).fetchall())
    tokens = 0
    for needed, ends in ENDS.items():
        if needed in there:
            ended = connection.execute(ends).rowcount
            tokens = ended if needed[0] == "api_token" else tokens
    if ("tickets_auditentry", "words") in there:
        connection.execute(SAY, [json.dumps({"made_at": made_at, "tokens": tokens})])
    connection.execute(MAKE)
    return tokens
