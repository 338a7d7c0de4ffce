"""Reads a condition from JSON that anybody may have written, and says which part of it is wrong."""

from typing import Any, cast, get_args

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from firstline.kit.conditions import durations
from firstline.kit.conditions.condition import VERSION, Condition, Group, GroupKind, Test
from firstline.kit.conditions.fields import Field, Fields
from firstline.kit.conditions.operators import OF_TYPE, OPERATORS, Takes
from firstline.kit.conditions.types import LONGEST_TEXT, TEXT
from firstline.kit.limits import limit
from firstline.kit.tokenizer import query_words

DEEPEST = limit(
    5,
    "groups",
    of="groups of a condition inside each other",
    per="condition",
    said="Groups can stand inside each other 5 deep.",
)
MOST_PARTS = limit(
    100, "parts", of="tests and groups", per="condition", said="A condition has at most 100 tests and groups."
)
MOST_VALUES = limit(
    500, "values", of="values of which one must be met", per="test of a condition", said="Give at most 500 values."
)
GROUPS = get_args(GroupKind)


def parse(given: Any, fields: Fields) -> Condition:
    """The condition, with its values as Python has them. Raises ValidationError with a sentence for its author."""
    if not isinstance(given, dict) or "version" not in given:
        raise ValidationError(_("A condition has a version, and “all”, “any” or “none” of its parts."))
    if type(given["version"]) is not int or given["version"] != VERSION:
        raise ValidationError(_("This condition is of another version of the grammar."))
    return Condition(_Parser(fields).group({key: part for key, part in given.items() if key != "version"}, ()))


class _Parser:
    def __init__(self, fields: Fields) -> None:
        self.fields = fields
        self.parts = 0

    def group(self, given: dict[str, Any], place: tuple[int, ...]) -> Group:
        if len(given) != 1 or next(iter(given)) not in GROUPS:
            raise _wrong(place, _("A group is “all”, “any” or “none” of its parts."))
        kind, parts = next(iter(given.items()))
        if not isinstance(parts, list):
            raise _wrong(place, _("The parts of a group are a list."))
        if len(place) >= DEEPEST:
            raise _wrong(place, _("Groups can stand inside each other %(most)d deep.") % {"most": DEEPEST})
        if not parts and (place or kind != "all"):
            raise _wrong(place, _("A group has at least one part."))
        self.parts += len(parts)
        if self.parts > MOST_PARTS:
            raise _wrong(place, _("A condition has at most %(most)d tests and groups.") % {"most": MOST_PARTS})
        inside = tuple(self.part(part, (*place, number)) for number, part in enumerate(parts, start=1))
        return Group(cast(GroupKind, kind), inside)

    def part(self, given: Any, place: tuple[int, ...]) -> Group | Test:
        if not isinstance(given, dict):
            raise _wrong(place, _("It is neither a test nor a group."))
        return self.test(given, place) if "field" in given else self.group(given, place)

    def test(self, given: dict[str, Any], place: tuple[int, ...]) -> Test:
        key, name = given["field"], given.get("operator")
        field = self.fields.find(key) if isinstance(key, str) else None
        if field is None:
            raise _wrong(place, _("There is no field “%(field)s”.") % {"field": key})
        if not isinstance(name, str) or name not in OF_TYPE[field.type]:
            raise _wrong(
                place,
                _("“%(field)s” cannot be asked “%(operator)s”.") % {"field": field.label, "operator": name},
            )
        operator = OPERATORS[name]
        wanted = {"field", "operator"} | ({"value"} if operator.takes is not Takes.NOTHING else set())
        if given.keys() != wanted:
            raise _wrong(place, _("A test has these: %(keys)s.") % {"keys": ", ".join(sorted(wanted))}, about=field)
        try:
            return Test(field, operator, _value(operator.takes, field, given.get("value")))
        except ValueError as error:
            raise _wrong(place, _said(operator.takes, field, given.get("value")), about=field) from error


def _value(takes: Takes, field: Field, given: Any) -> Any:
    match takes:
        case Takes.NOTHING:
            return None
        case Takes.LENGTH:
            return durations.read(given)
        case Takes.MANY:
            if not isinstance(given, list) or not 1 <= len(given) <= MOST_VALUES:
                raise ValueError(given)
            return tuple(sorted({field.type.value(each) for each in given}))
        case Takes.WORDS if not query_words(TEXT.value(given)):
            raise ValueError(given)
        case _:
            return field.type.value(given)


def _said(takes: Takes, field: Field, given: Any) -> str:
    if takes is Takes.LENGTH:
        return _("Give a time such as 3 days, of at most ten years.")
    if takes is Takes.MANY and not isinstance(given, list):
        return _("Give a list of values.")
    if takes is Takes.MANY and len(given) > MOST_VALUES:
        return _("Give at most %(most)d values.") % {"most": MOST_VALUES}
    if takes is Takes.MANY and not given:
        return _("Give at least one value.")
    return str(field.type.wanted) % {"most": LONGEST_TEXT}


def _wrong(place: tuple[int, ...], what: str, *, about: Field | None = None) -> ValidationError:
    """`place` is the way down to the part: (2, 1) is the first part of the second group."""
    if about is not None:
        what = _("“%(field)s”: %(what)s") % {"field": about.label, "what": what}
    if not place:
        return ValidationError(what)
    return ValidationError(
        _("Part %(place)s of the condition: %(what)s"), params={"place": ".".join(map(str, place)), "what": what}
    )
