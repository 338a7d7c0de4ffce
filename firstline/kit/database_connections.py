"""Connections to the database that say only what is certain, also while another machine is made the primary.

Every connection of the pool is one (`settings.py`). What they raise are OperationalErrors, as for any other outage.
"""

from functools import partial
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.errors import Diagnostic, ReadOnlySqlTransaction

NOT_COPIED = "synchronous replication"
"""In the warning with which PostgreSQL acknowledges a commit that its standby has not, since somebody cancelled it."""

T = TypeVar("T")


class ReadOnly(psycopg.OperationalError):
    """This server is not the primary any more, or lets nobody write. Nothing was written."""

    sqlstate = ReadOnlySqlTransaction.sqlstate


class InDoubt(psycopg.OperationalError):
    """A commit that nobody acknowledged, or one machine alone that may be lost: it is there, or it is not."""


class Line(psycopg.Connection[Any]):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._not_copied: list[str] = []
        self.add_notice_handler(partial(_note, self._not_copied))

    def wait(self, gen: PQGen[T], *args: Any, **kwargs: Any) -> T:
        """As its parent. A connection on which nothing can be written is given up: the next one is to the primary."""
        try:
            answer = super().wait(gen, *args, **kwargs)
        except ReadOnlySqlTransaction as error:
            self.close()
            raise ReadOnly(str(error)) from error
        if self._not_copied:
            raise InDoubt(self._not_copied.pop())
        return answer

    def commit(self) -> None:
        """As its parent. Raises InDoubt when nobody can say whether it is done."""
        try:
            super().commit()
        except psycopg.OperationalError as error:
            if error.sqlstate or isinstance(error, InDoubt):  # what PostgreSQL itself refuses is not done
                raise
            raise InDoubt(str(error)) from error


def _note(not_copied: list[str], said: Diagnostic) -> None:
    if said.severity_nonlocalized == "WARNING" and NOT_COPIED in (said.message_primary or ""):
        not_copied.append(said.message_primary or "")
