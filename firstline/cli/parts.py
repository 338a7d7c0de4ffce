"""Run the pages, the worker and the mail receiver together, forked from one process that has loaded what they share."""

import argparse
import importlib

SHARED = ("worker", "reactions", "urls", "asgi", "channels.email.service")


def arguments(parser: argparse.ArgumentParser) -> None:
    from firstline.cli import web

    web.arguments(parser)


def run(args: argparse.Namespace) -> int:
    from firstline.cli import mail, prefork, program, static, web, worker

    prefork.name("parts")
    program.load()
    static.collect()  # before the pages are loaded: they look once which files there are
    for module in SHARED:
        importlib.import_module(f"firstline.{module}")
    receiving = argparse.Namespace(way=None)
    return prefork.run(
        {"web": lambda: web.run(args), "worker": lambda: worker.run(args), "mail": lambda: mail.run(receiving)}
    )
