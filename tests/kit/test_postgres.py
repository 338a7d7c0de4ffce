import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from firstline.kit.postgres import LONGEST_SOCKET_PATH, CannotStart, Server, socket_folder

pytestmark = pytest.mark.system

FAST = {"fsync": "off", "shared_buffers": "16MB"}
HOLDER = """
import sys, time
from pathlib import Path
from firstline.kit.postgres import Server
server = Server(Path(sys.argv[1]), {"shared_buffers": "16MB"})
server.start()
print(server.process.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a cluster, whose server is stopped."""
    data = tmp_path_factory.mktemp("postgres") / "data"
    server = Server(data, FAST)
    server.start()
    server.stop()
    return data


@pytest.fixture
def server(made: Path) -> Iterator[Server]:
    server = Server(made, FAST)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def holder(made: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that runs the server; it has printed the server's process number."""
    process = subprocess.Popen([sys.executable, "-c", HOLDER, made], stdout=subprocess.PIPE, text=True)
    with process:
        yield process
        process.kill()


def test_the_role_owns_its_database_and_is_no_superuser(server: Server) -> None:
    with psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE t (word text)")
        rights = connection.execute(
            "SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        encoding = connection.execute("SHOW server_encoding").fetchone()
        upper = connection.execute("SELECT upper('é')").fetchone()
        connection.rollback()
    assert rights == (False, True)
    assert encoding == ("UTF8",)
    assert upper == ("É",)


def test_it_listens_on_no_network_and_its_socket_is_private(server: Server) -> None:
    with server.connect() as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    assert socket_folder(server.data).stat().st_mode & 0o777 == 0o700


def test_stop_leaves_no_process_although_a_client_is_connected(server: Server) -> None:
    client = psycopg.connect(server.url)
    assert server.process is not None
    pid = server.process.pid
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < 5
    assert not is_alive(pid)
    with pytest.raises(psycopg.OperationalError):
        client.execute("SELECT 1")


def test_a_second_start_says_who_has_the_folder(server: Server) -> None:
    with pytest.raises(CannotStart, match=rf"process {os.getpid()}\b"):
        Server(server.data, FAST).start()
    assert server.is_running


def test_rows_outlive_a_killed_server(made: Path) -> None:
    server = Server(made, {"shared_buffers": "16MB"})
    server.start()
    with psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
        connection.execute("INSERT INTO kept VALUES (7)")
    assert server.process is not None
    server.process.kill()
    server.process.wait()
    assert not server.is_running
    server.start()
    with psycopg.connect(server.url) as connection:
        assert connection.execute("SELECT n FROM kept").fetchall() == [(7,)]
        connection.execute("DROP TABLE kept")
    server.stop()


def test_a_killed_firstline_takes_its_server_along_and_the_next_one_starts(
    made: Path, holder: subprocess.Popen[str]
) -> None:
    assert holder.stdout is not None
    pid = int(holder.stdout.readline())
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    server = Server(made, FAST)
    server.start()  # at once, while the old one may still be shutting down
    assert not is_alive(pid)
    with psycopg.connect(server.url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    server.stop()


def test_a_process_file_left_over_whose_number_another_program_has_now_does_not_matter(made: Path) -> None:
    stranger = subprocess.Popen(["sleep", "60"])
    path = made / "db" / "postmaster.pid"
    path.write_text(f"{stranger.pid}\n{made / 'db'}\n1\n5432\n{made / 'run'}\n\n  1 1\nready\n")
    server = Server(made, FAST)
    try:
        server.start()
        assert server.is_running
    finally:
        server.stop()
        stranger.kill()
        stranger.wait()


def test_a_long_path_gets_a_short_socket_folder(tmp_path: Path) -> None:
    data = tmp_path / ("long-" * 12) / ("path, " * 12) / "数据"
    server = Server(data, FAST)
    server.start()
    try:
        assert len(os.fsencode(server.host)) + len("/.s.PGSQL.5432") <= LONGEST_SOCKET_PATH
        with psycopg.connect(server.url) as connection:
            assert connection.execute("SELECT current_user").fetchone() == ("firstline",)
    finally:
        server.stop()
        socket_folder(data).rmdir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")
def test_root_can_start_in_a_folder_that_is_closed_to_others(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    server = Server(closed / "data", FAST)
    server.start()
    try:
        assert (server.db).stat().st_uid != 0
        with psycopg.connect(server.url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        server.stop()


def test_a_start_that_fails_says_why(made: Path) -> None:
    with pytest.raises(CannotStart, match="no_such_setting"):
        Server(made, {"no_such_setting": "1"}).start()


def is_alive(pid: int) -> bool:
    """Whether this process runs; one that has ended and that nobody has collected yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
