"""JSON of strangers is read, or refused in one way."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstline.kit.http import Answer
from firstline.kit.strangers_json import NotJson, first_json, read_json

DEEP = ["[" * 100_000, '{"a":' * 50_000, "[" * 100_000 + "]" * 100_000, "", "{", "nul", '"\\ud8"', "[1,]"]
values = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=20)


@pytest.mark.parametrize("text", DEEP)
def test_what_cannot_be_read_is_refused_in_one_way_however_deep_it_is(text: str) -> None:
    for read in (read_json, first_json):
        with pytest.raises(NotJson):
            read(text)
    with pytest.raises(NotJson):
        Answer("https://x.example/", 200, {}, text.encode()).json()


def test_bytes_that_are_no_text_are_refused_too() -> None:
    with pytest.raises(NotJson):
        read_json(b"\xff\xfe\xfd[")


@given(values)
def test_what_can_be_read_is_what_was_written(value: object) -> None:
    assert read_json(json.dumps(value)) == read_json(json.dumps(value).encode()) == value
    assert first_json(json.dumps([value]) + " -- it")[1] == " -- it"
