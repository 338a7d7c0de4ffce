"""Serve the pages, the API and the live stream."""

import argparse
import socket

from firstline.config import config

LONGEST_STATEMENT_SECONDS = 5
"""No page may keep the database busy for longer; what takes its time is work for the worker."""
GRACE_SECONDS = 3
"""How long requests may go on after a stop; live streams never end by themselves."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (default: %(default)s)")
    parser.add_argument("--processes", type=int, default=1, help="processes that share the port (default: %(default)s)")


def run(args: argparse.Namespace) -> int:
    import uvicorn

    from firstline.cli import forks, program, static

    program.load()
    _bound_statements()
    static.collect()
    from firstline.asgi import application
    from firstline.web import jinja

    jinja.load_all()

    proxies = config().proxies
    how = uvicorn.Config(
        application,
        host=args.host,
        port=args.port,
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies or None,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    port = _bound(args.host, args.port)

    def work() -> int:
        uvicorn.Server(how).run(sockets=[port])
        return 0

    return forks.run({f"pages {number}": work for number in range(args.processes)}) if args.processes > 1 else work()


def _bound(host: str, port: int) -> socket.socket:
    """The port that the processes share. It says that it is TCP, or asyncio leaves Nagle's delay on: 40 ms a page."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind((host, port))
    return bound


def _bound_statements() -> None:
    from django.db import connections

    options = connections.settings["default"]["OPTIONS"]
    given = f"{options.get('options', '')} -c statement_timeout={LONGEST_STATEMENT_SECONDS}s"
    options["options"] = given.strip()
