"""Which statements PostgreSQL keeps the plan of, and which it plans afresh."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.db.models import QuerySet

from firstline.kit.compiled_queries import composed, composed_list
from firstline.kit.prepared_statements import AFTER, prepared
from firstline.people.models import Person
from firstline.tickets.counting import counted, counts, ready
from firstline.tickets.models import Ticket

pytestmark = pytest.mark.django_db


@composed
def named(name: str) -> QuerySet[Person]:
    return Person.objects.filter(name=name)


@composed_list
def living_in(city: str) -> QuerySet[Person]:
    return Person.objects.filter(city=city)


def is_prepared(part: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE position(%s IN statement) > 0", [part])
        return bool(cursor.fetchone()[0])


def often(ask: Callable[[], object]) -> None:
    for _each in range(AFTER + 2):
        ask()


def test_what_is_composed_once_is_planned_once_and_answers_as_before() -> None:
    Person.objects.create(name="Lin Mei", email="mei@prepared.example")
    often(lambda: named("Nobody"))
    assert is_prepared('"people_person"."name" = $1')
    assert [person.email for person in named("Lin Mei")] == ["mei@prepared.example"]


def test_counts_that_come_again_are_and_those_of_a_search_are_not() -> None:
    often(lambda: counted({}, beside=ready("prepared", lambda: {"new": Ticket.objects.filter(phase="new")}, most=7)))
    assert is_prepared("LIMIT 7")
    often(lambda: counted({}, beside=counts({"found": Ticket.objects.filter(subject="zebra")}, most=8)))
    assert not is_prepared("LIMIT 8")


def test_other_statements_are_planned_each_time() -> None:
    with prepared(connection):
        pass
    often(lambda: list(Person.objects.filter(department="prepared")))
    assert not is_prepared('"department" = $1')
    often(lambda: living_in("Shanghai"))
    assert not is_prepared('"city" = $1')
