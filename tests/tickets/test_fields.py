"""Who may say what when a request is opened: every field by every relation, written down a second time."""

from typing import Any

import pytest
from django.utils.translation import override

from firstline.catalog.models import Membership, RequestType
from firstline.people.models import Person
from firstline.tickets import actions, channels, fields
from firstline.tickets.errors import NotAllowed, NotUnderstood, WrongState
from firstline.tickets.models import Ticket
from tests.api.test_api import Program
from tests.cast import Cast

pytestmark = pytest.mark.django_db

# Who, at the IT desk: Mei asks, Bo works, Dana leads, Omar audits, Ada administers, Hana works elsewhere
WHO = ("mei", "bo", "dana", "omar", "ada", "hana")
# What is said, the way in, and who may say it
MAY_SAY = """
impact      portal  bo dana ada
scenario    portal  bo dana ada
writer      portal  bo dana ada
requester   portal  mei bo dana ada hana
impact      api     bo dana ada
scenario    api     bo dana ada
writer      api     bo dana ada
requester   api     bo dana ada
requester   email   bo dana ada
requester   chat    bo dana ada
nothing     portal  mei bo dana omar ada hana
nothing     email   mei bo dana omar ada hana
nothing     chat    mei bo dana omar ada hana
nothing     api     mei bo dana omar ada hana
nothing     phone   bo dana ada
nothing     walk_in bo dana ada
nothing     alert   bo dana ada
"""
ROWS = [(name, channel, set(who)) for name, channel, *who in (line.split() for line in MAY_SAY.strip().split("\n"))]


@pytest.fixture
def cast(db: None) -> Cast:
    cast = Cast.make()
    Membership.objects.create(person=cast.omar, desk=cast.it, team=None, role="auditor")
    return cast


def given(cast: Cast, name: str, channel: str) -> dict[str, Any]:
    plain = {"requester": None, "writer": None, "scenario": "", "request_type": None, "service": None}
    said = {"impact": 3, "scenario": "x", "writer": cast.chen, "requester": cast.chen, "nothing": None}
    return {**plain, "impact": 1, "urgency": 2, "channel": channel, name: said[name]}


def may(by: Person, cast: Cast, name: str, channel: str) -> bool:
    try:
        fields.require(by, cast.it, given(cast, name, channel))
    except NotAllowed:
        return False
    return True


@pytest.mark.parametrize(("name", "channel", "wanted"), ROWS)
def test_each_field_is_said_by_these_and_by_nobody_else(cast: Cast, name: str, channel: str, wanted: set[str]) -> None:
    assert {who for who in WHO if may(getattr(cast, who), cast, name, channel)} == wanted
    assert may(Person.objects.system(), cast, name, channel)


def test_no_field_and_no_way_in_is_without_a_row() -> None:
    assert {name for name, channel, _who in ROWS if channel == "portal"} - {"nothing"} == set(fields.MAY_SAY) - {
        "channel"
    }
    assert set(fields.MAY_SAY) == set(fields.ON_THE_PORTAL)
    assert {channel for name, channel, _who in ROWS if name == "nothing"} == set(channels.known())


def test_to_name_oneself_is_to_say_nothing(cast: Cast) -> None:
    for name in ("requester", "writer"):
        assert fields.said(cast.mei, {**given(cast, "nothing", "api"), name: cast.mei}) == set()
        assert fields.said(cast.mei, {**given(cast, "nothing", "api"), name: cast.bo}) == {name}


@pytest.mark.parametrize(("who", "allowed"), [(who, who in ("bo", "dana", "ada")) for who in WHO])
def test_only_those_who_work_at_the_desk_are_of_it(cast: Cast, who: str, allowed: bool) -> None:
    if allowed:
        fields.require_desk(getattr(cast, who), cast.it)
    else:
        with pytest.raises(NotAllowed):
            fields.require_desk(getattr(cast, who), cast.it)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("impact", 0, "impact and urgency"),
        ("impact", 4, "impact and urgency"),
        ("urgency", 0, "impact and urgency"),
        ("urgency", 4, "impact and urgency"),
        ("request_type", "leave", "That form belongs"),
        ("service", "vpn", "That service belongs"),
    ],
)
def test_what_is_not_in_the_lists_and_what_is_another_desks_nobody_may_say(
    cast: Cast, name: str, value: Any, said: str
) -> None:
    ours = {"impact": 2, "urgency": 1, "request_type": RequestType.objects.get(key="laptop"), "service": cast.vpn}
    fields.require(cast.bo, cast.it, {**given(cast, "nothing", "api"), **ours})
    wrong = RequestType.objects.get(key="leave") if value == "leave" else cast.vpn if value == "vpn" else value
    desk, by = (cast.hr, cast.hana) if name == "service" else (cast.it, cast.bo)
    with pytest.raises(WrongState, match=said):
        fields.require(by, desk, {**given(cast, "nothing", "api"), name: wrong})


ODD_ANSWERS: list[dict[str, Any]] = [
    {"Approved by manager": "Dana Diaz, 30 Nov"},
    {"asset": "L-7", "approved": True},
    {"": "x"},
    {"Asset": "L-7"},
    {"asset ": "L-7"},
    {"label_en": "x"},
    {"x" * 5_000: ["y"]},
]


@pytest.mark.parametrize("who", ["mei", "bo", "dana", "ada"])
@pytest.mark.parametrize("answers", ODD_ANSWERS)
def test_nobody_answers_what_the_form_does_not_ask_by_any_way(cast: Cast, who: str, answers: dict[str, Any]) -> None:
    by = getattr(cast, who)
    given = {"by": by, "desk": cast.it, "subject": "Laptop", "text": "Broken", "answers": answers}
    for form in (cast.form("asset"), RequestType.objects.get(key="laptop"), None):
        for channel in ("portal", "api", "email"):
            with pytest.raises(NotUnderstood) as refused:
                actions.open_ticket(**given, channel=channel, request_type=form)
            assert len(str(refused.value)) < 150
    with override("zh-hans"), pytest.raises(NotUnderstood, match="此表单没有"):
        actions.open_ticket(**given, channel="api", request_type=cast.form("asset"))
    call = {"subject": "x", "text": "y", "request_type": "asset", "answers": answers}
    answer = Program(by)("POST", "/tickets", call)
    assert answer.status_code == 422
    assert any(said in str(answer.json()) for said in ("no question", "此表单没有"))
    assert not Ticket.objects.exists()


def test_what_the_form_asks_may_be_left_out_or_answered(cast: Cast) -> None:
    call = {"subject": "x", "text": "y", "request_type": cast.form("asset", "room").key}
    for answers in ({"asset": "L-7"}, {"asset": "L-7", "room": "4"}, {}):
        assert Program(cast.mei)("POST", "/tickets", {**call, "answers": answers}).json()["answers"] == answers
