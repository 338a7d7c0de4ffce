"""How a file is kept: its name, its type and its size, by tables; what is shown of it is in tests/security."""

import pytest
from django.core.files.storage import default_storage

from firstline.tickets import files
from firstline.tickets.errors import WrongState
from firstline.tickets.models import Attachment
from tests.cast import Cast
from tests.letters import config

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a.txt", "a.txt"),
        ("../../etc/a.txt", "a.txt"),
        ("C:\\Users\\mei\\a.txt", "a.txt"),
        ("a\x00b\n.txt", "ab.txt"),
        (" .a.txt. ", "a.txt"),
        ("", "file"),
        ("...", "file"),
        ("dir/", "file"),
        ("x" * 196 + ".txt", "x" * 196 + ".txt"),
        ("x" * 197 + ".txt", "x" * 187 + ".txt"),
        ("x" * 300, "x" * 9),
        ("x" * 300 + ".abcdefghijkl", "x" * 178 + ".abcdefghi"),
        ("报告" * 10 + ".pdf", "报告" * 10 + ".pdf"),
    ],
)
def test_a_name_is_its_last_part_as_long_as_it_may_be(given: str, kept: str) -> None:
    assert files.plain_name(given) == kept


@pytest.mark.parametrize(
    ("content", "name", "declared", "type"),
    [
        (PNG, "a.txt", "text/plain", "image/png"),
        (b"%PDF-1.4\n%", "a.bin", "", "application/pdf"),
        (b"plain words", "a.txt", "", "text/plain"),
        (b"plain words", "A.LOG", "", "text/plain"),
        (b"a;b", "a.csv", "", "text/csv"),
        (b"# a", "a.md", "", "text/plain"),
        (b"plain words", "a.conf", "text/plain", "text/plain"),
        (b"plain words", "a.conf", "image/png", "application/octet-stream"),
        (b"plain words", "a.conf", "", "application/octet-stream"),
        (b"plain\0words", "a.txt", "text/plain", "application/octet-stream"),
        (b"p" * 4096 + b"\0", "a.txt", "", "text/plain"),
    ],
)
def test_its_type_is_what_it_contains_and_of_words_what_is_said(
    content: bytes, name: str, declared: str, type: str
) -> None:
    assert files.type_of(content, name=name, declared=declared) == type


@pytest.mark.django_db
def test_all_that_is_known_of_a_file_is_kept_and_the_same_bytes_once() -> None:
    cast = Cast.make()
    first = files.keep(
        PNG, name="a/b.png", by=cast.mei, content_id="i" * 201, inline=True, declared="text/plain"
    )  # fmt: skip
    second = files.keep(b"words", name="c.conf", by=cast.bo, declared="text/plain")
    again = files.keep(PNG, name="d.png", by=cast.bo)
    columns = ("uploader", "name", "type", "size", "content_id", "inline", "ticket", "message")
    assert list(Attachment.objects.order_by("name").values_list(*columns)) == [
        (cast.mei.pk, "b.png", "image/png", len(PNG), "i" * 200, True, None, None),
        (cast.bo.pk, "c.conf", "text/plain", 5, "", False, None, None),
        (cast.bo.pk, "d.png", "image/png", len(PNG), "", False, None, None),
    ]
    assert (first.path == again.path, first.path == second.path) == (True, False)
    for file, content in ((first, PNG), (second, b"words")):
        with files.read(file) as opened:
            assert opened.read() == content
    assert default_storage.listdir(first.path.partition("/")[0])[1].count(first.sha256) == 1


@pytest.mark.django_db
def test_a_file_may_be_so_large_and_no_larger_nor_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = Cast.make()
    config(monkeypatch, upload_mb=1)
    assert files.keep(b"x" * 1024 * 1024, name="a.bin", by=cast.mei).size == 1024 * 1024
    with pytest.raises(WrongState, match=r"a\.bin is larger than 1 MB"):
        files.keep(b"x" * (1024 * 1024 + 1), name="a.bin", by=cast.mei)
    with pytest.raises(WrongState, match=r"a\.bin is empty"):
        files.keep(b"", name="a.bin", by=cast.mei)
    given = files.upload(b"words", name="a.conf", by=cast.mei, declared="text/plain")
    assert (given.name, given.type, given.uploader) == ("a.conf", "text/plain", cast.mei)
