"""A database for tests in which everything is really committed, by many threads: a copy, thrown away afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection, connections
from psycopg import sql

from firstline.catalog import config_cache


@contextmanager
def copied_database() -> Iterator[None]:
    """Within the block Django works on a copy of the test database. No transaction may be open at either end."""
    original = connection.settings_dict["NAME"]
    copy = f"{original}_copy"
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(copy))
    try:
        _administer(
            drop,
            # It can be copied only while nobody is connected to it.
            sql.SQL(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = {} AND backend_type = 'client backend'"
            ).format(original),
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(copy), sql.Identifier(original)),
        )
        connection.settings_dict["NAME"] = copy
        config_cache.forget()
        yield
    finally:
        _administer(drop)
        connection.settings_dict["NAME"] = original
        config_cache.forget()


def _administer(*statements: sql.Composed) -> None:
    connections.close_all()
    if connection.settings_dict["OPTIONS"].get("pool"):
        connection.close_pool()  # type: ignore[attr-defined]
    said = {name: connection.settings_dict[name.upper()] for name in ("host", "port", "user", "password")}
    where = {name: value for name, value in said.items() if value}
    with psycopg.connect(dbname="postgres", autocommit=True, **where) as server:
        for statement in statements:
            server.execute(statement)
