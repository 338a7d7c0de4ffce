"""What the desk keeps is closed to other users of the machine, also what an earlier version made open."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from firstline.kit import file_modes
from firstline.kit.blob_storage import Store
from tests.private import open_to_others


@pytest.fixture(autouse=True)
def _as_most_machines_have_it() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_a_folder_is_closed_and_so_are_those_above_it_that_had_to_be_made(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    made = file_modes.folder(tmp_path / "a" / "b" / "c")
    assert open_to_others(tmp_path / "a") == []
    assert file_modes.folder(made) == made
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


def test_a_folder_that_was_made_open_is_closed_with_all_that_is_in_it(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "files" / "ab").mkdir(parents=True)
    (data / "files" / "ab" / "abc").write_text("words")
    (data / "demo.json").write_text("{}")
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    (data / "run").symlink_to(tmp_path / "elsewhere")
    tmp_path.chmod(0o755)
    program = data / "files" / "program"
    program.write_text("")
    program.chmod(0o755)
    assert len(open_to_others(data)) == 6
    file_modes.close(data)
    assert open_to_others(data) == []
    assert stat.S_IMODE(program.stat().st_mode) == 0o700
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


def test_the_data_folder_alone_being_closed_does_not_leave_an_open_folder_below_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "files" / "ab").mkdir(parents=True)
    (tmp_path / "files" / "ab" / "abc").write_text("words")
    tmp_path.chmod(0o700)
    file_modes.close(tmp_path)
    assert open_to_others(tmp_path) == []


def test_a_file_that_is_kept_is_closed_whatever_the_process_makes_by_default(tmp_path: Path) -> None:
    store = Store(location=tmp_path / "data" / "files")
    store.save("ab/abc", ContentFile(b"words"))
    assert open_to_others(tmp_path / "data") == []
