"""Databases of their own for tests whose processes are stopped, killed or left without room."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from psycopg.sql import SQL, Identifier

from firstline.kit.postgres import DATABASE, ROLE
from tests.conftest import IS_OURS, SERVER
from tests.faults.apart import Apart

numbers = count(1)


@pytest.fixture(scope="session")
def migrated(database_server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database with all tables and the people of the cast, to be copied."""
    if not IS_OURS:
        pytest.skip("It needs the embedded PostgreSQL, of which it is the superuser")
    name = _make("")
    desk = Apart(tmp_path_factory.mktemp("migrated"), _url(name), {})
    desk.python("from firstline.cli import migrate; migrate.migrate()\nfrom tests.cast import Cast; Cast.make()")
    return name


@pytest.fixture
def apart(migrated: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Apart]]:
    """Makes installations: each with a copy of that database, or an `empty` one, in a `tablespace`; with settings."""
    made: list[str] = []

    def make(*, empty: bool = False, tablespace: str = "", **settings: str) -> Apart:
        made.append(_make("" if empty else migrated, tablespace))
        return Apart(tmp_path_factory.mktemp("apart"), _url(made[-1]), settings)

    yield make
    with SERVER.connect() as session:
        for name in made:
            session.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))


def _make(template: str, tablespace: str = "") -> str:
    name = f"apart_{next(numbers)}"
    parts = [SQL("CREATE DATABASE {} OWNER {}").format(Identifier(name), Identifier(ROLE))]
    parts += [SQL("TEMPLATE {}").format(Identifier(template))] if template else []
    parts += [SQL("TABLESPACE {}").format(Identifier(tablespace))] if tablespace else []
    with SERVER.connect() as session:
        session.execute(SQL(" ").join(parts))
    return name


def _url(name: str) -> str:
    return SERVER.url.removesuffix(f"/{DATABASE}") + f"/{name}"
