"""Who is shown a letter whole, with what it quotes: that may be words of before they were let in, or said to others."""

from collections.abc import Callable

from firstline.people.models import Person
from firstline.tickets.models import Message, Ticket


def whole_for(person: Person, ticket: Ticket) -> Callable[[Message], bool]:
    """Tells of each message of the ticket that the person may read whether they may read what it quotes as well: they
    read all that had been said before it, it is their own, or it has nothing but its words. One query."""
    hidden = Message.objects.filter(ticket=ticket).aloud().hidden_from(person)
    first = hidden.order_by("pk").values_list("pk", flat=True).first()

    def is_whole(message: Message) -> bool:
        quotes = bool(message.quoted.strip() or message.has_html)
        return not quotes or first is None or message.pk < first or message.author_id == person.pk

    return is_whole
