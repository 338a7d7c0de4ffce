"""What is remembered of texts is bounded by their length, not by their number."""

import pytest

from firstline.kit import html
from firstline.kit.bounded_cache import kept


def test_it_is_asked_once_while_there_is_room_and_again_when_others_took_it() -> None:
    asked: list[str] = []

    @kept(characters=400)
    def doubled(text: str) -> str:
        asked.append(text)
        return text * 2

    assert [doubled("a"), doubled("b"), doubled("a")] == ["aa", "bb", "aa"]
    assert asked == ["a", "b"]
    for number in range(200):
        doubled(f"{number:05}")
        assert doubled.size <= 400
    assert doubled("a") == "aa"
    assert asked.count("a") == 2


def test_what_is_large_for_its_room_is_not_kept_and_throws_nothing_out() -> None:
    asked: list[str] = []

    @kept(characters=400)
    def same(text: str) -> str:
        asked.append(text)
        return text

    same("a")
    assert [len(same("x" * 100)), len(same("x" * 100)), same("a")] == [100, 100, "a"]
    assert asked == ["a", "x" * 100, "x" * 100]
    assert same.size == 2


@pytest.mark.heavy
def test_ten_thousand_long_messages_that_were_shown_take_a_few_megabytes() -> None:
    for number in range(10_000):
        html.shown(f"{number} " + "the printer is on fire " * 100, "plain")
    assert html.shown.size <= html._KEPT_CHARS
