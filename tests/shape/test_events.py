"""What an event says is read through `event_versions`, so that there is one place that knows what older versions said;
and each column of a ticket is told, or is said not to be."""

import ast
import re
from collections.abc import Iterator

import pytest

from firstline.tickets.event_versions import ASKED, STEPS, VERSION
from firstline.tickets.models import Event, Ticket
from firstline.tickets.tracked import TRACKED
from tests.shape.sources import trees

READERS = {"firstline/tickets/event_versions.py", "firstline/tickets/models/event.py"}
ERASER = {"firstline/retention/words.py"}
"""It takes the words out of events of the first version, where they stand among the rest."""
# How SQL names a key of the shape: e.data ->> 'message', data -> 'changes' -> 'phase'
KEY_IN_SQL = re.compile(r"\bdata\s*->>?\s*'(\w+)'(?:\s*->>?\s*'(\w+)')?")
KEY_IN_LOOKUP = re.compile(r"data__(\w+?)(?:__(\w+))?$")
OF_LOOKUPS = {"has_key"}
TO_VERSION_2 = (
    "subject kind served_by channel scenario desk_id service_id request_type_id answers tags status_id phase impact "
    "urgency priority line_id team_id assignee_id snoozed_until waiting_until merged_into_id creator_id requester_id "
    "asked_by_id requester_name requester_email requester_country requester_city requester_department vip verified "
    "accepted_at first_response_at resolved_at closed_at closed_by_id unanswered_since module_id cause_id business_id "
    "repeated description remarks satisfaction first_contact misclassified reopened"
)
TO_VERSION_3 = "form_version_id"
"""What events up to version 2, and from version 3, tell. They are there for ever, so no such name is taken back, nor
given to another."""


def complaints(nodes: list[ast.AST]) -> Iterator[str]:
    """What of a module reads events past `event_versions`."""
    imports_event = any(
        isinstance(node, ast.ImportFrom) and node.module == "firstline.tickets.models" and "Event" in _names(node)
        for node in nodes
    )
    for node in nodes:
        match node:
            case ast.Attribute(attr="data", value=ast.Name(id=name)) if imports_event and name != "moment":
                yield f"{name}.data"
            case ast.Subscript(slice=ast.Constant(value="changes")):
                yield "[changes]"
            case ast.Call(func=ast.Attribute(attr="get"), args=[ast.Constant(value="changes"), *_]):
                yield ".get(changes)"
            case ast.keyword(arg=str(name)):
                yield from _strange(KEY_IN_LOOKUP.match(name))
            case ast.Constant(value=str(said)) if "tickets_event" in said and "tickets_auditentry" not in said:
                for found in KEY_IN_SQL.finditer(said):
                    yield from _strange(found)
            case ast.Constant(value=str(said)) if imports_event:
                yield from _strange(KEY_IN_LOOKUP.match(said))


def _strange(found: re.Match[str] | None) -> Iterator[str]:
    if found is None:
        return
    first, second = found.groups()
    if first == "changes":
        first = second
    if first not in ASKED | OF_LOOKUPS:
        yield found[0]


def _names(node: ast.ImportFrom) -> set[str]:
    return {each.name for each in node.names}


def test_nobody_else_reads_what_events_say() -> None:
    found = {
        path: said for path, nodes in trees().items() if path not in READERS | ERASER and (said := [*complaints(nodes)])
    }
    assert found == {}


@pytest.mark.parametrize(
    "code",
    [
        "from firstline.tickets.models import Event\nprint(event.data['message'])",
        "from firstline.tickets.models import Event\nlast.data.get('message')",
        "told['changes']",
        "told.get('changes', {})",
        "Event.objects.filter(data__changes__subject='x')",
        "Event.objects.filter(data__secret=7)",
        "from firstline.tickets.models import Event\nKT('data__changes__subject')",
        "\"SELECT FROM tickets_event e WHERE e.data ->> 'secret' = 'x'\"",
        "\"SELECT FROM tickets_event WHERE data -> 'changes' ->> 'subject' = 'x'\"",
    ],
)
def test_who_would_do_so_is_seen(code: str) -> None:
    assert len(list(complaints(list(ast.walk(ast.parse(code)))))) == 1


@pytest.mark.parametrize(
    "code",
    [
        "from firstline.tickets.models import Event\nprint(event.told['message'], event.changes)",
        "Event.objects.filter(data__message=7, data__has_key='was')",
        "\"SELECT FROM tickets_event e WHERE e.data ->> 'message' = 'x'\"",
        "form.data['changes_made']",
    ],
)
def test_who_reads_as_one_should_is_not(code: str) -> None:
    assert list(complaints(list(ast.walk(ast.parse(code))))) == []


def test_each_column_is_told_or_said_not_to_be() -> None:
    told = [row.attribute for row in TRACKED.values() if row.attribute]
    assert len(told) == len(set(told))
    columns = {field.attname for field in Ticket._meta.concrete_fields if field.name not in Ticket.DERIVED}
    assert set(told) == columns, "a new column gets a row in tracked.TRACKED: docs/decisions/0017-event-versions.md"


def test_names_that_were_told_are_known_for_ever_and_no_row_is_of_the_future() -> None:
    assert set(TO_VERSION_2.split()) == {name for name, row in TRACKED.items() if row.since <= 2}
    assert set(TO_VERSION_3.split()) == {name for name, row in TRACKED.items() if row.since == 3}
    assert {name for name, row in TRACKED.items() if row.since > VERSION} == set()
    assert len(STEPS) == VERSION - 1


def test_what_is_gone_has_a_label_and_what_came_later_what_was_before() -> None:
    for name, row in TRACKED.items():
        assert row.attribute or row.label, name
        if row.since > 1 and row.attribute:
            field = Ticket._meta.get_field(row.attribute)
            assert field.null or field.get_default() == row.before, name


def test_of_the_shape_nothing_is_asked_that_is_words() -> None:
    assert [name for name in ASKED if name in TRACKED and (TRACKED[name].is_words or TRACKED[name].since > 1)] == []
    assert Event._meta.get_field("words").column == "wording"
