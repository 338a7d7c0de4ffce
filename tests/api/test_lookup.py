"""What a call names by key or address: what is found, and the sentence for what is not there."""

from collections.abc import Callable
from typing import Any, cast
from uuid import uuid4

import pytest

from firstline.api import lookup
from firstline.api.access import Call
from firstline.catalog import config_cache
from firstline.catalog.models import ClosureCode, Desk, RequestType
from firstline.people.models import Person
from firstline.tickets import actions, files
from firstline.tickets.errors import WrongState
from firstline.tickets.models import Ticket
from tests.api.test_api import ASK, Program
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return Cast.make()


@pytest.fixture
def ticket(people: Cast) -> Ticket:
    return people.asked(by=people.omar, requester=people.mei, participants=[people.hana])


def calling(person: Person) -> Call:
    class Calling:
        pass

    call = Calling()
    call.person = person  # type: ignore[attr-defined]
    return cast(Call, call)


def test_me_is_who_calls_and_an_address_is_one_however_it_is_spelled(people: Cast) -> None:
    call = calling(people.bo)
    assert lookup.address(call, "me") == "bo@corp.example"
    assert lookup.address(call, " Mei@CORP.example") == "mei@corp.example"
    people.bo.email = None
    assert lookup.address(call, "me") == ""


# What is looked up, by what is there and what is not, and the sentence
FOUND: list[tuple[str, Callable[[Cast, Ticket], Any], Callable[[Cast, Ticket], Any]]] = [
    ("a person", lambda c, t: lookup.person(" BO@corp.example"), lambda c, t: c.bo),
    ("who asked first", lambda c, t: lookup.asker(t, None), lambda c, t: c.omar),
    ("one who asked", lambda c, t: lookup.asker(t, " HANA@corp.example"), lambda c, t: c.hana),
    ("a desk", lambda c, t: lookup.desk("HR"), lambda c, t: c.hr),
    ("a service", lambda c, t: lookup.service("sap"), lambda c, t: c.sap),
    ("no service", lambda c, t: lookup.service(None), lambda c, t: None),
    ("a form", lambda c, t: lookup.request_type("leave"), lambda c, t: RequestType.objects.get(key="leave")),
    ("no form", lambda c, t: lookup.request_type(None), lambda c, t: None),
    ("a team", lambda c, t: lookup.place(t, team="business", line=None), lambda c, t: c.business),
    ("a team rather than a line", lambda c, t: lookup.place(t, team="l1", line="L2"), lambda c, t: c.first),
    ("a line", lambda c, t: lookup.place(t, team=None, line="L1.5"), lambda c, t: c.first_plus.line),
    (
        "a cause",
        lambda c, t: lookup.option(t, "cause", "operator"),
        lambda c, t: ClosureCode.objects.get(key="operator"),
    ),
    ("no cause", lambda c, t: lookup.option(t, "cause", None), lambda c, t: None),
]
MISSING: list[tuple[str, Callable[[Cast, Ticket], Any], str]] = [
    ("a person", lambda c, t: lookup.person("who@corp.example"), "Nobody here has the address who@corp.example."),
    ("who did not ask", lambda c, t: lookup.asker(t, "bo@corp.example"), "Nobody asked this for somebody else."),
    ("who only takes part", lambda c, t: lookup.asker(with_chen(c, t), "chen@corp.example"), "Nobody asked this"),
    ("who asked elsewhere", lambda c, t: lookup.asker(c.asked(), "hana@corp.example"), "Nobody asked this"),
    ("nobody asked", lambda c, t: lookup.asker(c.asked(), None), "Nobody asked this for somebody else."),
    ("a desk", lambda c, t: lookup.desk("XX"), "There is no desk XX."),
    ("a service", lambda c, t: lookup.service("fax"), "There is no service fax."),
    ("a form", lambda c, t: lookup.request_type("fax"), "There is no request type fax."),
    ("a team", lambda c, t: lookup.place(t, team="x", line="L2"), "Name a team or a line of this desk."),
    ("a team of another desk", lambda c, t: lookup.place(t, team="hr", line=None), "Name a team or a line"),
    ("a line", lambda c, t: lookup.place(t, team=None, line="L9"), "Name a team or a line"),
    ("neither", lambda c, t: lookup.place(t, team=None, line=None), "Name a team or a line"),
    ("a cause", lambda c, t: lookup.option(t, "cause", "fax"), "Choose from the lists of this desk."),
    ("a module for a cause", lambda c, t: lookup.option(t, "cause", "erp"), "Choose from the lists"),
    ("a cause of another desk", lambda c, t: lookup.option(c.asked(desk=c.hr), "cause", "operator"), "Choose from"),
    ("a message", lambda c, t: lookup.message(t, 0, by=c.bo), "Choose a message of the conversation."),
    (
        "a message of another ticket",
        lambda c, t: lookup.message(t, c.asked().messages.get().pk, by=c.bo),
        "Choose a message of the conversation.",
    ),
    ("a file", lambda c, t: lookup.uploads(calling(c.bo), [uuid4()]), "One of the files is no longer there."),
]


def with_chen(cast: Cast, ticket: Ticket) -> Ticket:
    actions.add_participant(ticket, by=cast.mei, person=cast.chen)
    return ticket


@pytest.mark.parametrize(("what", "find", "wanted"), FOUND, ids=lambda value: value if isinstance(value, str) else "")
def test_what_is_there_is_found(people: Cast, ticket: Ticket, what: str, find: Any, wanted: Any) -> None:
    assert find(people, ticket) == wanted(people, ticket)


@pytest.mark.parametrize(("what", "find", "said"), MISSING, ids=lambda value: value if isinstance(value, str) else "")
def test_what_is_not_there_is_said_in_a_sentence(people: Cast, ticket: Ticket, what: str, find: Any, said: str) -> None:
    with pytest.raises(WrongState) as refused:
        find(people, ticket)
    assert str(refused.value).startswith(said)


def test_what_is_no_longer_in_use_is_not_there(people: Cast) -> None:
    Person.objects.filter(pk=people.omar.pk).update(is_active=False)
    Desk.objects.filter(pk=people.hr.pk).update(active=False)
    RequestType.objects.filter(key="laptop").update(active=False)
    config_cache.forget()
    for find in (
        lambda: lookup.person("omar@corp.example"),
        lambda: lookup.desk("HR"),
        lambda: lookup.request_type("laptop"),
    ):
        with pytest.raises(WrongState):
            find()


def test_a_message_that_the_caller_may_not_read_is_not_there(people: Cast, ticket: Ticket) -> None:
    note = actions.note(ticket, by=people.bo, text="Ours.")
    assert lookup.message(ticket, note.pk, by=people.bo) == note
    with pytest.raises(WrongState):
        lookup.message(ticket, note.pk, by=people.mei)


def test_files_are_the_callers_own_and_none_is_missing(people: Cast) -> None:
    mine, theirs = (files.keep(b"x", name="a.txt", by=who) for who in (people.bo, people.chen))
    call = calling(people.bo)
    assert lookup.uploads(call, []) == []
    assert lookup.uploads(call, [mine.pk]) == [mine]
    assert lookup.uploads(call, [mine.pk, mine.pk]) == [mine]
    for wanted in ([theirs.pk], [mine.pk, theirs.pk], [mine.pk, uuid4()]):
        with pytest.raises(WrongState):
            lookup.uploads(call, wanted)


def test_the_desk_of_a_form_need_not_be_said_and_what_is_said_counts(people: Cast) -> None:
    mei = Program(people.mei)
    opened = mei("POST", "/tickets", {"text": "Leave", "request_type": "leave"})
    assert (opened.status_code, opened.json()["desk"]) == (201, "HR")
    assert mei("POST", "/tickets", {"text": "Anything"}).status_code == 409
    assert mei("POST", "/tickets", {**ASK, "desk": "HR"}).json()["desk"] == "HR"


def test_everything_that_is_said_of_a_new_request_stands_in_it(people: Cast) -> None:
    bo = Program(people.bo)
    file = files.keep(b"words", name="a.txt", by=people.bo)
    fields = [{"key": "asset", "label_en": "Asset", "label_zh": "资产"}]
    RequestType.objects.filter(key="laptop").update(fields=fields)
    said = {
        **{"subject": "Laptop", "text": "It is **dead**.", "format": "markdown", "desk": "IT", "impact": 3},
        **{"request_type": "laptop", "service": "sap", "requester": "MEI@corp.example", "channel": "phone"},
        **{"urgency": 1, "answers": {"asset": "L-7"}, "files": [str(file.pk)]},
    }
    answer = bo("POST", "/tickets", said)
    assert answer.status_code == 201, answer.content
    ticket = Ticket.objects.get(number=answer.json()["number"])
    found = {name: getattr(ticket, name) for name in "subject channel impact urgency answers service requester".split()}
    assert found == {
        **{"subject": "Laptop", "channel": "phone", "impact": 3, "urgency": 1, "answers": {"asset": "L-7"}},
        **{"service": people.sap, "requester": people.mei},
    }
    assert (ticket.desk, ticket.creator, ticket.request_type.key) == (people.it, people.bo, "laptop")  # type: ignore[union-attr]
    message = ticket.messages.get()
    assert (message.text, message.format, message.channel) == ("It is **dead**.", "markdown", "phone")
    assert [each.name for each in message.attachments.all()] == ["a.txt"]


def test_what_is_left_out_of_a_new_request_is_as_usual(people: Cast) -> None:
    answer = Program(people.mei)("POST", "/tickets", {"text": "It is dead.", "desk": "IT"})
    ticket = Ticket.objects.get(number=answer.json()["number"])
    found = {name: getattr(ticket, name) for name in "channel impact urgency answers service requester".split()}
    assert found == {
        **{"channel": "api", "impact": 1, "urgency": 2, "answers": {}, "service": None, "requester": people.mei}
    }
    assert (ticket.subject, ticket.request_type, ticket.verified) == ("It is dead.", None, True)
    message = ticket.messages.get()
    assert (message.format, message.attachments.count()) == ("plain", 0)


def test_who_may_not_ask_for_others_learns_nothing_of_who_is_there(people: Cast) -> None:
    mei = Program(people.mei)
    for requester in ("omar@corp.example", "nobody@corp.example"):
        assert mei("POST", "/tickets", {**ASK, "requester": requester}).status_code == 403
    for own in ("mei@corp.example", " MEI@Corp.example", "", None):
        opened = mei("POST", "/tickets", {**ASK, "requester": own})
        assert (opened.status_code, opened.json().get("requester_name")) == (201, "Lin Mei"), own
