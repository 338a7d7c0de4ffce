"""What comes after DATA is the same email in whichever pieces it comes, and ends where SMTP says."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstline.channels.email import coming
from firstline.channels.email.coming import Coming


def by_lines(sent: bytes) -> tuple[bytes, bytes]:
    """The email and what stands behind it, read line by line as RFC 5321 has it."""
    lines, rest = [], sent
    while True:
        line, end, rest = rest.partition(b"\r\n")
        assert end
        if line == b".":
            return b"".join(lines), rest
        lines.append(line.removeprefix(b".") + b"\r\n")


def taken(sent: bytes, cuts: list[int]) -> tuple[bytes, bytes]:
    one, at = Coming(10_000_000), 0
    try:
        for cut in [*sorted(cuts), len(sent)]:
            piece, at = sent[at:cut], cut
            behind = one.take(piece)
            if one.is_large:
                one.write()
            if behind is not None:
                return one.whole(), behind + sent[at:]
        raise AssertionError("It has not ended")
    finally:
        one.close()


@given(
    st.lists(st.sampled_from([b".", b"..", b"\r", b"\n", b"\r\n", b"a", b"\r\n.", b"\r\n..\r\n"]), max_size=40),
    st.data(),
)
def test_any_email_in_any_pieces(parts: list[bytes], data: st.DataObject) -> None:
    sent = b"".join(parts) + b"\r\n.\r\nQUIT\r\n"
    cuts = data.draw(st.lists(st.integers(0, len(sent)), max_size=12))
    assert taken(sent, cuts) == by_lines(sent)


@pytest.mark.parametrize("sent", [b".\r\n", b".\r\nNOOP\r\n", b"..\r\n.\r\n", b"\r\n.\r\n", b"a\n.\n.\r\nb\r\n.\r\n"])
def test_its_beginning_and_its_end_byte_by_byte(sent: bytes) -> None:
    assert taken(sent, list(range(len(sent)))) == by_lines(sent)


def test_a_large_one_goes_by_way_of_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coming, "IN_MEMORY", 1000)
    pick = random.Random(1)
    sent = b"".join(pick.choice([b"x" * 70, b".dot", b"", b"\r"]) + b"\r\n" for _ in range(5_000)) + b".\r\n"
    assert taken(sent, list(range(0, len(sent), 777))) == by_lines(sent)


def test_of_one_that_is_too_large_nothing_is_held() -> None:
    one = Coming(100)
    for _ in range(50):
        assert one.take(b"x" * 50) is None
    assert one.is_too_large
    assert not one.is_large
    assert len(one._held) == 0
    assert one.take(b"\r\n.\r\n") == b""
