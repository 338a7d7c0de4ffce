"""The table of relations in random worlds: what it says of one ticket in memory, of all of them in SQL, of the persons
of a ticket, of each thing said, each file and each live page is one and the same."""

from datetime import timedelta
from random import Random

import pytest
from django.db import connection

from firstline.catalog.models import Membership
from firstline.kit import clock
from firstline.people.models import Person
from firstline.tickets import access, audience
from firstline.tickets.access import ACCESS, ASKING, INSIDE, SEEING, Relation
from firstline.tickets.models import Attachment, Event, Message, Participant, Ticket
from firstline.tickets.rights import readers_of, relations, works_on
from firstline.tickets.write_guard import door
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db
NOW = MONDAY + timedelta(hours=5)
MOMENTS = [NOW - timedelta(minutes=minutes) for minutes in (0, 1, 2, 3, 4)]
SEEDS = range(6)


def world(cast: Cast, seed: int) -> None:
    """Seats, requests, who takes part in them, what was said and which files: at random, but what a merge brings."""
    some = Random(seed)
    people = [*Person.objects.filter(kind="human"), *(newcomer(number) for number in range(4))]
    Membership.objects.all().delete()
    Person.objects.system()
    for number, person in enumerate(people[::2]):
        for desk in some.sample([cast.it, cast.hr], k=some.choice([1, 1, 2])):
            role = Membership.Role.values[number % 3]
            Membership.objects.create(person=person, desk=desk, role=role, team=cast.first if desk == cast.it else None)
    with door():
        tickets = [asked(cast, some, people) for _ in range(8)]
        for ticket in tickets:
            for person in some.sample(people, k=4):
                takes_part(some, ticket, person, came_with=None)
        for one, other in zip(tickets[:3], tickets[3:6], strict=True):
            for person in {one.requester, *(each.person for each in one.participants.select_related("person"))}:
                takes_part(some, other, person, came_with=one)
        for ticket in tickets:
            for home in (None, *([tickets[tickets.index(ticket) - 3]] if ticket in tickets[3:6] else [])):
                for _ in range(6):
                    say(some, ticket, home, people)


def newcomer(number: int) -> Person:
    return Person.objects.create_person(name=f"Newcomer {number}", email=f"new{number}@corp.example")


def asked(cast: Cast, some: Random, people: list[Person]) -> Ticket:
    person = some.choice(people)
    ticket = cast.asked(by=person, requester=person, desk=some.choice([cast.it, cast.hr]), service=None)
    ticket.participants.all().delete()
    return ticket


def takes_part(some: Random, ticket: Ticket, person: Person, *, came_with: Ticket | None) -> None:
    roles = [Participant.Role.PARTICIPANT] if came_with else some.sample(Participant.Role.values, k=some.choice([1, 2]))
    for role in roles:
        given = {"sees_from": some.choice([None, *MOMENTS]), "came_with": came_with}
        Participant.objects.get_or_create(ticket=ticket, person=person, role=role, defaults=given)


def say(some: Random, ticket: Ticket, home: Ticket | None, people: list[Person]) -> None:
    author, at = some.choice(people), some.choice(MOMENTS)
    message = Message.objects.create(
        ticket=ticket, origin=home, author=author, created_at=at, kind=some.choice(Message.Kind.values), text="x",
        channel="portal", to_askers=some.choice([True, False]),
        leaves_at=at + some.choice([timedelta(0), timedelta(minutes=10)]),
        withdrawn_at=some.choice([None, None, None, at]),
    )  # fmt: skip
    Attachment.objects.create(ticket=ticket, message=message, uploader=author, name="a.txt", size=1, sha256="0" * 64)


def everybody() -> list[Person]:
    """Each with no more in memory than a request begins with."""
    return list(Person.objects.all())


@pytest.mark.parametrize("seed", SEEDS)
def test_one_ticket_all_tickets_and_all_persons_give_the_same_relations(cast: Cast, seed: int) -> None:
    world(cast, seed)
    found: set[Relation] = set()
    for relation in ACCESS:
        only = frozenset({relation})
        for person in everybody():
            to = set(Ticket.objects.filter(access.anyhow(person, Ticket, only)))
            assert to == {ticket for ticket in Ticket.objects.all() if access.held(person, ticket, only)}
            found |= {relation} if to else set()
        for ticket in Ticket.objects.all():
            those = set(Person.objects.filter(access.persons(ticket, only)))
            assert those == {person for person in everybody() if access.held(person, ticket, only)}
    assert found == set(ACCESS)


@pytest.mark.parametrize("seed", SEEDS)
def test_whoever_stands_in_some_way_to_a_ticket_finds_it_and_nobody_else(cast: Cast, seed: int) -> None:
    world(cast, seed)
    for person in everybody():
        visible, involving = Ticket.objects.visible_to(person), Ticket.objects.involving(person)
        for ticket in Ticket.objects.all():
            assert (ticket in visible) == bool(access.held(person, ticket, SEEING)) == bool(relations(person, ticket))
            assert (ticket in involving) == bool(access.held(person, ticket, ASKING))
            inside = bool(access.held(person, ticket, INSIDE))
            assert inside == works_on(person, ticket) == (ticket.desk_id in access.inside_of(person))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_word_and_its_file_are_read_by_the_same_people_however_it_is_asked(cast: Cast, seed: int) -> None:
    world(cast, seed)
    with clock.moved(NOW):
        read = {each: readers_of(each) for each in Message.objects.select_related("ticket", "origin")}
        with_files = {each.message for each in Attachment.objects.select_related("message")}
        for person in everybody():
            readable = set(Message.objects.readable_by(person))
            hidden = set(Message.objects.hidden_from(person).filter(ticket__in=Ticket.objects.visible_to(person)))
            files = {each.message for each in Attachment.objects.visible_to(person).select_related("message")}
            for message, readers in read.items():
                left = message.kind != "note" and not message.withdrawn_at and message.leaves_at <= NOW
                knows = bool(access.held(person, message.ticket, SEEING))
                expected = works_on(person, message.ticket) or (knows and left and person.pk in readers)
                assert (message in readable) == expected
                assert (message in files) == (expected and message in with_files)
                assert (message in Message.objects.visible_to(person, message.ticket)) == expected
                assert (message in hidden) == (knows and not expected)


@pytest.mark.parametrize("seed", SEEDS)
def test_live_pages_of_whoever_reads_the_next_word_are_called(cast: Cast, seed: int) -> None:
    world(cast, seed)
    some, people = Random(seed), everybody()
    for ticket in Ticket.objects.all():
        told: list[int] = []
        merged = ticket.participants.exclude(came_with=None).values("came_with")
        homes = [None, *Ticket.objects.filter(pk__in=merged)]
        with door(), clock.moved(NOW + timedelta(minutes=20)):
            kind = some.choice(["reply", "request"])
            message = Message.objects.create(
                ticket=ticket, author=some.choice(people), kind=kind, text="x", channel="portal", created_at=NOW,
                leaves_at=NOW, to_askers=some.choice([True, False]), origin=some.choice(homes),
            )  # fmt: skip
            name = "replied" if kind == "reply" else "asked"
            told += [Event.objects.create(ticket=ticket, name=name, by=message.author, data={"message": message.pk}).pk]
        (row,) = _rows(told)
        called = audience.of(row, now=NOW + timedelta(minutes=20)).asking
        ticket_readers = readers_of(message) & {
            person.pk for person in people if access.held(person, ticket, ASKING)
        } - ({message.author_id} - readers_but_the_author(message))
        assert called == ticket_readers


def readers_but_the_author(message: Message) -> set[int]:
    """Whoever reads it by how they stand to it, and not for having written it."""
    nobody = Person.objects.create_person(name="Nobody")
    author, message.author = message.author, nobody
    found = readers_of(message) - {nobody.pk}
    message.author = author
    return found


def _rows(events: list[int]) -> list[tuple]:  # type: ignore[type-arg]
    with connection.cursor() as cursor:
        cursor.execute(audience.ASK, audience.values(events, now=NOW + timedelta(minutes=20)))
        return list(cursor.fetchall())
