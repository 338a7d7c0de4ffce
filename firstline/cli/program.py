"""What several commands need before they can work: Django, and a database that answers."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from firstline.config import config
from firstline.kit import messages
from firstline.kit.postgres import InUse, Server


def load() -> None:
    """Load Django with its settings and both languages."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "firstline.settings")
    messages.compile_all()
    import django

    django.setup()


@contextmanager
def database() -> Iterator[None]:
    """Within the block the database answers: DATABASE_URL, a running `firstline serve`'s, or one started for it."""
    if config().database_url:
        yield
        return
    server = Server(config().data)
    try:
        server.start()
    except InUse:
        yield
        return
    try:
        yield
    finally:
        server.stop()
