"""What a program may send: every bound of every field, written down a second time."""

from typing import Any
from uuid import uuid4

import pytest
from ninja import Schema
from pydantic import ValidationError

from firstline.api import shapes
from tests.api.test_api import Program
from tests.background import run_jobs
from tests.cast import Cast

SOME = {"text": "x", "impact": 1, "urgency": 1, "score": 1, "resolution": "x", "message": 1, "emails": [], "files": []}
# Shape, field, values that may be said, and some that may not
BOUNDS: list[tuple[str, str, list[Any], list[Any]]] = [
    ("TicketIn", "subject", ["", "x" * 250], ["x" * 251]),
    ("TicketIn", "text", ["", "x" * 100_000], ["x" * 100_001]),
    ("TicketIn", "format", ["plain", "markdown"], ["html", ""]),
    ("TicketIn", "channel", "api chat alert phone walk_in portal email".split(), ["fax", ""]),
    ("TicketIn", "impact", [1, 2, 3], [0, 4]),
    ("TicketIn", "urgency", [1, 2, 3], [0, 4]),
    ("TicketIn", "files", [[], [uuid4()] * 20], [[uuid4()] * 21, ["x"]]),
    ("MessageIn", "text", ["", "x" * 100_000], ["x" * 100_001]),
    ("MessageIn", "format", ["plain", "markdown"], ["html"]),
    ("MessageIn", "files", [[], [uuid4()] * 20], [[uuid4()] * 21]),
    ("PriorityIn", "impact", [1, 2, 3], [0, 4]),
    ("PriorityIn", "urgency", [1, 2, 3], [0, 4]),
    ("WriteDownIn", "channel", ["phone", "walk_in"], ["email", "portal", "chat", "api"]),
    ("HoldIn", "reason", ["requester", "vendor", "approval", "date"], ["x", ""]),
    ("ResolveIn", "format", ["plain", "markdown"], ["html"]),
    ("RateIn", "score", [1, 2, 3], [0, 4]),
    ("RateIn", "stars", [None, 1, 5], [0, 6]),
    ("MentionIn", "emails", [[], ["x"] * 20], [["x"] * 21]),
    ("FilesIn", "files", [[], [uuid4()] * 20], [[uuid4()] * 21]),
]


@pytest.mark.parametrize(
    ("shape", "name", "said", "refused"), BOUNDS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_each_bound_is_where_it_is(shape: str, name: str, said: list[Any], refused: list[Any]) -> None:
    kind: type[Schema] = getattr(shapes, shape)
    base = {field: SOME.get(field, "phone") for field, about in kind.model_fields.items() if about.is_required()}
    for value in said:
        assert getattr(kind.model_validate({**base, name: value}), name) == value
    for value in refused:
        with pytest.raises(ValidationError):
            kind.model_validate({**base, name: value})


def test_no_bound_is_without_a_row() -> None:
    bounded = {
        (kind.__name__, name)
        for kind in vars(shapes).values()
        if isinstance(kind, type) and issubclass(kind, Schema) and kind.__name__.endswith("In")
        for name, about in kind.model_fields.items()
        if about.metadata or "Literal" in str(about.annotation)
    }
    # Which message it is about must be a number.
    assert bounded <= {(shape, name) for shape, name, _said, _refused in BOUNDS}


@pytest.mark.django_db
def test_each_filter_of_the_list_narrows_it() -> None:
    cast = Cast.make()
    from firstline.tickets import actions

    mine = cast.asked(subject="Printer", urgency=3)
    hers = cast.asked(by=cast.omar, subject="Scanner", channel="chat")
    actions.accept(mine, by=cast.bo)
    actions.classify(mine, by=cast.bo, kind="incident", service=None)
    run_jobs()
    dana, bo = Program(cast.dana), Program(cast.bo)

    def found(query: str, program: Program = dana) -> set[str]:
        return {each["number"] for each in program("GET", f"/tickets?{query}").json()["items"]}

    both = {mine.number, hers.number}
    assert found("") == both
    for query, wanted in {
        "desk=IT": both, "desk=HR": set(), "phase=in_progress": {mine.number}, "phase=pending": {hers.number},
        "kind=incident": {mine.number}, "kind=inquiry": {hers.number}, "channel=chat": {hers.number},
        "channel=portal": {mine.number}, "priority=2": {mine.number}, "priority=4": set(),
        "assignee=bo@corp.example": {mine.number}, "assignee=me": set(), "requester=omar@corp.example": {hers.number},
        "requester=me": set(), "q=printer": {mine.number}, "q=nothing": set(),
    }.items():  # fmt: skip
        assert found(query) == wanted, query
    assert found("assignee=me", bo) == {mine.number}
    assert found("requester=me", Program(cast.omar)) == {hers.number}


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "most"), [("/tickets", 100), ("/persons", 100)])
def test_a_page_has_one_row_at_least_and_so_many_at_most(path: str, most: int) -> None:
    cast = Cast.make()
    cast.ask()
    bo = Program(cast.bo)
    for limit, status in ((0, 422), (1, 200), (most, 200), (most + 1, 422)):
        answer = bo("GET", f"{path}?limit={limit}&q=vpn")
        assert answer.status_code == status, answer.content
    assert bo("GET", "/persons?q=").status_code == 422
