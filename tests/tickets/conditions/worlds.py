"""Random tickets and random conditions about them, of every field and every operator that there is."""

from datetime import timedelta
from random import Random
from typing import Any

from hypothesis import strategies as st

from firstline.catalog.models import ClosureCode, RequestType, Status
from firstline.kit.conditions import Field
from firstline.kit.conditions.operators import OF_TYPE, OPERATORS, Takes
from firstline.kit.conditions.types import CHOICE, DATE, NUMBER, PERSON, REFERENCE, SET, TEXT, TIME, WORDS, YES_NO
from firstline.people.models import Person
from firstline.tickets import channels, search
from firstline.tickets.conditions.fields import FIELDS
from firstline.tickets.models import NEVER, Clock, Rating, Ticket
from firstline.tickets.write_guard import door
from tests.cast import MONDAY, Cast

NOW = MONDAY + timedelta(days=2)
TEXTS = [
    "",
    "VPN",
    "vpn keeps dropping",
    "50% off_\\",
    "打印机 没纸",
    "Ärger im BÜRO",
    "ärger im büro",
    "a\nb",
    "I İ ı ß ẞ",
]
WORDS_ASKED = ["vpn", "打印", "dropp", "büro", "nothing of the kind"]
MOMENTS = [NOW + timedelta(hours=hours) for hours in (-24 * 40, -72, -3, -1, 0, 1, 3, 72)]
EDGES = [None, NOW, NOW, NOW, *MOMENTS]
"""Moments of clocks: often this very one, where a deadline is missed or not yet."""
DAYS = ["2026-11-20", "2026-11-25", "2026-11-28"]
TAGS = ["vip", "VPN", "打印", "a,b", "{x}", ""]
QUESTIONS = [
    {"key": "model", "kind": "text"},
    {"key": "a__lot", "kind": "textarea"},
    {"key": "size", "kind": "select", "choices": [{"value": v, "label_en": v, "label_zh": v} for v in ("s", "大")]},
    {"key": "parts", "kind": "checkbox", "choices": [{"value": v, "label_en": v, "label_zh": v} for v in TAGS[:5]]},
    {"key": "urgent", "kind": "checkbox"},
    {"key": "count", "kind": "number"},
    {"key": "day", "kind": "date"},
]
ANSWERS: list[Any] = [
    None,
    "",
    "VPN",
    "s",
    "大",
    True,
    False,
    0,
    3,
    2.5,
    -1,
    "3",
    [],
    ["VPN", "打印"],
    ["a,b"],
    {},
    *DAYS,
    "soon",
]
NUMBERS = [0, 1, 2, 3, 2.5, -1, 10**15 - 1, 0.1]


def forms(cast: Cast) -> list[RequestType]:
    """Two forms with the same keys: an answer to one is none to the other."""
    questions = [{"label_en": q["key"], "label_zh": q["key"], **q} for q in QUESTIONS]
    names = {"name_en": "Form", "name_zh": "表单"}
    return [RequestType.objects.create(desk=cast.it, key=f"f{n}", fields=questions, **names) for n in (1, 2)]


def tickets(cast: Cast, *, count: int) -> list[Ticket]:
    """As wild as the columns allow, many of them with nothing in what may be empty."""
    draw = Random(7)
    some, made = draw.choice, []
    asked = forms(cast)
    people = list(Person.objects.all())
    cast.mei.manager = cast.dana
    cast.mei.save()
    statuses, options = list(Status.objects.all()), list(ClosureCode.objects.all())
    for _number in range(count):
        team = some([None, cast.first, cast.network, cast.business])
        status = some(statuses)
        made.append(
            Ticket(
                desk=some([cast.it, cast.hr]), prefix="IT", subject=some(TEXTS), kind=some(Ticket.Kind.values),
                channel=some(channels.known()), served_by=some(Ticket.Service.values), scenario=some(TEXTS),
                service=some([None, cast.vpn, cast.sap]), request_type=some([None, *asked]),
                tags=draw.sample(TAGS, k=some([0, 1, 2])),
                answers={q["key"]: value for q in QUESTIONS if (value := some(ANSWERS)) is not None},
                status=status, phase=status.category, impact=some([1, 2, 3]), urgency=some([1, 2, 3]),
                priority=some([1, 2, 3, 4]), team=team, line=team and team.line, assignee=some([None, *people]),
                snoozed_until=some([None, *MOMENTS]), waiting_until=some([None, *MOMENTS]), creator=some(people),
                requester=some(people), asked_by=some([None, *people]), requester_name="x",
                requester_department=some(["", "Finance", "财务"]), requester_country=some(["", "CN"]),
                requester_city=some(TEXTS), vip=some([True, False]), verified=some([True, False]),
                created_at=some(MOMENTS), updated_at=some(MOMENTS), accepted_at=some([None, *MOMENTS]),
                first_response_at=some([None, *MOMENTS]), resolved_at=some([None, *MOMENTS]),
                closed_at=some([None, *MOMENTS]), closed_by=some([None, *people]),
                unanswered_since=some([None, *MOMENTS]),
                module=some([None, *options]), cause=some([None, *options]), business=some([None, *options]),
                repeated=some([None, True, False]), first_contact=some([True, False]), misclassified=some([0, 1, 2]),
                reopened=some([0, 1, 3]), satisfaction=some([None, 1, 2, 3]), due_at=some([NEVER, *MOMENTS]),
                due_clock=some(["", *Clock.Kind.values]),
            )
        )  # fmt: skip
    with door():
        Ticket.objects.bulk_create(made)
        for ticket in made:
            for kind in draw.sample(Clock.Kind.values, k=some([0, 1, 3])):
                Clock.objects.create(
                    ticket=ticket, kind=kind, calendar=cast.it.calendar, minutes=5,
                    state=some([*Clock.State.values, *["running"] * 3]),
                    started_at=MOMENTS[0], stopped_at=some(EDGES), due_at=some(EDGES), warn_at=some(EDGES),
                )  # fmt: skip
            if some([True, False]):
                Rating.objects.create(ticket=ticket, by=cast.mei, score=1, changed_at=some(MOMENTS))
    search.index(*[ticket.pk for ticket in made[::2]])  # the others wait to be indexed
    return list(Ticket.objects.filter(pk__in=[ticket.pk for ticket in made]).order_by("pk"))


def tests() -> list[dict[str, Any]]:
    """Every field with every operator and each of many values, as JSON."""
    return [test for field in FIELDS.all() for key in OF_TYPE[field.type] for test in tests_of(field, key)]


def one_of_each() -> list[dict[str, Any]]:
    """Every field with every operator and some value."""
    found = [(field, tests_of(field, key)) for field in FIELDS.all() for key in OF_TYPE[field.type]]
    return [several[number % len(several)] for number, (_field, several) in enumerate(found)]


def of_each_type() -> list[dict[str, Any]]:
    """One field of each type that may be missing, with every operator and each of many values; two where a value stands
    for "nothing"."""
    keys = "subject words due_clock service assignee tags repeated resolved_at due_at reopened breached near".split()
    form = min(RequestType.objects.filter(fields__0__key="model").values_list("pk", flat=True))
    fields = [FIELDS.find(key) for key in [*keys, *(f"answers.{form}.{key}" for key in ("count", "day", "parts"))]]
    return [test for field in fields if field for key in OF_TYPE[field.type] for test in tests_of(field, key)]


def conditions() -> st.SearchStrategy[dict[str, Any]]:
    """Any of these in groups inside groups."""
    group = st.recursive(
        st.sampled_from(tests()),
        lambda parts: st.builds(
            lambda kind, inside: {kind: inside},
            st.sampled_from(["all", "any", "none"]),
            st.lists(parts, min_size=1, max_size=3),
        ),
        max_leaves=5,
    )
    return group.map(lambda part: {"version": 1, **(part if "field" not in part else {"all": [part]})})


def tests_of(field: Field, key: str) -> list[dict[str, Any]]:
    """One field with one operator and each of many values."""
    test = {"field": field.key, "operator": key}
    match OPERATORS[key].takes:
        case Takes.NOTHING:
            return [test]
        case Takes.LENGTH:
            given: list[Any] = [{"minutes": 1}, {"hours": 1}, {"hours": 2}, {"days": 3}, {"weeks": 8}]
        case Takes.MANY:
            values = _values(field, key)
            given = [[value] for value in values] + [values, values[::2], values[1::2]]
        case _:
            given = _values(field, key)
    return [test | {"value": value} for value in given if value != []]


def _values(field: Field, key: str) -> list[Any]:
    if key.startswith("matches"):
        return [
            "*",
            "?*",
            "vpn*",
            "*b?ro",
            "vpn",
            "*VPN*",
            "*%*",
            "*\\",
            "a?b",
            "???",
            "v*k*p*",
            "* *?",
            "打*纸",
            "*.*",
            "*_*",
            "*off_?",
        ]
    if field.choices:
        unknown = 10**12 if field.type is REFERENCE else "x"
        return [*(value for value, _label in field.choices()), unknown]
    return {
        TEXT: [*(text for text in TEXTS if text), "Finance", "finance", "CN", "%", "_", "v", "N", "Ä", "ss", "i"],
        CHOICE: ["L1", "IT", "vpn"],
        PERSON: [*Person.objects.values_list("pk", flat=True), 10**12],
        NUMBER: NUMBERS,
        TIME: [moment.isoformat() for moment in MOMENTS],
        DATE: DAYS,
        YES_NO: [True, False],
        SET: [*(tag for tag in TAGS if tag), "x" * 60, "V"],
        WORDS: WORDS_ASKED,
    }[field.type]
