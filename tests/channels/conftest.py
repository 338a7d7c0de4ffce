from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A real mail server by which the desk's letters leave."""
    from firstline.channels.email.connections import connections
    from tests.channels.mailserver import running
    from tests.letters import config

    with running() as server:
        config(monkeypatch, mail_url=server.url)
        yield server
        connections.close()
