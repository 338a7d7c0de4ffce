"""What stands in the outbox of each event: its rows, their order, and what nobody is told."""

from datetime import timedelta
from typing import Any

import pytest

from firstline.kit import clock
from firstline.notices import recipients, tell
from firstline.notices.models import Delivery, ToldUpTo
from firstline.notices.preferences import Switch
from firstline.notices.tell import INTERRUPTED, SEND, hush, hush_word, is_still_for, tell_all
from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.models import Clock, Event, Message, Ticket
from firstline.tickets.write_guard import door
from tests.background import run_jobs, waiting_jobs
from tests.cast import MONDAY, Cast, fresh
from tests.letters import told

pytestmark = pytest.mark.django_db

SOON, LATER = MONDAY + timedelta(seconds=30), MONDAY + timedelta(minutes=1)


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    with clock.moved(MONDAY - timedelta(hours=1)):
        ticket = cast.ask()
        run_jobs()
    return fresh(ticket)


def last(ticket: Ticket, name: str) -> Event:
    return ticket.events.select_related("ticket", "by").filter(name=name).latest("pk")


def sending() -> list[int]:
    return [given["delivery"] for name, given in waiting_jobs() if name == SEND]


def test_a_row_says_to_whom_it_goes_about_what_and_when(cast: Cast, ticket: Ticket) -> None:
    with clock.moved(MONDAY):
        said = actions.reply(ticket, by=cast.bo, text="Which client?", undo_seconds=60)
        tell.tell(last(ticket, "replied"))
    row = Delivery.objects.get(template="replied")
    assert (row.ticket, row.event, row.message, row.person) == (ticket, last(ticket, "replied"), said, cast.mei)
    assert (row.address, row.language, row.state) == ("mei@corp.example", "zh-hans", "queued")
    assert row.payload == {"by": "Bo Wen", "number": ticket.number, "subject": "VPN keeps dropping"}
    assert row.next_try_at == said.leaves_at == LATER


def test_what_is_told_late_leaves_at_once(cast: Cast, ticket: Ticket) -> None:
    with clock.moved(MONDAY):
        actions.reply(ticket, by=cast.bo, text="Which client?", undo_seconds=60)
        actions.assign(ticket, by=cast.dana, to=cast.bo)
    late = MONDAY + timedelta(minutes=5)
    with clock.moved(late):
        tell_all([last(ticket, "replied"), last(ticket, "assigned")])
    assert set(Delivery.objects.exclude(template="received").values_list("next_try_at", flat=True)) == {late}


def test_a_clock_is_told_with_its_time_and_the_minutes_that_were_promised(cast: Cast, ticket: Ticket) -> None:
    with clock.moved(MONDAY):
        actions.accept(ticket, by=cast.bo)
        actions.classify(ticket, by=cast.bo, kind="incident", service=None)
    answer = Clock.objects.get(ticket=ticket, kind="first_response")
    assert answer.due_at is not None
    with clock.moved(answer.due_at + timedelta(minutes=1)):
        actions.breach_clock(answer, by=Person.objects.system())
        tell.tell(last(ticket, "clock_breached"))
    due = answer.due_at.isoformat().replace("+00:00", "Z")
    late = {"clock": "first_response", "due_at": due, "minutes": 30}
    base = {"by": "Firstline", "number": ticket.number, "subject": ticket.subject}
    assert Delivery.objects.get(template="clock_breached").payload == base | late
    Delivery.objects.filter(template="clock_breached").delete()
    with door():
        Clock.objects.filter(pk=answer.pk).update(round=2)  # that of the first round is gone
    tell.tell(last(ticket, "clock_breached"))
    assert Delivery.objects.get(template="clock_breached").payload == base | late | {"minutes": None}


def test_whoever_a_merge_brought_is_told_by_the_name_of_their_own_request_and_the_desk_by_that_of_this(
    cast: Cast, ticket: Ticket
) -> None:
    goes = cast.asked(by=cast.omar, subject="Scanner")
    actions.merge(goes, by=cast.bo, into=ticket)
    ticket = fresh(ticket)
    actions.assign(ticket, by=cast.dana, to=cast.bo)
    actions.reply(ticket, by=cast.bo, text="Which client?")
    tell_all([last(ticket, "replied"), last(ticket, "assigned")])
    found = {row.person.name: row.payload["subject"] for row in Delivery.objects.exclude(template="received")}
    assert found == {"Omar Haddad": "Scanner", "Lin Mei": "VPN keeps dropping", "Bo Wen": "VPN keeps dropping"}


def test_each_queued_row_has_a_job_in_the_order_of_what_happened(cast: Cast, ticket: Ticket) -> None:
    actions.reply(ticket, by=cast.bo, text="First.")
    actions.add_participant(ticket, by=cast.mei, person=cast.omar)
    actions.reply(ticket, by=cast.bo, text="Second.")
    events = [*ticket.events.filter(name="replied").order_by("-pk"), last(ticket, "participant_added")]
    before = sending()
    tell_all(events)
    rows = list(Delivery.objects.exclude(template="received").order_by("event", "id"))
    assert [row.template for row in rows] == ["replied", "replied", "added", "replied", "replied"]
    assert sending()[len(before) :] == [row.pk for row in rows]


def test_what_is_told_again_leaves_no_second_row_and_what_is_dropped_no_job(cast: Cast, ticket: Ticket) -> None:
    actions.reply(ticket, by=cast.bo, text="First.")
    tell.tell(last(ticket, "replied"))
    Delivery.objects.filter(template="replied").update(state="dropped")
    before = sending()
    tell.tell(last(ticket, "replied"))
    assert (told(template="replied"), sending()) == (["replied"], before)


def test_of_no_event_and_of_one_that_tells_nobody_there_is_nothing(cast: Cast, ticket: Ticket) -> None:
    actions.tag(ticket, by=cast.bo, tags=["a"])
    tell_all([])
    tell_all([last(ticket, "tagged")])
    assert told() == ["received"]


def test_who_is_concerned_twice_is_told_once(cast: Cast, ticket: Ticket) -> None:
    actions.assign(ticket, by=cast.dana, to=cast.bo)
    actions.watch(ticket, by=cast.bo)
    actions.reply(ticket, by=cast.mei, text="It is worse.")
    tell.tell(last(ticket, "asked"))
    assert told(cast.bo, template="answered") == ["answered"]


@pytest.mark.parametrize("what", ["no address", "left", "a machine", "switched off", "did it", "nothing"])
def test_who_is_not_told(cast: Cast, ticket: Ticket, what: str) -> None:
    actions.add_participant(ticket, by=cast.mei, person=cast.omar)
    by = cast.bo
    if what == "no address":
        Person.objects.filter(pk=cast.omar.pk).update(email=None)
    elif what == "left":
        Person.objects.filter(pk=cast.omar.pk).update(is_active=False)
    elif what == "a machine":
        Person.objects.filter(pk=cast.omar.pk).update(kind="bot")
    elif what == "switched off":
        Switch(cast.omar, ticket=ticket).turn(off=True)
    actions.reply(ticket, by=by, text="Which client?")
    event = last(ticket, "replied")
    if what == "did it":
        event.by_id = cast.omar.pk
    tell_all([event])
    assert told(cast.omar, template="replied") == (["replied"] if what == "nothing" else [])
    assert told(cast.mei, template="replied") == ["replied"]


def test_what_may_still_be_withdrawn_is_told_by_its_own_job_alone(cast: Cast, ticket: Ticket) -> None:
    with clock.moved(MONDAY):
        said = actions.reply(ticket, by=cast.bo, text="Which client?", undo_seconds=60)
    for at, to, wanted in ((LATER - timedelta(seconds=1), cast.bo, []), (LATER, cast.chen, ["replied"])):
        with clock.moved(at):
            actions.assign(fresh(ticket), by=cast.dana, to=to)
            tell.tell(last(ticket, "assigned"))
        assert told(template="replied") == wanted
    Delivery.objects.filter(template="replied").delete()
    with door():
        Message.objects.filter(pk=said.pk).update(withdrawn_at=LATER)
    with clock.moved(LATER):
        tell_all([last(ticket, "assigned"), last(ticket, "replied")])
    assert told(template="replied") == []


@pytest.mark.parametrize(("seconds", "found"), [(599, True), (600, False)])
def test_what_was_left_untold_is_looked_for_ten_minutes_back(
    cast: Cast, ticket: Ticket, seconds: int, found: bool
) -> None:
    assert timedelta(minutes=10) == INTERRUPTED
    with clock.moved(MONDAY):
        actions.reply(ticket, by=cast.bo, text="Which client?")
    with clock.moved(MONDAY + timedelta(seconds=seconds)):
        actions.assign(ticket, by=cast.dana, to=cast.bo)
        tell.tell(last(ticket, "assigned"))
    assert told(template="replied") == (["replied"] if found else [])


def test_only_what_came_before_on_the_same_request_is_looked_for(cast: Cast, ticket: Ticket) -> None:
    with clock.moved(MONDAY):
        other = cast.ask()
        actions.assign(other, by=cast.dana, to=cast.bo)
        actions.assign(ticket, by=cast.dana, to=cast.bo)
        actions.reply(ticket, by=cast.bo, text="Which client?")
        tell.tell(last(ticket, "assigned"))
    assert [(row.ticket, row.template) for row in Delivery.objects.order_by("id")][1:] == [(ticket, "assigned")]


def test_what_was_told_to_nobody_is_not_gone_over_again(
    cast: Cast, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone_over: list[int] = []
    telling = tell._told

    def counted(event: Event, message: Message | None) -> Any:
        gone_over.append(event.pk)
        return telling(event, message)

    monkeypatch.setattr(tell, "_told", counted)
    events = []
    for number in range(5):  # nobody handles it, so nobody is told
        actions.reply(fresh(ticket), by=cast.mei, text=f"Word {number}.")
        events.append(last(ticket, "asked"))
    for event in events:
        tell.tell(event)
    assert gone_over == [event.pk for event in events]


def as_now(event: Event) -> Event:
    return Event.objects.select_related("ticket", "by").get(pk=event.pk)


def test_what_was_told_along_to_nobody_is_told_to_nobody_who_comes_later(cast: Cast, ticket: Ticket) -> None:
    asked = []
    for number in range(4):
        actions.reply(fresh(ticket), by=cast.mei, text=f"Word {number}.")
        asked.append(last(ticket, "asked"))
    tell.tell(asked[1])  # and along with it the first, whose own job was interrupted
    actions.assign(fresh(ticket), by=cast.dana, to=cast.bo)
    for event in (asked[2], asked[0], asked[3], asked[1]):
        tell.tell(as_now(event))
    rows = Delivery.objects.filter(template="answered").order_by("id")
    assert [row.event for row in rows] == [asked[2], asked[3]]


def test_a_job_that_runs_again_tells_nobody_who_came_since(cast: Cast, ticket: Ticket) -> None:
    actions.reply(fresh(ticket), by=cast.mei, text="One.")
    first = last(ticket, "asked")
    tell.tell(first)  # its worker died before it could say so
    actions.assign(fresh(ticket), by=cast.dana, to=cast.bo)
    actions.reply(fresh(ticket), by=cast.mei, text="Two.")
    tell.tell(last(ticket, "asked"))
    tell.tell(as_now(first))
    assert [row.event for row in Delivery.objects.filter(template="answered")] == [last(ticket, "asked")]
    actions.assign(fresh(ticket), by=cast.dana, to=cast.chen)
    tell_all([as_now(first), as_now(last(ticket, "asked"))])
    assert [row.person for row in Delivery.objects.filter(template="answered")] == [cast.bo]


def test_a_request_that_was_solved_when_its_opening_was_told_along_is_not_confirmed_when_it_is_open_again(
    cast: Cast, ticket: Ticket
) -> None:
    new = cast.ask()
    opened = last(new, "opened")
    actions.reply(new, by=cast.bo, text="Restart it.")
    actions.resolve(fresh(new), by=cast.bo, resolution="Restarted.")
    tell.tell(as_now(last(new, "replied")))
    actions.reply(fresh(new), by=cast.mei, text="It is back.")
    tell.tell(as_now(opened))
    assert told(cast.mei, ticket=new) == ["replied"]


def test_an_opening_that_was_told_to_nobody_is_so_for_a_job_that_runs_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = cast.ask()
    with monkeypatch.context() as patch:
        patch.setattr(tell, "_can_be_told", lambda *_of: False)
        tell.tell(last(new, "opened"))
    tell.tell(as_now(last(new, "opened")))
    assert told(ticket=new) == []


def test_of_those_that_were_told_to_nobody_the_newest_are_remembered(
    cast: Cast, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("firstline.notices.models.told.MOST_TO_NOBODY", 2)
    for number in range(3):
        actions.reply(fresh(ticket), by=cast.mei, text=f"Word {number}.")
    asked = list(ticket.events.filter(name="asked").order_by("pk"))
    for event in asked:
        tell.tell(as_now(event))
    assert ToldUpTo.objects.get(ticket=ticket).to_nobody == [event.pk for event in asked[1:]]


def test_what_was_held_back_is_told_before_what_follows_though_others_were_told_meanwhile(
    cast: Cast, ticket: Ticket
) -> None:
    with clock.moved(MONDAY):
        actions.assign(ticket, by=cast.dana, to=cast.bo)
        actions.reply(fresh(ticket), by=cast.bo, text="Which client?", undo_seconds=60)
        held = last(ticket, "replied")
        for text in ("It is worse.", "Much worse."):
            actions.reply(fresh(ticket), by=cast.mei, text=text)
            tell.tell(last(ticket, "asked"))
    assert told(template="replied") == []
    with clock.moved(LATER):
        actions.reply(fresh(ticket), by=cast.mei, text="Hello?")
        tell.tell(last(ticket, "asked"))
    rows = [row.event_id for row in Delivery.objects.order_by("id")]
    assert rows[-2:] == [held.pk, last(ticket, "asked").pk]


def test_of_very_many_that_were_left_the_nearest_are_told_along(
    cast: Cast, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tell, "MOST_UNTOLD", 2)
    actions.assign(ticket, by=cast.dana, to=cast.bo)
    for number in range(4):
        actions.reply(fresh(ticket), by=cast.mei, text=f"Word {number}.")
    asked = list(ticket.events.filter(name="asked").order_by("pk").select_related("ticket", "by"))
    tell.tell(asked[3])
    assert [row.event_id for row in Delivery.objects.filter(template="answered")] == [one.pk for one in asked[1:]]
    tell.tell(asked[0])  # by its own job
    assert Delivery.objects.filter(template="answered").count() == 4


def test_of_two_requests_each_looks_back_from_its_own_last_event(cast: Cast, ticket: Ticket) -> None:
    with clock.moved(MONDAY):
        other = cast.asked()
        actions.reply(other, by=cast.bo, text="Other.")
        actions.assign(ticket, by=cast.dana, to=cast.bo)
    with clock.moved(MONDAY + timedelta(minutes=11)):
        actions.assign(other, by=cast.dana, to=cast.bo)
        tell_all([last(ticket, "assigned"), last(other, "assigned")])
    assert told(ticket=other) == ["assigned"]


def test_the_first_event_of_a_request_looks_for_nothing_before_it(cast: Cast, django_assert_num_queries: Any) -> None:
    ticket = cast.ask()
    opened = last(ticket, "opened")
    tell.tell(opened)
    assert told() == ["received"]


@pytest.mark.parametrize(
    ("state", "is_told"), [("queued", 0), ("sending", 0), ("sent", 0), ("failed", 1), ("dropped", 1)]
)
def test_closing_is_told_unless_the_solution_was_or_will_be(
    cast: Cast, ticket: Ticket, state: str, is_told: int
) -> None:
    actions.resolve(ticket, by=cast.bo, resolution="New profile.")
    tell.tell(last(ticket, "resolved"))
    Delivery.objects.filter(template="resolved").update(state=state)
    actions.close(ticket, by=Person.objects.system())
    tell.tell(last(ticket, "closed"))
    assert told(template="closed") == ["closed"] * is_told


def test_a_solution_told_to_another_or_of_another_request_was_not_told(cast: Cast, ticket: Ticket) -> None:
    other = cast.asked()
    actions.add_participant(ticket, by=cast.mei, person=cast.omar)
    for each in (ticket, other):
        actions.resolve(each, by=cast.bo, resolution="New profile.")
        tell.tell(last(each, "resolved"))
    Delivery.objects.filter(ticket=ticket, person=cast.mei).update(state="failed")
    actions.close(ticket, by=Person.objects.system())
    tell.tell(last(ticket, "closed"))
    assert told(cast.mei, template="closed") == ["closed"]


def test_what_is_internal_without_a_message_stays_inside_too(
    cast: Cast, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(tell.NOTICES, "tagged", (tell.Notice("replied", recipients.asking_side),))
    actions.tag(ticket, by=cast.bo, tags=["difficult"])
    tell.tell(last(ticket, "tagged"))
    assert told() == ["received"]


def test_a_hushed_request_is_confirmed_to_nobody_and_says_why(cast: Cast) -> None:
    own, asked = cast.ask(), cast.ask(requester=cast.omar)
    for each, template, reader in ((own, "received", cast.mei), (asked, "asked_for", cast.omar)):
        hush(each, why="A machine.")
        tell.tell(last(each, "opened"))
        row = Delivery.objects.get(ticket=each)
        assert (row.template, row.person, row.state, row.error) == (template, reader, "dropped", "A machine.")
        hush(each, why="Again.")
    assert Delivery.objects.count() == 2
    assert sending() == []


def test_of_a_hushed_word_nobody_is_told_nor_of_what_it_brought_about(cast: Cast, ticket: Ticket) -> None:
    actions.assign(ticket, by=cast.dana, to=cast.bo)
    actions.resolve(ticket, by=cast.bo, resolution="New profile.")
    again = actions.reply(ticket, by=cast.mei, text="It is broken again.")
    other = actions.reply(ticket, by=cast.mei, text="And the scanner.")
    hush_word(again, why="Old.")
    tell_all([last(ticket, "reopened"), last(ticket, "asked")])
    rows = Delivery.objects.filter(person=cast.bo, template__in=("reopened", "answered"))
    found = {(row.template, row.message_id, row.state, row.error) for row in rows}
    assert found == {("reopened", again.pk, "dropped", "Old."), ("answered", other.pk, "queued", "")}


def test_a_word_of_which_nobody_would_be_told_can_be_hushed(cast: Cast, ticket: Ticket) -> None:
    actions.escalate(ticket, by=cast.bo, to=cast.network, handover="Gateway.")
    hush_word(fresh(ticket).messages.latest("pk"), why="Old.")
    assert told() == ["received"]


# Who reads, which letter, whether it says something to the asking side, and whether it may still leave
STILL = [
    ("mei", "received", "", True),
    ("mei", "replied", "reply", True),
    ("omar", "replied", "reply", False),
    ("omar", "received", "", True),
    ("bo", "assigned", "", True),
    ("hana", "assigned", "", False),
    ("mei", "answered", "reply", False),
    ("bo", "answered", "reply", True),
]


@pytest.mark.parametrize(("who", "template", "kind", "wanted"), STILL)
def test_a_letter_that_waited_is_still_for_whoever_may_read_it(
    cast: Cast, ticket: Ticket, who: str, template: str, kind: str, wanted: bool
) -> None:
    message = actions.reply(ticket, by=cast.bo, text="x") if kind else None
    person = getattr(cast, who)
    row = Delivery(ticket=fresh(ticket), message=message, person=person, template=template)
    assert is_still_for(row) is wanted
    person.is_active = False
    assert not is_still_for(row)
