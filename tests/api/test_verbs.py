"""Every verb of the API with everything that it takes, and what becomes of each of that in the record."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from django.test import Client

from firstline.catalog.models import ClosureCode
from firstline.kit import clock
from firstline.tickets import actions, files
from firstline.tickets.models import Attachment, Message, Rating, RequestLink, Ticket
from tests.api.test_api import Program
from tests.cast import MONDAY, Cast, fresh

pytestmark = pytest.mark.django_db

LATER = MONDAY + timedelta(days=3)
LONG = "As I said.  "


@dataclass
class World:
    """A request that Omar and Hana asked for Mei, who wrote in it too; another one; and what the rows make of them."""

    cast: Cast
    ticket: Ticket
    other: Ticket
    more: dict[str, Any] = field(default_factory=dict)

    def file(self) -> Attachment:
        self.more["file"] = files.keep(b"words", name="a.txt", by=self.cast.bo)
        return self.more["file"]

    @property
    def message(self) -> Message:
        return self.ticket.messages.latest("pk")


Do = Callable[[World], Any]


class Row(NamedTuple):
    """`name`, called by `who` after `before` with `given` (callables are asked); `said`: what the events of that name
    must carry, with the changed columns, and the message and rating that it left."""

    name: str
    who: str
    given: dict[str, Any]
    event: str
    said: dict[str, Any]
    before: Do = lambda w: None


def escalated(w: World) -> None:
    actions.escalate(w.ticket, by=w.cast.bo, to=w.cast.network, handover="x")


def resolved(w: World) -> None:
    actions.resolve(w.ticket, by=w.cast.bo, resolution="x")


def held(w: World) -> None:
    actions.hold(w.ticket, by=w.cast.bo, reason="date", until=LATER)


def snoozed(w: World) -> None:
    actions.snooze(w.ticket, by=w.cast.bo, until=LATER)


def merged(w: World) -> None:
    actions.merge(w.ticket, by=w.cast.bo, into=w.other, share=False)


def linked(w: World) -> None:
    actions.link(w.ticket, by=w.cast.bo, other=w.other, kind="caused")


def shared(w: World) -> None:
    actions.share(w.ticket, by=w.cast.mei, person=w.cast.omar)


def watched(w: World) -> None:
    actions.watch(w.ticket, by=w.cast.chen)


def followed(w: World) -> None:
    seed = {"address": "x", "round": 0, "seed": "x", "hash": "x"}
    RequestLink.objects.create(ticket=w.ticket, person=w.cast.mei, **seed)


def filed(w: World) -> None:
    said: dict[str, Any] = {"module": None, "business": None, "description": "x", "remarks": "x"}
    cause = ClosureCode.objects.get(key="hardware")
    actions.file(w.ticket, by=w.cast.bo, cause=cause, repeated=False, **said)


def option(key: str) -> Do:
    return lambda _w: ClosureCode.objects.get(key=key).pk


def person(name: str) -> Do:
    return lambda w: getattr(w.cast, name).pk


def message(w: World) -> int:
    return w.message.pk


def other(w: World) -> str:
    return w.other.number


def taken(w: World) -> None:
    actions.accept(w.ticket, by=w.cast.bo)
    actions.classify(w.ticket, by=w.cast.bo, kind="incident", service=w.cast.vpn)


ROWS = [
    Row("accept", "bo", {}, "accepted", {"assignee_id": person("bo"), "status_id": "in_progress"}),
    Row("assign", "bo", {"to": " CHEN@corp.example"}, "assigned", {"assignee_id": person("chen")}),
    Row("assign", "bo", {"to": None}, "assigned", {"assignee_id": None}, taken),
    Row(
        "classify",
        "bo",
        {"kind": "incident", "service": "sap"},
        "classified",
        {"kind": "incident", "service_id": lambda w: w.cast.sap.pk},
    ),
    Row("classify", "bo", {"kind": "inquiry"}, "classified", {"kind": "inquiry", "service_id": None}, taken),
    Row("priority", "bo", {"impact": 3, "urgency": 1}, "prioritised", {"impact": 3, "urgency": 1}),
    Row(
        "escalate",
        "bo",
        {"line": "L1.5", "handover": LONG},
        "escalated",
        {"team_id": lambda w: w.cast.first_plus.pk, "text": "As I said.", "message.kind": "note"},
    ),
    Row(
        "escalate",
        "bo",
        {"team": "business", "line": "L1.5", "handover": "H"},
        "escalated",
        {"team_id": lambda w: w.cast.business.pk, "text": "H"},
    ),
    Row("send-back", "chen", {"reason": LONG}, "sent_back", {"wrong": False, "text": "As I said."}, escalated),
    Row("send-back", "chen", {"reason": "R", "wrong": True}, "sent_back", {"wrong": True, "text": "R"}, escalated),
    Row(
        "transfer",
        "bo",
        {"desk": "HR", "reason": LONG},
        "transferred",
        {"desk_id": lambda w: w.cast.hr.pk, "text": "As I said."},
    ),
    Row("hold", "bo", {"reason": "approval", "seen": message}, "held", {"reason": "approval"}),
    Row("snooze", "bo", {"until": LATER.isoformat(), "seen": message}, "snoozed", {"snoozed_until": LATER}),
    Row("hold", "bo", {"reason": "vendor"}, "held", {"reason": "vendor", "waiting_until": None}),
    Row(
        "hold", "bo", {"reason": "date", "until": LATER.isoformat()}, "held", {"reason": "date", "waiting_until": LATER}
    ),
    Row("resume", "bo", {}, "resumed", {"waiting_until": None, "status_id": "in_progress"}, held),
    Row("snooze", "bo", {"until": LATER.isoformat()}, "snoozed", {"snoozed_until": LATER}),
    Row("wake", "bo", {}, "woken", {"snoozed_until": None}, snoozed),
    Row(
        "resolve",
        "bo",
        {
            **{"resolution": "*Restart* it.", "format": "markdown", "cause": "operator", "to_askers": True},
            **{"seen": lambda w: w.message.pk},
        },
        "resolved",
        {
            **{"cause_id": option("operator"), "text": "*Restart* it.", "message.format": "markdown"},
            **{"message.to_askers": True, "message.channel": "api", "message.kind": "reply"},
        },
    ),
    Row(
        "resolve",
        "bo",
        {"resolution": "*Restart* it."},
        "resolved",
        {"cause_id": None, "message.format": "plain", "message.to_askers": False, "message.channel": "api"},
    ),
    Row("close", "mei", {}, "closed", {"closed_by_id": person("mei")}, resolved),
    Row(
        "reopen",
        "mei",
        {"reason": LONG},
        "reopened",
        {"text": "As I said.", "message.author_id": person("mei")},
        resolved,
    ),
    Row("cancel", "mei", {}, "cancelled", {"message": None}),
    Row("cancel", "mei", {"reason": LONG, "seen": 0}, "cancelled", {"text": "As I said."}),
    Row("rate", "mei", {"score": 3}, "rated", {"score": 3, "stars": None, "rating.words": ""}, resolved),
    Row(
        "rate",
        "mei",
        {"score": 2, "stars": 4, "words": LONG},
        "rated",
        {"score": 2, "stars": 4, "rating.words": "As I said."},
        resolved,
    ),
    Row("merge", "bo", {"other": other}, "merged", {"into": lambda w: w.other.pk, "shared": False}),
    Row("merge", "bo", {"other": other, "share": True}, "merged", {"into": lambda w: w.other.pk, "shared": True}),
    Row("merge", "bo", {"other": other, "seen": message}, "merged", {"into": lambda w: w.other.pk}),
    Row("unmerge", "bo", {}, "unmerged", {"other": lambda w: w.other.pk}, merged),
    Row("link", "bo", {"other": other}, "linked", {"other": lambda w: w.other.pk, "kind": "related"}),
    Row("link", "bo", {"other": other, "kind": "caused"}, "linked", {"other": lambda w: w.other.pk, "kind": "caused"}),
    Row("unlink", "bo", {"other": other}, "unlinked", {"other": lambda w: w.other.pk}, linked),
    Row("participants", "bo", {"email": "Chen@corp.example "}, "participant_added", {"person": person("chen")}),
    Row("participants", "mei", {"email": "HANA@corp.example"}, "participant_added", {"person": person("hana")}),
    Row(
        "escalate", "bo", {"team": "business", "handover": "H"}, "escalated", {"team_id": lambda w: w.cast.business.pk}
    ),
    Row("share", "mei", {}, "shared", {"person": person("omar")}),
    Row("share", "mei", {"email": "HANA@corp.example"}, "shared", {"person": person("hana")}),
    Row("unshare", "mei", {}, "unshared", {"person": person("omar")}, shared),
    Row("unshare", "mei", {"email": "hana@corp.example"}, "unshared", {"person": person("hana")}),
    Row("decline", "mei", {}, "declined", {"person": person("omar")}),
    Row("rename", "bo", {"subject": " Another "}, "renamed", {"subject": "Another"}),
    Row("tags", "bo", {"tags": ["a", "b"]}, "tagged", {"tags": ["a", "b"]}),
    Row(
        "file",
        "bo",
        {
            **{"module": "erp", "cause": "operator", "business": "access", "repeated": True},
            **{"description": "What it was.", "remarks": "Nothing."},
        },
        "filed",
        {
            **{"module_id": option("erp"), "cause_id": option("operator"), "business_id": option("access")},
            **{"repeated": True, "description": "What it was.", "remarks": "Nothing."},
        },
    ),
    Row("file", "bo", {}, "filed", {"cause_id": None, "repeated": None, "description": "", "remarks": ""}, filed),
    Row(
        "split",
        "bo",
        {"message": message, "subject": "One more thing"},
        "split",
        {"message": message, "other.subject": "One more thing"},
    ),
    Row(
        "mention",
        "bo",
        {"message": message, "emails": ["chen@corp.example", " DANA@corp.example"]},
        "mentioned",
        {"message": message, "persons": lambda w: [w.cast.chen.pk, w.cast.dana.pk]},
    ),
    Row(
        "attach",
        "bo",
        {"files": lambda w: [str(w.file().pk)]},
        "attached",
        {"files": lambda w: [str(w.more["file"].pk)]},
    ),
    Row("watch", "chen", {}, "watched", {"watchers": lambda w: [w.cast.chen.pk]}),
    Row("unwatch", "chen", {}, "unwatched", {"watchers": []}, watched),
    Row("end-links", "bo", {}, "links_ended", {"links": 1}, followed),
    Row(
        "write-down",
        "bo",
        {"text": LONG, "channel": "walk_in"},
        "asked",
        {"text": "As I said.", "message.channel": "walk_in", "message.proof": "recorded"},
    ),
    # Those of api/tickets.py that write to a request
    Row(
        "messages",
        "bo",
        {
            **{"text": "*Which* client?", "format": "markdown", "to_askers": True},
            **{"files": lambda w: [str(w.file().pk)], "seen": lambda w: w.message.pk},
        },
        "replied",
        {
            **{"text": "*Which* client?", "message.format": "markdown", "message.to_askers": True},
            **{"message.channel": "api", "message.internal": False, "message.files": ["a.txt"]},
        },
    ),
    Row(
        "messages",
        "mei",
        {"text": "*Mine.*"},
        "asked",
        {
            **{"text": "*Mine.*", "message.format": "plain", "message.to_askers": False, "message.channel": "api"},
            **{"message.files": []},
        },
    ),
    Row(
        "messages",
        "bo",
        {"text": "*Seen*", "format": "markdown", "internal": True, "files": lambda w: [str(w.file().pk)]},
        "noted",
        {"text": "*Seen*", "message.format": "markdown", "message.internal": True, "message.files": ["a.txt"]},
    ),
]


@pytest.fixture
def world() -> World:
    cast = Cast.make()
    with clock.moved(MONDAY - timedelta(hours=1)):
        ticket, other = cast.asked(by=cast.omar, requester=cast.mei, participants=[cast.hana]), cast.asked()
        actions.reply(ticket, by=cast.mei, text="It is mine.")
    return World(cast, ticket, other)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.name} {' '.join(row.given)}")
def test_what_becomes_of_everything_that_a_verb_takes(world: World, row: Row) -> None:
    with clock.moved(MONDAY):
        row.before(world)
        given = {name: value(world) if callable(value) else value for name, value in row.given.items()}
        who = getattr(world.cast, row.who)
        answer = Program(who)("POST", f"/tickets/{world.ticket.number}/{row.name}", given)
    assert answer.status_code in (200, 201), answer.content
    event = world.ticket.events.filter(name=row.event).latest("pk")
    assert event.by == who
    wanted = {name: value(world) if callable(value) else value for name, value in row.said.items()}
    found = recorded(world) | event.data
    if event.data.get("message"):
        found |= of_message(Message.objects.get(pk=event.data["message"]))
    if row.name == "split":
        found["other.subject"] = Ticket.objects.get(pk=event.data["other"]).subject
    assert {name: found[name] for name in wanted} == wanted


def recorded(world: World) -> dict[str, Any]:
    """What stands in the ticket's row, and beside it."""
    ticket = fresh(world.ticket)
    watchers = ticket.participants.filter(role="watcher").values_list("person_id", flat=True)
    rating = Rating.objects.filter(ticket=ticket).first()
    columns = {each.attname: getattr(ticket, each.attname) for each in Ticket._meta.concrete_fields}
    return columns | {"watchers": list(watchers), "rating.words": rating.words if rating else None}


def of_message(message: Message) -> dict[str, Any]:
    names = "kind format channel to_askers internal author_id proof".split()
    found = {f"message.{name}": getattr(message, name) for name in names}
    return found | {"text": message.text, "message.files": [each.name for each in message.attachments.all()]}


def taken_by_verbs() -> dict[str, tuple[set[str], set[str]]]:
    """Verb → what it takes, and what of it must be said."""
    known = Client().get("/api/v1/openapi.json").json()
    found = {}
    for path, operations in known["paths"].items():
        if "{number}/" in path and "post" in operations:
            body = operations["post"]["requestBody"]["content"]["application/json"]["schema"]["$ref"]
            shape = known["components"]["schemas"][body.rpartition("/")[2]]
            found[path.rpartition("/")[2]] = set(shape.get("properties", {})), set(shape.get("required", []))
    return found


def test_no_verb_and_nothing_that_one_takes_is_without_a_row() -> None:
    wanted = {(name, field) for name, (fields, _required) in taken_by_verbs().items() for field in ["", *fields]}
    assert wanted == {(row.name, field) for row in ROWS for field in ["", *row.given]}


def test_whatever_can_be_left_out_is_left_out_in_a_row() -> None:
    optional = {(name, each) for name, (fields, required) in taken_by_verbs().items() for each in fields - required}
    left_out = {(name, each) for name, each in optional if any(r.name == name and each not in r.given for r in ROWS)}
    assert optional == left_out


def test_a_reason_that_the_verb_needs_is_missed_with_or_without_its_name(world: World) -> None:
    resolved(world)
    for given, status, said in (({}, 422, "reason"), ({"reason": " "}, 409, "请说明还有什么问题。")):
        answer = Program(world.cast.mei)("POST", f"/tickets/{world.ticket.number}/reopen", given)
        assert (answer.status_code, said in str(answer.json())) == (status, True)


def test_the_words_of_a_verb_are_answered_with_the_ticket_as_it_is_then(world: World) -> None:
    answer = Program(world.cast.bo)("POST", f"/tickets/{world.ticket.number}/rename", {"subject": "Another"})
    assert answer.json() == Program(world.cast.bo)("GET", f"/tickets/{world.ticket.number}").json()
    assert answer.json()["subject"] == "Another"
