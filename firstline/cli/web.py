"""Serve the pages, the API and the live stream."""

import argparse
from functools import partial

from firstline.cli.shared_port import SharedPort
from firstline.config import config
from firstline.kit.limits import limit

LONGEST_STATEMENT_SECONDS = limit(
    5, "seconds", of="the time that the database takes", per="statement of a page", said="503, please try again."
)
"""No page may keep the database busy for longer; what takes its time is work for the worker."""
GRACE_SECONDS = 3
"""How long requests may go on after a stop; live streams never end by themselves."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (default: %(default)s)")
    parser.add_argument("--processes", type=int, default=1, help="processes that share the port (default: %(default)s)")


def run(args: argparse.Namespace) -> int:
    import uvicorn

    from firstline.cli import prefork, program, static

    program.load()
    _bound_statements()
    static.collect()
    from firstline.asgi import application
    from firstline.web import jinja
    from firstline.web.connections import LONGEST_HEAD, protocol

    jinja.load_all()

    proxies = config().proxies
    how = uvicorn.Config(
        application,
        http=protocol(),
        h11_max_incomplete_event_size=LONGEST_HEAD,
        host=args.host,
        port=args.port,
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies or None,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    port = SharedPort.bound(args.host, args.port, args.processes)

    def work(place: int = 0) -> int:
        port.join(place)
        uvicorn.Server(how).run(sockets=[port])
        return 0

    if args.processes == 1:
        return work()
    return prefork.run({f"pages {place}": partial(work, place) for place in range(args.processes)})


def _bound_statements() -> None:
    from django.db import connections

    options = connections.settings["default"]["OPTIONS"]
    given = f"{options.get('options', '')} -c statement_timeout={LONGEST_STATEMENT_SECONDS}s"
    options["options"] = given.strip()
