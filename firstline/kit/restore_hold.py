"""A desk that was restored from a backup sends and fetches nothing until somebody says that it is the one at work.

Its sign is a table that only a restored database has, so that no setting and no folder can be forgotten.
"""

import time

from django.db import DatabaseError, connection

TABLE = "firstline_restored"
MAKE = f"CREATE TABLE IF NOT EXISTS {TABLE} AS SELECT now() AS at"
SHOWN_SECONDS = 5.0

_seen: tuple[float, bool] = (0.0, False)


def stands_still() -> bool:
    """Whether nothing may leave and nothing be fetched. One small query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [TABLE])
        return bool(cursor.fetchone()[0])


def seen_to_stand_still() -> bool:
    """The same for pages that show it: at most some seconds old, so that it costs them nothing."""
    global _seen
    at, still = _seen
    if time.monotonic() - at > SHOWN_SECONDS:
        try:
            still = stands_still()
        except DatabaseError:
            return still
        _seen = time.monotonic(), still
    return still


def go_on() -> bool:
    """Let it work from now on; whether it had stood still."""
    was = stands_still()
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
    return was
