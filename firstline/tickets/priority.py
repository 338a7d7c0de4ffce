"""Priority from impact and urgency, as one table."""

from firstline.tickets.models import Ticket

P = Ticket.Priority

#        urgency:  can work   hindered    blocked
TABLE = {
    Ticket.Impact.PERSON: (P.LOW, P.NORMAL, P.HIGH),
    Ticket.Impact.TEAM: (P.NORMAL, P.HIGH, P.HIGH),
    Ticket.Impact.COMPANY: (P.HIGH, P.CRITICAL, P.CRITICAL),
}


def priority_of(impact: int, urgency: int) -> int:
    """1 critical … 4 low, for impact 1-3 and urgency 1-3."""
    return TABLE[Ticket.Impact(impact)][urgency - 1].value


def raised(impact: int, urgency: int) -> tuple[int, int]:
    """The nearest impact and urgency with a higher priority; the same if there is none."""
    now = priority_of(impact, urgency)
    higher = [
        (i, u)
        for i in Ticket.Impact.values
        for u in Ticket.Urgency.values
        if priority_of(i, u) < now and i >= impact and u >= urgency
    ]
    return min(higher, key=lambda pair: (pair[0] + pair[1], pair[0]), default=(impact, urgency))
