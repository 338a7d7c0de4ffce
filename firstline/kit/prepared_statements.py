"""Statements that PostgreSQL plans once for each connection, not each time they are sent.

Only for sentences that stay the same, and whose best plan does not hang on the values in them: what is searched for is
planned each time, since a rare word is found another way than a common one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

AFTER = 2
"""So often a sentence is sent before it is prepared."""


@contextmanager
def prepared(connection: Any) -> Iterator[None]:
    """Within the block, what goes over Django's `connection` is prepared."""
    connection.ensure_connection()
    line = connection.connection
    line.prepare_threshold = AFTER
    try:
        yield
    finally:
        line.prepare_threshold = None
