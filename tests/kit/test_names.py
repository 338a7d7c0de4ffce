"""The name of a person is one line that turns nothing round."""

import pytest

from firstline.kit.names import plain


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("  林 梅\t", "林 梅"),
        ("Dana\u202eleinaD", "Dana leinaD"),
        ("Bo\r\nBcc: x", "Bo Bcc: x"),
        ("A\u2028B\u2029C\x85D\x00E\u200bF\ufeff", "A B C D E F"),
        ("Jose\u0301", "José"),
        ("می\u200cنا", "می\u200cنا"),
        ("\u202e\u2066", ""),
        ("Anna-Lena O'Neil (IT)", "Anna-Lena O'Neil (IT)"),
    ],
)
def test_a_name_is_stored_as_one_line_without_what_cannot_be_seen(given: str, stored: str) -> None:
    assert plain(given) == stored
    assert plain(stored) == stored
