"""Run everything in the foreground: the embedded database, the pages, the worker and the mail receiver."""

import argparse
import hashlib
import os
import signal
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import psycopg

from firstline.cli import demo
from firstline.cli.children import Child, say, step, stop_all
from firstline.config import config
from firstline.kit import file_modes
from firstline.kit.postgres import CannotStart, Server

MOST_DEATHS_AT_START = 3
LOOPBACK = ("127.0.0.1", "::1", "localhost")
MOST_PROCESSES = 2
"""Of the pages, unless more are asked for; each takes some fifty megabytes."""


class Told(BaseException):
    """Somebody wants us to stop; raised wherever the main thread is."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address of the pages (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="port of the pages (default: %(default)s)")
    parser.add_argument("--smtp-port", type=int, help="port that receives letters (default: 2525)")
    parser.add_argument("--data", type=Path, metavar="DIR", help="folder that keeps everything (default: var)")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--empty", action="store_true", help="no demo: the first visit makes the administrator (default)")
    kind.add_argument(
        "--demo",
        action="store_true",
        help="a demo company, in which one click signs anybody at this machine in as anybody",
    )


def run(args: argparse.Namespace) -> int:
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, _told)
    _set_environment(args)
    server = None if config().database_url else Server(config().data)
    children: list[Child] = []
    try:
        _require_loopback(args)
        _require_port(args.host, args.port, "--port")
        _require_port(config().smtp_host, config().smtp_port, "--smtp-port")
        file_modes.close(file_modes.folder(config().data))
        if server:
            server.start()
        _prepare(args)
        children += _children(args, server.url if server else config().database_url)
        _start(children, server)
        _announce()
        while True:
            _watch(children, server)
            time.sleep(0.2)
    except Told:
        say("Stopping.")
        return 0
    finally:
        _deaf()
        stop_all(children)
        if server:
            server.stop()


def _told(sign: int, frame: object) -> None:
    _deaf()
    raise Told


def _deaf() -> None:
    """From here on we are stopping already, and nothing may interrupt that."""
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, signal.SIG_IGN)


def _set_environment(args: argparse.Namespace) -> None:
    """Options of the command line reach all parts as the settings that they stand for."""
    if args.data:
        os.environ["FIRSTLINE_DATA"] = str(args.data.resolve())
    if args.smtp_port:
        os.environ["FIRSTLINE_SMTP_PORT"] = str(args.smtp_port)
    host = "127.0.0.1" if args.host in ("0.0.0.0", "::") else args.host  # noqa: S104
    os.environ.setdefault("FIRSTLINE_BASE_URL", f"http://{f'[{host}]' if ':' in host else host}:{args.port}")
    config.cache_clear()


def _prepare(args: argparse.Namespace) -> None:
    """Tables, and at the very first start of a demo its company. Without --demo none is, whatever the folder holds."""
    note, wanted = config().data / "tables", _tables()
    known = note.exists() and note.read_text() == wanted and not config().database_url
    if not known or (args.demo and not demo.sign_ins()):
        _make_tables(args)
        note.write_text(wanted)
    if args.demo and demo.sign_ins():
        os.environ["FIRSTLINE_DEMO"] = "true"
        config.cache_clear()


def _make_tables(args: argparse.Namespace) -> None:
    if not args.demo or demo.sign_ins() or not demo.is_there():
        if step("migrate", "migrate"):
            raise CannotStart("The tables of the database could not be brought up to date; the reason is above.")
    elif step("demo", "demo", "--if-empty"):
        raise CannotStart(
            "The demo company could not be loaded; the reason is above. Leave --demo out to start without."
        )


def _tables() -> str:
    """What decides how the tables look: our migrations and the packages that bring some. Quicker than asking Django."""
    ours = sorted(Path(__file__).parents[1].glob("**/migrations/*.py"))
    theirs = [f"{name} {version(name)}" for name in ("django", "procrastinate")]
    told = [f"{path.parent.parent.name}/{path.name} {path.stat().st_size}" for path in ours]
    return hashlib.sha256("\n".join(theirs + told).encode()).hexdigest()


def _children(args: argparse.Namespace, database: str) -> list[Child]:
    web = f"http://{_reachable(args.host)}:{args.port}/healthz"
    letters = (_reachable(config().smtp_host), config().smtp_port)
    works = _new_worker(database)
    words = ["parts", "--host", args.host, "--port", str(args.port), *_processes()]
    return [Child("parts", *words, is_ready=lambda: _answers(web) and _greets(*letters) and works())]


def _processes() -> list[str]:
    return ["--processes", str(config().processes or min(os.cpu_count() or 1, MOST_PROCESSES))]


def _start(children: list[Child], server: Server | None) -> None:
    """Start all, and return when each of them does its work."""
    for child in children:
        child.start()
    waiting = list(children)
    while waiting:
        _watch(children, server)
        for child in waiting:
            if child.deaths >= MOST_DEATHS_AT_START:
                raise CannotStart(f"{child.name} does not start; the reason is above.")
        waiting = [child for child in waiting if not child.is_ready()]
        time.sleep(0.05)


def _watch(children: list[Child], server: Server | None) -> None:
    if server and not server.is_running:
        say("The database ended; it is started again.")
        _start_again(server)
    for child in children:
        child.watch()


def _start_again(server: Server) -> None:
    """Start the database; whatever ended it may end it once or twice more while it starts. Raises CannotStart."""
    for pause in (1.0, 5.0):
        try:
            return server.start()
        except CannotStart as problem:
            say(f"It did not start; it is tried again. {problem}")
            time.sleep(pause)
    server.start()


def _announce() -> None:
    people = demo.sign_ins() if config().demo else []
    say(f"Firstline is ready at {config().base_url.rstrip('/')}/")
    if people:
        say("One click on its sign-in page signs you in as:")
    for role, email in people:
        say(f"  {role}: {email}")


def _require_loopback(args: argparse.Namespace) -> None:
    """Who can reach a demo is its administrator; so nobody else may reach it."""
    if (args.demo or config().demo) and args.host not in LOOPBACK:
        raise CannotStart(
            f"A demo is for this machine alone, as who reaches it becomes its administrator with one click, and "
            f"{args.host} can be reached by others. Leave --host out, or start without --demo and FIRSTLINE_DEMO."
        )


def _require_port(host: str, port: int, option: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotStart(
                f"Cannot listen on {host} port {port} ({error.strerror}). Choose another with {option}."
            ) from None


def _reachable(host: str) -> str:
    """The address under which this machine reaches what listens on `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104


def _answers(url: str) -> bool:
    request = urllib.request.Request(url, headers={"Host": "127.0.0.1"})  # noqa: S310 - our own address
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


def _greets(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host.strip("[]"), port), timeout=2) as connection:
            return connection.recv(3) == b"220"
    except OSError:
        return False


def _new_worker(database: str) -> Callable[[], bool]:
    """Whether a worker has registered since now."""

    def newest() -> int:
        try:
            with psycopg.connect(database, connect_timeout=5) as connection:
                row = connection.execute("SELECT coalesce(max(id), 0) FROM procrastinate_workers").fetchone()
                return row[0] if row else 0
        except psycopg.OperationalError:
            return -1

    before = newest()
    return lambda: newest() > before
