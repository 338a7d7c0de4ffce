"""A condition as a sentence in the active language: "When Desk is “IT” and (VIP is yes or Priority is “High”)"."""

from collections.abc import Sequence

from babel.lists import format_list
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from firstline.kit.conditions import durations
from firstline.kit.conditions.condition import Condition, Group, Test
from firstline.kit.conditions.operators import Takes


def sentence(condition: Condition) -> str:
    """All of it, without a full stop."""
    root = condition.root
    return _("When %(what)s") % {"what": _group(root)} if root.parts else _("Always")


def _group(group: Group) -> str:
    said = [_part(part, alone=len(group.parts) == 1) for part in group.parts]
    if group.kind == "all":
        return pgettext("between conditions", " and ").join(said)
    joined = pgettext("between conditions", " or ").join(said)
    return joined if group.kind == "any" else _("not (%(what)s)") % {"what": joined}


def _part(part: Group | Test, *, alone: bool) -> str:
    if isinstance(part, Test):
        return _test(part)
    said = _group(part)
    # "not (…)" has its brackets already, and what stands alone needs none.
    return said if alone or part.kind == "none" or len(part.parts) == 1 else _("(%(what)s)") % {"what": said}


def _test(test: Test) -> str:
    return str(test.operator.said) % {"field": test.field.label, "value": _value(test)}


def _value(test: Test) -> str:
    match test.operator.takes:
        case Takes.NOTHING:
            return ""
        case Takes.LENGTH:
            return durations.spoken(test.value)
        case Takes.WORDS:
            return f"“{test.value}”"
        case Takes.MANY:
            return _listed(test.field.called(test.value), "standard" if test.operator.key == "has_all" else "or")
        case _:
            return test.field.called([test.value])[0]


def _listed(things: Sequence[str], style: str) -> str:
    language = (get_language() or "en").replace("-", "_")
    return format_list(things, style=style, locale=language)  # type: ignore[arg-type]
