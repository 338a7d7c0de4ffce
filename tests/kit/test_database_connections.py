"""A connection that is not to the primary any more, and a commit that one machine alone has."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import psycopg
import pytest
from django.db import InternalError, OperationalError

from firstline.kit.database_connections import InDoubt, Line, ReadOnly
from firstline.kit.postgres import Server
from firstline.kit.transient_errors import AWAY, IN_DOUBT, outage_of
from tests.cli.serving import until

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A primary whose standby never comes, once `alone` has said that it must have one."""
    with TemporaryDirectory(prefix="firstline-lines-") as folder:
        Path(folder).chmod(0o755)
        server = Server(Path(folder) / "data", {"shared_buffers": "16MB"})
        server.start()
        try:
            with Line.connect(server.url) as line:
                line.execute("CREATE TABLE word (said text)")
            yield server
        finally:
            server.stop()


@pytest.fixture
def alone(server: Server) -> Iterator[Server]:
    _demand(server, "nobody")
    yield server
    _demand(server, "")


def test_a_connection_on_which_nothing_can_be_written_is_given_up(server: Server) -> None:
    with closing(Line.connect(server.url, autocommit=True)) as line:
        line.execute("SET default_transaction_read_only = on")
        assert line.execute("SELECT 1").fetchone() == (1,)
        with pytest.raises(ReadOnly):
            line.execute("INSERT INTO word VALUES ('lost')")
        assert line.closed


def test_a_commit_that_no_standby_has_is_in_doubt_though_postgresql_acknowledges_it(alone: Server) -> None:
    with closing(Line.connect(alone.url)) as line:
        line.execute("INSERT INTO word VALUES ('one copy')")
        with _meanwhile(alone, line, "pg_cancel_backend"), pytest.raises(InDoubt):
            line.commit()


def test_so_is_one_of_a_single_statement(alone: Server) -> None:
    with (
        closing(Line.connect(alone.url, autocommit=True)) as line,
        _meanwhile(alone, line, "pg_cancel_backend"),
        pytest.raises(InDoubt),
    ):
        line.execute("INSERT INTO word VALUES ('one copy')")


def test_a_commit_whose_answer_never_comes_is_in_doubt(alone: Server) -> None:
    with closing(Line.connect(alone.url)) as line:
        line.execute("INSERT INTO word VALUES ('no answer')")
        with _meanwhile(alone, line, "pg_terminate_backend"), pytest.raises(InDoubt):
            line.commit()


def test_what_is_lost_before_the_commit_is_not_in_doubt(server: Server) -> None:
    with closing(Line.connect(server.url)) as line, server.connect() as session:
        session.execute("SELECT pg_terminate_backend(%s, 5000)", [line.info.backend_pid])
        with pytest.raises(psycopg.OperationalError) as caught:
            line.execute("INSERT INTO word VALUES ('never sent')")
    assert not isinstance(caught.value, InDoubt)


def test_other_warnings_are_no_reason_for_doubt(server: Server) -> None:
    with Line.connect(server.url) as line:
        line.execute("DO $$ BEGIN RAISE WARNING 'mind the gap'; END $$")
        line.commit()


def test_each_is_an_outage_with_its_own_words() -> None:
    def told(error: Exception, cause: psycopg.Error) -> object:
        error.__cause__ = cause
        return outage_of(error)

    assert told(OperationalError(), ReadOnly()) is AWAY
    assert told(InternalError(), psycopg.errors.ReadOnlySqlTransaction()) is AWAY
    assert told(OperationalError(), InDoubt()) is IN_DOUBT
    assert told(InternalError(), psycopg.errors.InFailedSqlTransaction()) is None


def _demand(server: Server, standby: str) -> None:
    """From now on commits wait for a standby of that name; for none if it is empty."""
    with server.connect() as session:
        session.execute("SET synchronous_commit = 'local'")
        session.execute(f"ALTER SYSTEM SET synchronous_standby_names = '{standby}'")
        session.execute("SELECT pg_reload_conf()")
        until(lambda: session.execute("SHOW synchronous_standby_names").fetchone() == (standby,), seconds=20)


@contextmanager
def _meanwhile(server: Server, line: Line, what: str) -> Iterator[None]:
    """While the block runs, the server does this to the connection as soon as that waits for a standby."""
    pid = line.info.backend_pid

    def work() -> None:
        waits = "SELECT wait_event = 'SyncRep' FROM pg_stat_activity WHERE pid = %s"
        with server.connect() as session:
            until(lambda: session.execute(waits, [pid]).fetchone() == (True,), seconds=20)
            session.execute(f"SELECT {what}(%s)", [pid])

    thread = Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        thread.join()
