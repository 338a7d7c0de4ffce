"""Reading a number is never an error."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstline.kit.numbers import whole


@pytest.mark.parametrize(("text", "number"), [("7", 7), ("007", 7), ("４２", 42), ("٣", 3), ("9" * 18, 10**18 - 1)])
def test_decimal_digits_of_any_script_are_a_number(text: str, number: int) -> None:
    assert whole(text) == number


@pytest.mark.parametrize("text", ["", "²", "①", "½", "Ⅷ", "一", "1²", "-1", "+1", " 1", "1_0", "1.0", "9" * 19, "0x1"])
def test_everything_else_is_none(text: str) -> None:
    assert whole(text) is None


@given(st.text(st.characters(categories=["N", "P", "Z"])))
def test_no_text_is_an_error(text: str) -> None:
    found = whole(text)
    assert found is None or 0 <= found < 10**18
