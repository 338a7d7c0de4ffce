"""Queries that are composed once and asked again with other values."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.sql.compiler import SQLCompiler
from django.test.utils import CaptureQueriesContext

from firstline.kit import clock
from firstline.kit.compiled_queries import composed
from firstline.people.models import Person

pytestmark = pytest.mark.django_db


@composed
def named(name: str, city: str) -> QuerySet[Person]:
    return Person.objects.filter(Q(name=name) | Q(name=city, city=name) | Q(city=city)).order_by("pk")


@composed
def lately(*, kind: str) -> QuerySet[Person, tuple[str]]:
    since = clock.now() - timedelta(minutes=5)
    return Person.objects.filter(created_at__gte=since, kind=kind).order_by("pk").values_list("name")


def person(name: str, **more: Any) -> Person:
    return Person.objects.create_person(name=name, **more)


def test_the_rows_are_those_of_the_values_given_each_time() -> None:
    mei, lin = person("Mei"), person("Lin", city="Suzhou")
    assert named("Mei", "Nowhere") == [mei]
    assert named("Nobody", "Suzhou") == [lin]
    assert named("Nobody", "Nowhere") == []


def test_it_is_composed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    named("Mei", "Suzhou")
    monkeypatch.setattr(SQLCompiler, "as_sql", lambda *given, **named: pytest.fail("composed again"))
    with CaptureQueriesContext(connection) as asked:
        named("Lin", "Kiel")
    assert "'Lin'" in asked[0]["sql"]
    assert "'Mei'" not in asked[0]["sql"]


def test_what_is_given_by_name_has_a_statement_of_its_own() -> None:
    person("Mei"), person("Robot", kind="bot")
    assert lately(kind="human") == [("Mei",)]
    assert lately(kind="bot") == [("Robot",)]


def test_a_span_before_now_moves_with_the_time() -> None:
    with clock.moved(clock.now() - timedelta(hours=1)):
        person("Mei")
        assert lately(kind="human") == [("Mei",)]
    assert lately(kind="human") == []


def test_related_rows_and_missing_columns_are_as_django_gives_them() -> None:
    @composed
    def of_manager(pk: int) -> QuerySet[Person]:
        return Person.objects.filter(manager=pk).select_related("manager").only("name", "manager__name")

    dana = person("Dana", city="Kiel")
    person("Mei", manager=dana)
    (found,) = of_manager(dana.pk)
    with CaptureQueriesContext(connection) as asked:
        assert (found.name, found.manager.name) == ("Mei", "Dana")  # type: ignore[union-attr]
    assert not asked.captured_queries
    assert found.manager.city == "Kiel"  # type: ignore[union-attr]  # fetched when it is wanted


def test_a_value_that_does_not_reach_the_query_as_it_is_is_refused() -> None:
    @composed
    def beginning(name: str) -> QuerySet[Person]:
        return Person.objects.filter(name__startswith=name)

    with pytest.raises(AssertionError, match="do not stand in the query"):
        beginning("Mei")


def test_a_query_that_can_have_no_rows_has_none() -> None:
    @composed
    def none(pk: int, since: datetime) -> QuerySet[Person]:
        return Person.objects.filter(pk=pk, created_at__gt=since).none()

    assert none(1, clock.now()) == []


def test_where_somebody_works_decides_what_his_statement_is(django_assert_num_queries: Any) -> None:
    mei = person("Mei")
    assert mei.shape == Person.objects.get(pk=mei.pk).shape
    assert mei.shape != Person(pk=mei.pk, admin=True).shape
