"""Whether a text names an address."""

import re


def names(address: str, text: str) -> bool:
    """Whether the address stands there, and not a longer one."""
    return re.search(rf"(?<![\w.+-]){re.escape(address)}(?![\w-]|\.\w)", text, re.IGNORECASE) is not None
