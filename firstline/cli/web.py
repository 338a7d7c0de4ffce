"""Serve the pages, the API and the live stream."""

import argparse

from firstline.config import config

GRACE_SECONDS = 3
"""How long requests may go on after a stop; live streams never end by themselves."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (default: %(default)s)")


def run(args: argparse.Namespace) -> int:
    import uvicorn

    from firstline.cli import program, static

    program.load()
    static.collect()
    proxies = config().proxies
    uvicorn.run(
        "firstline.asgi:application",
        host=args.host,
        port=args.port,
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies or None,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    return 0
