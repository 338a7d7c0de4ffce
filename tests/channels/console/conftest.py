from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def told(cast: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The console is a channel, its account "hq" is the IT desk's, and here lies what people are told."""
    from firstline.catalog import config_cache  # models can be imported only when Django is set up
    from firstline.catalog.models import Inbox
    from firstline.channels import registry
    from tests.channels.console.channel import ROW, Console

    registry.register(ROW)
    monkeypatch.setattr(Console, "folder", tmp_path / "told")
    Console.folder.mkdir()
    Inbox.objects.create(desk=cast.it, kind="console", address="hq")
    config_cache.forget()
    yield Console.folder
    registry.forget("console")
