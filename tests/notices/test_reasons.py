"""What a strange server says is not repeated; its code and our sentence are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstline.notices import reasons

SAID = "secret of the inside 10.0.0.7 <script>"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (f"550 5.1.1 {SAID}", "550 5.1.1"), (f"550-5.7.1 {SAID}", "550 5.7.1"), (f"5.1.1 {SAID}", "5.1.1"),
        (f"452 {SAID}", "452"), (f"SSH-2.0-OpenSSH 5.1.1 {SAID}", ""), (SAID, ""), ("", ""), ("5501 5.1.1", ""),
        ("550 5.1.1.1 x", "550"), ("4.2.2 x 550", "4.2.2"),
    ],
)  # fmt: skip
def test_of_an_answer_only_the_code_is_said(answer: str, code: str) -> None:
    assert reasons.code_in(answer) == code


@given(st.text(max_size=200))
def test_no_words_of_an_answer_are_in_what_is_said_of_it(answer: str) -> None:
    said = reasons.of_error(f"refused: {answer}")
    assert said.startswith(reasons.words("refused"))
    rest = said.removeprefix(reasons.words("refused")).strip(" ()")
    assert rest == "" or set(rest) <= set("0123456789. ")


def test_an_error_without_a_reason_is_said_in_our_words() -> None:
    assert reasons.of_error(SAID) == reasons.words("unexpected")
