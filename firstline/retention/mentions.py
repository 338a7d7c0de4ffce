"""A person in what belongs to others: requests that were theirs for a while, emails that named them, jobs about them.

Where they stand is known by who they are: an id, or their own address, which nobody else has. Names are not looked for.
"""

import json
from typing import Any

from django.db import connection
from django.db.models import F, JSONField, Q, QuerySet, Value
from django.db.models.expressions import CombinedExpression

from firstline.channels.email.forwarded import above
from firstline.channels.email.offers import BY_REPLY_TO
from firstline.channels.models import InboundMessage
from firstline.kit.mailbox import normal
from firstline.notices.models import Delivery
from firstline.people.models import Person
from firstline.retention import files, unclaimed, words
from firstline.retention.named import names
from firstline.tickets import actions
from firstline.tickets.hearing import TAKES_PART
from firstline.tickets.models import Attachment, Event, Link, Message, Participant, Ticket
from firstline.tickets.tracked import BLANK

_ONCE_THEIRS = """
SELECT DISTINCT ticket_id FROM tickets_event
WHERE name = 'opened' AND salt IS NOT NULL AND ticket_id <> ALL(%s)
    AND data -> 'changes' -> 'requester_id' = to_jsonb(%s::bigint)
"""
# Somebody in it by an id beside an address, the requester of that time, or by their address wherever it stands.
_ANSWERS = """
DELETE FROM api_answer WHERE body -> 'requester_id' = to_jsonb(%(person)s::bigint)
    OR jsonb_path_exists(body, '$.** ? (@.id == $id && exists(@.email) || @ == $addresses[*])',
        jsonb_build_object('id', %(person)s::bigint, 'addresses', %(addresses)s::text[]))
"""
# Called by name alone: of a request that they ever worked on, or asked for another, the answer names nobody any more.
_CALLED = """
UPDATE api_answer SET body = body || '{"assignee": "—"}' WHERE body ->> 'assignee' <> '—' AND body ->> 'number' IN (
    SELECT number FROM tickets_ticket t WHERE assignee_id = %(person)s OR EXISTS (SELECT FROM tickets_event e
        WHERE e.ticket_id = t.id AND e.data -> 'changes' -> 'assignee_id' = to_jsonb(%(person)s::bigint)));
UPDATE api_answer SET body = body || '{"asked_by": "—"}' WHERE body ->> 'asked_by' <> '—' AND body ->> 'number' IN (
    SELECT number FROM tickets_ticket t WHERE asked_by_id = %(person)s OR EXISTS (SELECT FROM tickets_event e
        WHERE e.ticket_id = t.id AND e.data -> 'changes' -> 'asked_by_id' = to_jsonb(%(person)s::bigint)))
"""
_JOBS = """
DELETE FROM procrastinate_jobs WHERE status NOT IN ('todo', 'doing') AND EXISTS (
    SELECT FROM jsonb_each(args) AS given WHERE given.value = to_jsonb(%s::text))
"""


def forget(person: Person, *, own: list[int], addresses: list[str]) -> int:
    """Take the person out, within a transaction and an open door; how many events lost their words. `own`: the requests
    that are theirs today; `addresses`: all that they had."""
    events = _once_theirs(person, own) + _rated(person, own)
    Delivery.objects.filter(event__by=person, payload__has_key="by").exclude(payload__by=BLANK).update(
        payload=_with(BLANK)
    )
    Participant.objects.filter(person=person).exclude(named=[]).update(named=[])
    _quotes(person, addresses)
    _answers(person, addresses)
    for address in addresses:
        _notes(address)
        _letters(person, own, address)
        with connection.cursor() as cursor:
            cursor.execute(_JOBS, [address])
    return events


def _once_theirs(person: Person, own: list[int]) -> int:
    """What the log says of them where they have given a request back. The log lets go of all words of an event or of
    none; what is not about them is told anew, so that the request can still be rebuilt from its log."""
    with connection.cursor() as cursor:
        cursor.execute(_ONCE_THEIRS, [own, person.pk])
        tickets = [pk for (pk,) in cursor.fetchall()]
    changed = words.of_events(tickets, names=["opened"])
    for ticket in Ticket.objects.filter(pk__in=tickets).order_by("pk"):
        actions.restate(ticket, by=Person.objects.system())
    return changed


def _rated(person: Person, own: list[int]) -> int:
    """Their verdicts on what they have given back since, which went then; of others' verdicts there, nothing."""
    told = Event.objects.filter(name="rated", by=person).exclude(ticket__in=own)
    return words.of_events(list(told.values_list("ticket", flat=True).distinct()), names=["rated"], by=person)


def _quotes(person: Person, addresses: list[str]) -> None:
    """What others' emails cite of them, which stands in the thread as well; of a whole letter, where it names them."""
    theirs = Message.objects.filter(ticket__in=_took_part_in(person)).exclude(author=person)
    theirs.exclude(quoted="").update(quoted="")
    named = Q(html__icontains=person.name)
    for address in addresses:
        named |= Q(html__icontains=address)
    theirs.filter(named).update(html="")


def _answers(person: Person, addresses: list[str]) -> None:
    """What programs were answered about others' requests."""
    given: dict[str, Any] = {"person": person.pk, "addresses": addresses}
    with connection.cursor() as cursor:
        for statement in (_ANSWERS, *_CALLED.split(";")):
            cursor.execute(statement, given)


def _notes(address: str) -> None:
    """Notes that the desk wrote by itself about an email of theirs, which hold its words."""
    by_itself = Message.objects.filter(author=Person.objects.system(), kind=Message.Kind.NOTE, text__icontains=address)
    found = [pk for pk, text in by_itself.values_list("pk", "text") if names(address, text)]
    Message.objects.filter(pk__in=found).update(text=BLANK, html="", quoted="")


def _letters(person: Person, own: list[int], address: str) -> None:
    """Emails of others that name their address: as a copy, as the one who asks, on the envelope, or in the head."""
    for letter in _naming(person, address).iterator():
        named = [entry for entry in letter.suggested if len(entry) > 1 and normal(entry[1]) == address]
        letter.suggested = [entry for entry in letter.suggested if entry not in named]
        if len(letter.forwarded) > 1 and normal(letter.forwarded[1]) == address:
            _passed_on(letter, own)
            letter.forwarded, named = [], ["forwarded"]
        if names(address, json.dumps(letter.envelope, ensure_ascii=False)):
            letter.envelope, named = {}, ["envelope"]
        if names(address, str(letter.proof.get("detail", ""))):
            letter.proof, named = {**letter.proof, "detail": ""}, ["proof"]
        if not named and not names(address, bytes(letter.raw).decode("latin-1")):
            continue
        letter.raw = b"" if letter.state != InboundMessage.State.NEW else letter.raw
        letter.save(update_fields=["suggested", "forwarded", "envelope", "proof", "raw"])


def _passed_on(letter: InboundMessage, own: list[int]) -> None:
    """Their words in the message of whoever forwarded them, or of the form; a forwarder's own stay. With it the email
    where it is attached, there and in the request that was opened for them."""
    by_form = letter.forwarded[3:4] == [BY_REPLY_TO]
    attached = Attachment.objects.filter(message=letter.message_id) if letter.message_id else Attachment.objects.none()
    attached = attached if by_form else attached.filter(type="message/rfc822")
    digests = list(attached.values_list("sha256", flat=True))
    files.remove(Q(sha256__in=digests, ticket__in=[*own, letter.ticket_id]))
    if (message := letter.message) is not None:
        text = BLANK if by_form else above(message.text) or BLANK
        Message.objects.filter(pk=message.pk).update(text=text, html="", quoted="")
        words.index([message.ticket_id])


def _naming(person: Person, address: str) -> QuerySet[InboundMessage]:
    said = Q(suggested__icontains=address) | Q(forwarded__icontains=address) | Q(envelope__icontains=address)
    unclaimed_too = Q(pk__in=unclaimed.naming(address).values("pk"))
    # Those that were asked for them before it was kept whose words they hold: what their requests follow.
    followed = Link.objects.filter(ticket__requester=person, kind=Link.Kind.FOLLOWS).values("other")
    of_a_request = Q(ticket__in=_took_part_in(person)) | Q(ticket__in=followed)
    return InboundMessage.objects.filter(said | Q(proof__icontains=address) | of_a_request | unclaimed_too)


def _took_part_in(person: Person) -> list[int]:
    took_part = Participant.objects.filter(person=person, role__in=TAKES_PART).values("ticket")
    wrote = Message.objects.filter(author=person).exclude(kind=Message.Kind.NOTE).values("ticket")
    declined = Event.objects.filter(name="declined", by=person).values("ticket")
    told = Delivery.objects.filter(person=person).values("ticket")
    rows = Ticket.objects.filter(Q(pk__in=took_part) | Q(pk__in=wrote) | Q(pk__in=declined) | Q(pk__in=told))
    return list(rows.values_list("pk", flat=True))


def _with(name: str) -> CombinedExpression:
    return CombinedExpression(F("payload"), "||", Value({"by": name}, JSONField()), output_field=JSONField())
