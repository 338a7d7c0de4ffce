"""However an address is spelled, it is one; and two that are not, stay two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstline.kit.mailbox import LONGEST, mailbox_of, normal, normal_domain

ONE = "anna@xn--bcher-kva.example"


@pytest.mark.parametrize(
    "spelled",
    [
        "anna@bücher.example", "Anna@BÜCHER.example", "anna@bu\u0308cher.example", "anna@XN--BCHER-KVA.Example",
        "anna@ｂücher.example", "anna@bücher。example", "anna@bücher.example.", '"anna"@bücher.example',
        " anna@xn--bcher-kva.example ", "anna＠bücher.example",
    ],
)  # fmt: skip
def test_every_spelling_of_an_address_has_one_form(spelled: str) -> None:
    assert normal(spelled) == ONE
    assert mailbox_of(spelled) == ONE


def test_what_are_two_mailboxes_stays_two() -> None:
    two = [
        "anna@corp.example",
        "anna+1@corp.example",
        '"anna b"@corp.example',
        "ａnna@corp.example",
        "änna@corp.example",
    ]
    assert len({normal(each) for each in two}) == len(two)
    assert normal("anna@straße.example") != normal("anna@strasse.example")


@given(st.text(max_size=600) | st.from_regex(r"[^@]{1,80}@[^@]{1,300}", fullmatch=True))
def test_the_form_of_a_form_is_itself_and_nothing_is_too_much_for_it(text: str) -> None:
    made = normal(text)
    assert normal(made) == made
    assert len(made) <= max(LONGEST, len(text.lower()))
    assert normal_domain(normal_domain(text)) == normal_domain(text)
