"""The fields of a ticket: that they are complete, said, and lead to what they depend on."""

from typing import Any

import pytest
from django.utils.translation import override

from firstline.catalog import config_cache
from firstline.catalog.models import RequestType
from firstline.kit.conditions import parse, sentence
from firstline.kit.conditions.operators import OF_TYPE
from firstline.tickets.conditions.facts import facts_of
from firstline.tickets.conditions.fields import FIELDS
from firstline.tickets.models import Ticket
from tests.cast import MONDAY, Cast, fresh
from tests.tickets.conditions import worlds

pytestmark = pytest.mark.django_db

UNASKED = {
    "id": "no condition is about one ticket",
    "number": "no condition is about one ticket",
    "prefix": "no condition is about one ticket",
    "requester_name": "found by words; the person is a field",
    "requester_email": "the person is a field",
    "answers": "each question is a field",
    "form_version_id": "by the key of a question, in whichever version it was answered",
    "merged_into_id": "no condition is about one ticket",
    "description": "found by words",
    "remarks": "found by words",
    "waited": "not said of a running ticket",
}
"""Columns of a ticket that no condition asks about, and why."""


def test_every_column_of_a_ticket_is_a_field_or_is_said_not_to_be() -> None:
    asked = {name for field in FIELDS.all() for name in field.facts()}
    columns = {field.attname for field in Ticket._meta.concrete_fields}
    assert columns - asked == UNASKED.keys()
    assert asked - columns == {"requester_manager_id", "clocks", "rated_at"}


def test_every_field_has_its_own_name_in_both_languages() -> None:
    Cast.make()
    for field in FIELDS.all():
        with override("en"):
            english = str(field.label)
        with override("zh-hans"):
            assert str(field.label) not in ("", english) or english == "VIP"


def test_a_condition_about_tickets_is_said_with_names() -> None:
    cast = Cast.make()
    config_cache.forget()
    form = worlds.forms(cast)[0]
    condition = parse(
        {
            "version": 1,
            "all": [
                {"field": "priority", "operator": "one_of", "value": [2, 1]},
                {"field": "team", "operator": "is", "value": cast.network.pk},
                {
                    "any": [
                        {"field": "assignee", "operator": "is", "value": cast.bo.pk},
                        {"field": "breached", "operator": "has", "value": "resolution"},
                        {"field": f"answers.{form.pk}.urgent", "operator": "is", "value": True},
                    ]
                },
                {"none": [{"field": "created_at", "operator": "in_last", "value": {"hours": 2}}]},
            ],
        },
        FIELDS,
    )
    with override("en"):
        assert sentence(condition) == (
            "When Priority is “Critical” or “High” and Team is “Network team” and (Agent is “Bo Wen” or Missed"
            " deadlines include “Resolution” or urgent is yes) and not (Created is within the last 2 hours)"
        )
    with override("zh-hans"):
        assert sentence(condition) == (
            "当优先级为“紧急”或“高”，且团队为“network 组”，且（处理人为“Bo Wen”，或已超过的时限包含“解决”，"
            "或urgent为“是”），且并非（创建时间在最近 2 小时内）时"
        )
    assert condition.depends_on().rows == {
        ("catalog.team", cast.network.pk),
        ("people.person", cast.bo.pk),
        ("catalog.requesttype", form.pk),
        ("question", (form.pk, "urgent")),
    }


def test_a_question_is_a_field_as_long_as_its_form_asks_it() -> None:
    form = worlds.forms(Cast.make())[0]
    assert FIELDS.find(f"answers.{form.pk}.model")
    wrong = [
        "answers.",
        "answers.x.model",
        f"answers.{form.pk}",
        f"answers.{form.pk}.gone",
        "answers.0.model",
        "answers.²",
    ]
    assert [FIELDS.find(key) for key in wrong] == [None] * len(wrong)
    RequestType.objects.filter(pk=form.pk).update(fields=[{"key": "model"}])
    assert FIELDS.find(f"answers.{form.pk}.model") is None


def test_an_answer_is_one_to_its_own_form_alone() -> None:
    cast = Cast.make()
    form, other = worlds.forms(cast)
    ticket = fresh(cast.ask(request_type=form, answers={"model": "X1", "count": 3}))
    asked: list[tuple[str, Any, bool]] = [("model", "X1", True), ("count", 3, True), ("urgent", False, True)]
    for key, value, met in asked:
        for each, expected in ((form, met), (other, False)):
            test = {"field": f"answers.{each.pk}.{key}", "operator": "is", "value": value}
            condition = parse({"version": 1, "all": [test]}, FIELDS)
            assert condition.holds(facts_of(ticket), MONDAY) is expected
            assert Ticket.objects.filter(condition.q(MONDAY)).exists() is expected


def test_every_type_of_field_is_among_a_tickets() -> None:
    worlds.forms(Cast.make())
    assert {field.type for field in FIELDS.all()} == OF_TYPE.keys()
