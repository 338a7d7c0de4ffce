"""What a strange server says is not repeated; its code and our sentence are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstline.notices import failure_reasons

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
    assert failure_reasons.code_in(answer) == code


@given(st.text(max_size=200))
def test_no_words_of_an_answer_are_in_what_is_said_of_it(answer: str) -> None:
    said = failure_reasons.of_error(f"refused: {answer}")
    assert said.startswith(failure_reasons.words("refused"))
    rest = said.removeprefix(failure_reasons.words("refused")).strip(" ()")
    assert rest == "" or set(rest) <= set("0123456789. ")


def test_an_error_without_a_reason_is_said_in_our_words() -> None:
    assert failure_reasons.of_error(SAID) == failure_reasons.words("unexpected")


# reason → what can be done when it has failed for good
ADVICE = {
    **dict.fromkeys("no_server certificate no_tls login secret private file blank unexpected restored".split(), "TELL"),
    **dict.fromkeys("away slow dropped busy".split(), "LATER"),
    **dict.fromkeys("no_address bad_address bounced".split(), "CHECK"),
    **dict.fromkeys("full off refused".split(), "CALL"),
    **dict.fromkeys("withdrawn not_for_them sent_before enough enough_from_one".split(), ""),
    **dict.fromkeys("enough_of_one enough_for_one".split(), ""),
    **{"large": "SMALLER", "held": "RETRY"},
}


def test_each_reason_is_said_and_has_its_advice() -> None:
    assert set(failure_reasons.REASONS) == set(ADVICE)
    for reason, name in ADVICE.items():
        assert failure_reasons.words(reason)
        assert failure_reasons.advice(reason) == (getattr(failure_reasons, name) if name else "")
    assert len({failure_reasons.words(reason) for reason in ADVICE}) == len(ADVICE)
    assert (failure_reasons.words("unheard of"), failure_reasons.advice("unheard of")) == ("", "")


def test_what_is_the_servers_own_fault_is_no_single_letters() -> None:
    ours = "no_server away slow dropped certificate no_tls login secret private".split()
    assert list(failure_reasons.OF_THE_SERVER) == ours


def test_an_error_is_said_with_its_code_where_it_has_one() -> None:
    assert failure_reasons.of_error("full: 452 4.2.2 Over quota") == "The mailbox is full. (452 4.2.2)"
    assert failure_reasons.of_error("full") == "The mailbox is full."
    assert failure_reasons.of_error(f"full: {'x' * 40}550") == "The mailbox is full."
    assert failure_reasons.code_in("  550 5.1.1 no") == "550 5.1.1"
