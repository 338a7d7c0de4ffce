"""What letters left in memory when they were dealt with: nothing that grows with their number."""

import gc
import tracemalloc
from itertools import count

from firstline import reactions
from firstline.kit import html
from firstline.tickets.models import Event, Message
from tests.cast import Cast
from tests.letters import arrives, letter

MANY = 12
LONG = 20_000
"""Characters of each; whoever kept them, or what is made of them, would take that much more for each."""
numbers = count()


def dealt_with(many: int) -> int:
    """Take in so many long letters of different people, react to them and draw them; the bytes in use afterwards."""
    for number in (next(numbers) for _ in range(many)):
        text = f"Letter {number}: the printer on floor {number} is on fire.\n" * (LONG // 50)
        message = letter(
            f"Person {number} <p{number}@partner.example>",
            subject=f"Printer {number}",
            text=text,
            html=f"<p>{text}</p>",
            letter_id=f"<{number}@partner.example>",
        )
        message.add_attachment(text.encode(), maintype="text", subtype="plain", filename=f"{number}.log")
        received = arrives(message)
        assert received.state == "done"
        list(reactions.react_to(list(Event.objects.filter(ticket=received.ticket).values_list("pk", flat=True))))
        for said in Message.objects.filter(ticket=received.ticket):
            html.shown(said.text, "plain")
    gc.collect()
    # What is remembered of shown texts has a bound of its own (tests/kit/test_bounded_cache.py).
    return tracemalloc.get_traced_memory()[0] - html.shown.size


def test_letters_leave_nothing_behind_that_grows_with_their_number(cast: Cast) -> None:
    tracemalloc.start()
    try:
        before = dealt_with(6)
        grown = (dealt_with(MANY) - before) / MANY
    finally:
        tracemalloc.stop()
    assert grown < LONG / 2, f"{grown:.0f} bytes a letter"
