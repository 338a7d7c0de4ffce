"""The file store: a name has all its bytes or is not there, whatever happens meanwhile."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile

from firstline.kit.blob_storage import Store, StoreAway
from firstline.kit.transient_errors import FULL, STORE_AWAY, outage_of


def test_what_is_kept_can_be_read(tmp_path: Path) -> None:
    store = Store(location=tmp_path)
    assert store.save("ab/abc", ContentFile(b"all of it")) == "ab/abc"
    assert (tmp_path / "ab/abc").read_bytes() == b"all of it"


def test_the_same_name_twice_is_the_same_file(tmp_path: Path) -> None:
    store = Store(location=tmp_path)
    store.save("ab/abc", ContentFile(b"all of it"))
    assert store.save("ab/abc", ContentFile(b"all of it")) == "ab/abc"
    assert [path.name for path in (tmp_path / "ab").iterdir()] == ["abc"]


def test_a_write_that_breaks_off_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_room)
    with pytest.raises(StoreAway) as raised:
        Store(location=tmp_path).save("ab/abc", ContentFile(b"all of it"))
    assert outage_of(raised.value) is FULL
    assert list((tmp_path / "ab").iterdir()) == []


def test_a_store_that_is_away_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("a file where the folder should be")
    with pytest.raises(StoreAway) as raised:
        Store(location=tmp_path / "files").save("ab/abc", ContentFile(b"all of it"))
    assert outage_of(raised.value) is STORE_AWAY


def test_a_half_written_file_never_has_the_name(tmp_path: Path) -> None:
    """Whoever is killed in mid-write leaves a file that nobody asks for."""
    seen: list[list[str]] = []

    class Slow(ContentFile):
        def chunks(self, chunk_size: int | None = None) -> Any:
            for part in (b"one ", b"two "):
                seen.append([path.name for path in (tmp_path / "ab").iterdir() if not path.name.startswith(".new-")])
                yield part

    Store(location=tmp_path).save("ab/abc", Slow(b"-"))
    assert seen == [[], []]
    assert (tmp_path / "ab/abc").read_bytes() == b"one two "
