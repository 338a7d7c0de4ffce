from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture
def proving(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The header by which our own mail server proves that a letter is from corp.example."""
    from tests.letters import config

    config(monkeypatch, mail_authserv="mx.desk.example")
    return {"Authentication_Results": "mx.desk.example; dmarc=pass header.from=corp.example"}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Any]:
    """A real mail server by which the desk's letters leave; also one that is set up on the pages may be this one."""
    settings.HTTP_ALLOW = ["127.0.0.0/8"]
    from firstline.channels.email.connections import connections
    from tests.channels.mailserver import running
    from tests.letters import config

    with running() as server:
        config(monkeypatch, mail_url=server.url)
        yield server
        connections.close()
