"""By which words something is found: all that were written, however many and however long."""

import hashlib
from collections.abc import Iterator

import pytest

from firstline.kit import tokenizer
from firstline.kit.tokenizer import MOST_ASKED, MOST_WORDS, is_cut, query_words, search_words, words_of


def test_a_word_after_thousands_of_others_is_indexed() -> None:
    text = " ".join(f"word{n}" for n in range(30_000)) + " needle"
    assert "needle" in search_words(text).split()


def test_words_of_every_length_are_looked_for_as_they_are_indexed() -> None:
    for long in (1, 59, 60, 61, 64, 128, MOST_ASKED):
        word = (hashlib.sha512(b"x").hexdigest() * 10)[:long]
        assert query_words(word) == f"'{search_words(word)}':*"


def test_chinese_without_a_space_is_indexed_to_its_end() -> None:
    text = "".join(chr(0x4E00 + n % 5_000) for n in range(150_000)) + "琥珀"
    assert "琥珀" in search_words(text).split()


def test_where_there_is_no_room_for_all_the_first_text_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokenizer, "MOST_BYTES", 30)
    assert search_words("late words", "early words") == "late words"
    monkeypatch.setattr(tokenizer, "MOST_BYTES", 600_000)
    monkeypatch.setattr(tokenizer, "MOST_CHARACTERS", 12)
    assert search_words("late words", "early words") == "late words ea"


def test_a_search_is_cut_to_its_first_words_and_knows_that_it_was() -> None:
    ten, many = " ".join("abcdefghij"), " ".join("abcdefghijk")
    assert query_words(many) == query_words(ten)
    assert query_words("x" * 5_000) == f"'{'x' * MOST_ASKED}':*"
    assert [is_cut(each) for each in (f"  {ten}  ", many, "会" * (MOST_ASKED + 1))] == [False, True, True]
    assert len(ten.split()) == MOST_WORDS


def test_signs_that_stand_for_many_count_as_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokenizer, "MOST_CHARACTERS", 100)
    assert sum(map(len, search_words("ﷺ " * 100, "later").split())) <= 100


def test_no_text_is_read_for_which_there_is_no_room() -> None:
    read: list[str] = []

    def texts() -> Iterator[str]:
        for text in ("one two three", "four", "five"):
            read.append(text)
            yield text

    assert words_of(texts(), room=3 * (5 + tokenizer._BESIDE)) == "one two three"
    assert read == ["one two three", "four"]
