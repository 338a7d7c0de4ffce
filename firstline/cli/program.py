"""What several commands need before they can work: Django, and a database that answers."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from firstline.config import config
from firstline.kit import file_modes, messages
from firstline.kit.postgres import InUse, Server


def load() -> None:
    """Load Django with its settings and both languages."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "firstline.settings")
    file_modes.close(file_modes.folder(config().data))
    messages.compile_all()
    import django

    django.setup()


@contextmanager
def database() -> Iterator[None]:
    """Within the block the database answers: DATABASE_URL, a running `firstline serve`'s, or one started for it."""
    server = None if config().database_url else Server(config().data)
    if server:
        try:
            server.start()
        except InUse:
            server = None
    try:
        yield
    finally:
        _let_go()
        if server:
            server.stop()


def _let_go() -> None:
    """Close the connections of this process, if Django was loaded at all."""
    from django.apps import apps
    from django.db import connection

    if apps.ready:
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]
