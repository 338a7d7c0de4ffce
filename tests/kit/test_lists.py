"""Several things in a sentence, as each language lists them."""

import pytest
from django.utils.translation import override

from firstline.kit.lists import listed


@pytest.mark.parametrize(
    ("language", "things", "said"),
    [
        ("en", [], ""),
        ("en", ["Mei"], "Mei"),
        ("en", ["Mei", "Vic"], "Mei and Vic"),
        ("en", ["Mei", "Vic", 3], "Mei, Vic, and 3"),
        ("zh-hans", ["林梅"], "林梅"),
        ("zh-hans", ["林梅", "Vic"], "林梅、Vic"),
        ("zh-hans", ["林梅", "Vic", 3], "林梅、Vic、3"),
    ],
)
def test_things_are_listed_as_people_list_them(language: str, things: list[object], said: str) -> None:
    with override(language):
        assert listed(things) == said
