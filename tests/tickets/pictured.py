"""A ticket as plain data: its columns, people, words, files and ties, so that a test says of a verb what it changes and
that nothing else does."""

from datetime import datetime, timedelta
from typing import Any

from firstline.kit import clock
from firstline.people.models import Person
from firstline.tickets import actions, files
from firstline.tickets.models import Link, Ticket
from tests.cast import MONDAY, Cast, fresh

KEYS = ("desk", "team", "service", "module", "cause", "business")
PEOPLE = ("creator_id", "requester_id", "asked_by_id", "assignee_id", "closed_by_id")


def at(minutes: float) -> clock.moved:  # type: ignore[valid-type]
    return clock.moved(MONDAY + timedelta(minutes=minutes))


def minute(moment: datetime | None) -> float | None:
    """Since Monday at nine."""
    return None if moment is None else (moment - MONDAY).total_seconds() / 60


def pictured(ticket: Ticket) -> dict[str, Any]:
    """Moments in minutes since Monday at nine, people by the first part of their address."""
    ticket = fresh(ticket)
    names = {pk: (email or "system").partition("@")[0] for pk, email in Person.objects.values_list("pk", "email")}
    found: dict[str, Any] = {}
    for column, value in ticket.tracked().items():
        name = column.removesuffix("_id")
        if column in PEOPLE:
            found[name] = names.get(value)
        elif name in KEYS:
            found[name] = getattr(ticket, name).key if value else None
        elif name == "line":
            found[name] = f"{ticket.line.desk.key} {ticket.line.key}" if ticket.line else None
        else:
            found[column] = minute(value) if isinstance(value, datetime) else value
    found["people"] = {
        (names[each.person_id], each.role, minute(each.sees_from), each.came_with_id)
        for each in ticket.participants.all()
    }
    found["words"] = {
        (
            *(names[each.author_id], each.kind, each.channel, each.text, each.html, each.quoted, each.format),
            *(each.proof, each.to_askers, each.origin_id, minute(each.created_at), minute(each.leaves_at)),
            minute(each.withdrawn_at),
        )
        for each in ticket.messages.all()
    }
    found["files"] = {
        (each.name, each.message.text if each.message else None, names[each.uploader_id])
        for each in ticket.attachments.all()
    }
    found["ties"] = {
        (*("this" if end == ticket else end.subject for end in (each.ticket, each.other)), each.kind)
        for each in Link.objects.filter(ticket=ticket) | Link.objects.filter(other=ticket)
    }
    return found


def changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """What is otherwise: a column's new value; of people, words, files and ties what came (+) and went (-)."""
    found: dict[str, Any] = {}
    for name, value in after.items():
        if isinstance(value, set):
            found |= {f"+{name}": value - before[name], f"-{name}": before[name] - value}
        elif value != before[name]:
            found[name] = value
    return {name: value for name, value in found.items() if value not in (set(),)}


def word(
    who: str,
    kind: str,
    text: str,
    *,
    channel: str = "portal",
    html: str = "",
    quoted: str = "",
    format: str = "plain",
    proof: str = "signed_in",
    to_askers: bool = False,
    origin: int | None = None,
    made: float = 10,
    leaves: float | None = None,
    withdrawn: float | None = None,
) -> tuple[Any, ...]:
    """A message, as `pictured` tells of it; said at ten minutes past."""
    leaves = made if leaves is None else leaves
    return who, kind, channel, text, html, quoted, format, proof, to_askers, origin, made, leaves, withdrawn


class Twins:
    """Two requests that are alike in everything: what is done to one must not touch the other one.

    Mei asked each of them for Omar, with a file. Omar let Hana read all of it, Bo let Anna read what comes; Chen and
    Dana watch, and each is tied to a third.
    """

    def __init__(self) -> None:
        self.cast = Cast.make()
        self.anna = Person.objects.create_person(name="Anna", email="anna@corp.example")
        self.third = self.cast.ask(subject="third")
        self.one, self.two = self._asked("one"), self._asked("two")

    def _asked(self, subject: str) -> Ticket:
        cast = self.cast
        with at(0):
            kept = files.keep(b"x", name="first.txt", by=cast.mei)
            ticket = cast.ask(requester=cast.omar, subject=subject, text="Broken.", attachments=[kept])
        with at(1):
            actions.add_participant(ticket, by=cast.omar, person=cast.hana)
        with at(2):
            actions.add_participant(ticket, by=cast.bo, person=self.anna)
        with at(3):
            actions.watch(ticket, by=cast.chen)
            actions.watch(ticket, by=cast.dana)
            actions.link(ticket, by=cast.bo, other=self.third, kind="related")
        return ticket
