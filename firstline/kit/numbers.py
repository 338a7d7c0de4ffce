"""Numbers that came as text: ids, places in a list, sizes."""

MOST_DIGITS = 18
"""So many fit into a column of the database, whichever they are."""


def whole(text: str, *, digits: int = MOST_DIGITS) -> int | None:
    """The whole number that the text is, of any script's decimal digits (４２ too), at most so many of them.

    None for all else: nothing, `-1`, ` 1`, and what `str.isdigit` takes for a digit but `int` does not (`²`, `①`).
    """
    return int(text) if text.isdecimal() and len(text) <= digits else None
