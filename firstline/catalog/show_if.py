"""When a question of a form appears, as a condition about the answers to the questions before it.

It is kept as {question: [answers]}: each of them has one of its answers. The release before knows no other form, so it
is read as a condition here and nowhere else.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from firstline.kit.conditions import Condition, Field, Fields, parse
from firstline.kit.conditions.condition import VERSION
from firstline.kit.conditions.types import CHOICE, DATE, NUMBER, SET, TEXT, YES_NO, Type

if TYPE_CHECKING:
    from firstline.catalog.forms import FieldSpec

TYPES = {"select": CHOICE, "radio": CHOICE, "number": NUMBER, "date": DATE}
"""By kind of question; all others are answered by text, and a box by ticking."""


def type_of(spec: "FieldSpec") -> Type:
    """Of what type the answer to a question is."""
    if spec.kind == "checkbox":
        return SET if spec.choices else YES_NO
    return TYPES.get(spec.kind, TEXT)


def condition_of(show_if: Mapping[str, Iterable[str]], questions: Iterable["FieldSpec"]) -> Condition:
    """The condition that `show_if` means, about these questions."""
    types = {spec.key: type_of(spec) for spec in questions}
    fields = Fields(Field(key, type, key) for key, type in types.items())
    parts = [_part(key, types[key], answers) for key, answers in show_if.items()]
    return parse({"version": VERSION, "all": parts}, fields)


def _part(key: str, type: Type, answers: Iterable[str]) -> dict[str, Any]:
    """That the question has one of the answers."""
    values = list(_values(type, answers))
    if not values:
        return {"all": [{"field": key, "operator": "is_empty"}, {"field": key, "operator": "is_not_empty"}]}  # never
    if type in (TEXT, CHOICE, SET):
        return {"field": key, "operator": "has_any" if type is SET else "one_of", "value": values}
    return {"any": [{"field": key, "operator": "is", "value": value} for value in values]}


def _values(type: Type, answers: Iterable[str]) -> Iterator[Any]:
    """The answers that a question of this type can have: a tick is "yes"."""
    for answer in answers:
        try:
            value = float(answer) if type is NUMBER else answer == "yes" if type is YES_NO else answer
            if value is not False:
                yield type.written(type.value(value))
        except ValueError:
            continue
