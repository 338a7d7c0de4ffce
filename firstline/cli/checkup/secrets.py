"""Whether the secrets in the database can be read, and their keys by nobody else."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import DatabaseError

from firstline.cli.checkup import Finding
from firstline.kit import secrets


def check_secrets() -> Iterator[Finding]:
    path = Path(settings.ENCRYPTION_KEYS_FILE)
    if secrets.keys_are_in_a_file() and path.exists() and path.stat().st_mode & 0o077:
        yield Finding(f"Other users of this machine can read {path}.", f"Run: chmod 600 {path}")
    try:
        secrets.encrypt("")
        counts = secrets.counts()
    except secrets.Unreadable as problem:
        yield Finding(
            str(problem), "See FIRSTLINE_ENCRYPTION_KEYS or the file; `firstline secrets key` shows how a key looks."
        )
        return
    except (DatabaseError, psycopg.Error):
        return  # what the check of the database says is enough
    total = sum(count.total for count in counts)
    wrong = [f"{count.unreadable} of {count.field}" for count in counts if count.unreadable]
    yield Finding(
        f"Secrets that no key opens: {', '.join(wrong)}" if wrong else f"All {total} secrets in the database open",
        "Put the key back with which they were encrypted, or enter them again in the settings." if wrong else "",
    )
