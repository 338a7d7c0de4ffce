"""Loaded once by multiprocessing's fork server, so that a part of the desk, forked from it, starts within a fifth of a
second: all that any part needs, and the static files gathered."""

import importlib

from firstline.cli import program, static

program.load()
static.collect()
for name in ("asgi", "channels.email.service", "reactions", "urls", "worker"):
    importlib.import_module(f"firstline.{name}")
