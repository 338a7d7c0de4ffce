"""Who is called in a note: @ and the name of somebody who works at the desk."""

import re
from collections.abc import Iterable

from firstline.people.models import Person


def mentioned(text: str, agents: Iterable[Person]) -> list[Person]:
    """The agents whose full names stand behind an @ in the text, each once; the longest name that fits counts."""
    by_name = {agent.name.casefold(): agent for agent in agents}
    if not by_name or "@" not in text:
        return []
    longest_first = sorted(by_name, key=len, reverse=True)
    # A Latin name must end where the word ends; a Chinese one is followed by words without a space.
    names = "|".join(re.escape(name) + (r"(?!\w)" if name.isascii() else "") for name in longest_first)
    found = re.findall(rf"@({names})", text.casefold())
    return list({by_name[name].pk: by_name[name] for name in found}.values())
