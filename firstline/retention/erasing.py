"""Erasing a person: everything that says who he was and what he wrote, wherever it is kept.

What others wrote about him cannot be known and stays, unless `everything` is asked for: then all words of his own
requests go. The shape of his requests stays, and both logs can still be verified.
"""

from typing import TYPE_CHECKING, Any

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import CASCADE, Q
from django.utils.translation import gettext as _

from firstline.audit.log import audit
from firstline.channels.models import DemoLetter, InboundMessage
from firstline.notices.models import Delivery
from firstline.people.models import Person
from firstline.retention import files, history, mentions, unclaimed, words
from firstline.retention.addresses import ever_of
from firstline.tickets.errors import NotAllowed, WrongState
from firstline.tickets.models import Attachment, Message, Rating, Ticket
from firstline.tickets.write_guard import door

if TYPE_CHECKING:
    from collections.abc import Iterator

Counts = dict[str, int]


def preview(person: Person, *, everything: bool = False) -> Counts:
    """What would go, counted; nothing is changed."""
    tickets = _tickets(person)
    return {
        "tickets": len(tickets),
        "messages": Message.objects.filter(_messages(person, tickets, everything)).count(),
        "files": Attachment.objects.filter(_files(person, tickets, everything)).distinct().count(),
        "letters": InboundMessage.objects.filter(_letters(person, tickets, ever_of(person)))
        .exclude(key__startswith="erased ")
        .count(),
        "deliveries": Delivery.objects.filter(_deliveries(person, tickets)).count(),
    }


def erase_person(person: Person, *, by: Person, everything: bool = False) -> Counts:
    """Erase; what went, counted. Raises NotAllowed or WrongState when it cannot be done."""
    _require(person, by)
    with transaction.atomic(), door():
        person = Person.objects.select_for_update().get(pk=person.pk)
        tickets, addresses = _tickets(person), ever_of(person)
        list(Ticket.objects.filter(pk__in=tickets).order_by("pk").select_for_update().values_list("pk"))
        counts = {"tickets": len(tickets), "events": words.of_events(tickets)}
        counts["messages"] = words.of_messages(_messages(person, tickets, everything))
        words.of_tickets(tickets)
        words.of_quotes(_said_in(tickets))
        counts["files"] = files.remove(_files(person, tickets, everything))
        counts["letters"] = words.of_letters(_letters(person, tickets, addresses))
        counts["deliveries"] = words.of_deliveries(_deliveries(person, tickets))
        _elsewhere(person, tickets, addresses, everything)
        counts["events"] += mentions.forget(person, own=tickets, addresses=addresses)
        said = Message.objects.filter(Q(author=person) | _said_in(tickets)).values_list("ticket_id", flat=True)
        words.index(sorted({*tickets, *said}))
        _person(person)
        audit("erased", by=by, about=person, data={**counts, "everything": everything})
    return counts


def _require(person: Person, by: Person) -> None:
    if not (by.admin or by.is_machine):
        raise NotAllowed(_("Only an administrator may erase a person."))
    if person.pk == by.pk or person.is_machine or person.admin:
        raise WrongState(_("Administrators and machines cannot be erased; take the role away first."))
    theirs = Ticket.objects.unfinished().filter(Q(requester=person) | Q(assignee=person))
    if theirs.exists() or _goes_on_elsewhere(person):
        raise WrongState(_("There are requests of this person, or in these hands, that are not closed yet."))


def _goes_on_elsewhere(person: Person) -> bool:
    """Whether a request of theirs is merged, by however many steps, into one that is not closed yet."""
    merged = Ticket.objects.filter(requester=person)
    while into := set(merged.exclude(merged_into=None).values_list("merged_into", flat=True)):
        merged = Ticket.objects.filter(pk__in=into)
        if merged.unfinished().exists():
            return True
    return False


def _tickets(person: Person) -> list[int]:
    return list(Ticket.objects.filter(requester=person).order_by("pk").values_list("pk", flat=True))


def _messages(person: Person, tickets: list[int], everything: bool) -> Q:
    own = Q(author=person) | Q(
        pk__in=InboundMessage.objects.filter(person=person, message__kind="note").values("message")
    )
    return own | _said_in(tickets) if everything else own


def _said_in(tickets: list[int], path: str = "") -> Q:
    """What was said in these requests, wherever a merge has moved it; and nothing that a merge brought into them."""
    stayed = {f"{path}origin__isnull": True, f"{path}ticket__in": tickets}
    return Q(**{f"{path}origin__in": tickets}) | Q(**stayed)


def _files(person: Person, tickets: list[int], everything: bool) -> Q:
    own = Q(uploader=person) | Q(message__author=person)
    loose = Q(message__isnull=True, ticket__in=tickets)
    return own | loose | _said_in(tickets, "message__") if everything else own


def _letters(person: Person, tickets: list[int], addresses: list[str]) -> Q:
    """Their own, those about their requests, and those of which only the head says that they are theirs."""
    theirs = Q(person=person) | Q(message__isnull=True, ticket__in=tickets) | _said_in(tickets, "message__")
    for address in addresses:
        theirs |= Q(pk__in=unclaimed.written_by(address))
    return theirs


def _deliveries(person: Person, tickets: list[int]) -> Q:
    """Letters to him, and letters about his requests, which say what he asked."""
    return Q(person=person) | Q(ticket__in=tickets)


def _elsewhere(person: Person, tickets: list[int], addresses: list[str], everything: bool) -> None:
    DemoLetter.objects.filter(Q(person=person) | Q(address__in=addresses)).delete()
    numbers = list(Ticket.objects.filter(pk__in=tickets).values_list("number", flat=True))
    for number in numbers:  # letters begin with it; in the middle it is a word of somebody who names it
        DemoLetter.objects.filter(subject__startswith=f"[{number}] ").delete()
    words.of_answers(tickets, messages=_messages(person, tickets, everything))
    Rating.objects.filter(by=person).update(words="")
    history.forget(person)
    for session in Session.objects.iterator():
        if session.get_decoded().get("_auth_user_id") == str(person.pk):
            session.delete()
    for related in _going_with(person):
        related.delete()


def _going_with(person: Person) -> "Iterator[Any]":
    """Everything that would go if his row did: drafts, views, tokens, seats, factors of sign-in."""
    for relation in person._meta.related_objects:
        if getattr(relation, "on_delete", None) is CASCADE and relation.field.model._meta.managed:
            yield relation.field.model._default_manager.filter(**{relation.field.name: person})


def _person(person: Person) -> None:
    person.name = f"#{person.pk} · 已抹除 · erased"
    person.email, person.phone, person.country, person.city, person.department = None, "", "", "", ""
    person.language, person.zone = Person._meta.get_field("language").default, Person._meta.get_field("zone").default
    person.bounced_at, person.bounced_address, person.bounced_why = None, "", ""
    person.manager, person.admin, person.vip, person.is_active = None, False, False, False
    person.account = ""
    person.set_unusable_password()
    person.last_login = None
    person.save()
