"""What is taken for the name of a domain, wherever one is asked for."""

import pytest

from firstline.kit.mailbox import is_domain, normal_domain


@pytest.mark.parametrize(
    ("written", "is_one"),
    [
        ("company.com", True),
        ("Company.COM.", True),
        ("a.b", True),
        ("mail.bücher.example", True),
        ("123.example", True),
        ("x" * 63 + ".example", True),
        ("x" * 64 + ".example", False),
        (("x" * 60 + ".") * 5 + "example", False),
        ("company", False),
        ("", False),
        (".com", False),
        ("a..b", False),
        ("-a.example", False),
        ("a-.example", False),
        ("mei@corp.example", False),
        ("192.0.2.1", False),
        ("a b.example", False),
        ("a.exa\nmple", False),
        ("a_b.example", False),
    ],
)
def test_a_domain_is_told_from_what_is_none(written: str, is_one: bool) -> None:
    assert is_domain(normal_domain(written)) == is_one
