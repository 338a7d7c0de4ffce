"""The questions of forms as fields: "answers.12.model" is what the form 12 asks under that key.

An answer is known only on tickets of its form: the same key is another question elsewhere. What was answered before a
question changed its kind is not of the kind that is asked about, and counts as missing. A box that is not ticked is a
no.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db.models import BooleanField, Case, F, Func, JSONField, Q, TextField, Value, When
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact
from django.utils.functional import lazy

from firstline.catalog.forms import FieldSpec, specs_of
from firstline.catalog.models import RequestType
from firstline.catalog.show_if import type_of
from firstline.kit.conditions import Facts, Field
from firstline.kit.conditions.expressions import number
from firstline.kit.conditions.types import CHOICE, DATE, NUMBER, SET, TEXT, YES_NO
from firstline.kit.numbers import whole


class Answers:
    prefix = "answers."

    def find(self, key: str) -> Field | None:
        form, _dot, question = key.removeprefix(self.prefix).partition(".")
        found = RequestType.objects.filter(pk=whole(form) or 0).first()
        specs = _questions(found) if found else []
        return next((field_of(found.pk, spec) for spec in specs if found and spec.key == question), None)

    def all(self) -> Iterable[Field]:
        for form in RequestType.objects.order_by("pk"):
            for spec in _questions(form):
                yield field_of(form.pk, spec)


def field_of(form: int, spec: FieldSpec) -> Field:
    """The field of one question."""
    type = type_of(spec)

    def read(facts: Facts, at: datetime) -> Any:
        if facts.get("request_type_id") != form:
            return None
        answer = (facts.get("answers") or {}).get(spec.key)
        return answer is True if type is YES_NO else answer

    return Field(
        f"{Answers.prefix}{form}.{spec.key}",
        type,
        lazy(lambda: spec.label, str)(),
        read=read,
        sql=lambda at: Case(When(Q(request_type=form), then=SQL[type](spec.key))),
        uses=("answers", "request_type_id"),
        choices=(lambda: [(choice.value, choice.label) for choice in spec.choices]) if spec.choices else None,
        hangs_on=(("catalog.requesttype", form), ("question", (form, spec.key))),
    )


def _questions(form: RequestType) -> list[FieldSpec]:
    try:
        return specs_of(form.fields)
    except ValidationError:
        return []


def _answer(key: str) -> Any:
    return KeyTransform(key, F("answers"))


def _is(key: str, kind: str) -> Q:
    """That the answer is of this kind of JSON; nothing else is ever cast."""
    return Q(Exact(Func(_answer(key), function="jsonb_typeof", output_field=TextField()), kind))


def _text(key: str) -> Any:
    return Case(When(_is(key, "string"), then=KeyTextTransform(key, F("answers"))), output_field=TextField())


def _date(key: str) -> Any:
    words = KeyTextTransform(key, F("answers"))
    is_date = Func(words, template=r"(%(expressions)s) ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'", output_field=BooleanField())
    # Days are compared as text, which for these is their order; the collation of a database may have another one.
    return Case(When(_is(key, "string") & Q(is_date), then=Func(words, template='%(expressions)s COLLATE "C"')))


def _number(key: str) -> Any:
    return Case(When(_is(key, "number"), then=number(KeyTextTransform(key, F("answers")))))


def _set(key: str) -> Any:
    several = Case(When(_is(key, "array"), then=_answer(key)), default=Value([], JSONField()))
    return Func(
        several,
        template="ARRAY(SELECT jsonb_array_elements_text(%(expressions)s))",
        output_field=ArrayField(TextField()),
    )


def _yes_no(key: str) -> Any:
    return Coalesce(Q(Exact(KeyTextTransform(key, F("answers")), "true")), Value(False), output_field=BooleanField())


SQL = {TEXT: _text, CHOICE: _text, DATE: _date, NUMBER: _number, SET: _set, YES_NO: _yes_no}
