"""Who is told of what, in which language; and what nobody is told."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from firstline.kit import clock
from firstline.notices import recipients
from firstline.notices.models import Delivery
from firstline.notices.tell import NOTICES, Notice, tell
from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.models import Clock, Event
from firstline.tickets.record import REACT
from firstline.tickets.write_guard import quietly
from tests.background import run_jobs, waiting_jobs
from tests.cast import MONDAY, Cast, fresh
from tests.letters import told

pytestmark = pytest.mark.django_db


def test_the_requester_has_his_number_confirmed_in_his_own_language(cast: Cast) -> None:
    ticket = cast.ask()
    run_jobs()
    delivery = Delivery.objects.get()
    assert (delivery.person, delivery.template, delivery.language) == (cast.mei, "received", "zh-hans")
    assert delivery.payload["number"] == ticket.number


def test_nothing_is_confirmed_when_it_was_solved_on_the_spot(cast: Cast) -> None:
    ticket = cast.ask(by=cast.bo, requester=cast.mei, channel="phone")
    actions.resolve(ticket, by=cast.bo, resolution="Restarted it together.")
    run_jobs()
    assert told(cast.mei) == ["resolved"]


def test_an_answer_goes_to_the_asking_side_and_to_nobody_else(cast: Cast) -> None:
    ticket = cast.ask()
    actions.add_participant(ticket, by=cast.mei, person=cast.omar)
    actions.watch(ticket, by=cast.dana)
    actions.reply(ticket, by=cast.bo, text="Which client?")
    run_jobs()
    assert told(cast.mei) == ["received", "replied"]
    assert told(cast.omar) == ["added", "replied"]
    assert told(cast.dana) == told(cast.bo) == []


def test_who_asked_for_somebody_hears_only_of_what_is_said_to_askers(cast: Cast) -> None:
    ticket = cast.ask(requester=cast.omar)
    actions.reply(ticket, by=cast.bo, text="Your salary file is back.")
    run_jobs()
    assert (told(cast.omar, template="replied"), told(cast.mei, template="replied")) == (["replied"], [])
    actions.reply(ticket, by=cast.bo, text="We order a new one.", to_askers=True)
    run_jobs()
    assert (told(cast.omar, template="replied"), told(cast.mei, template="replied")) == (["replied"] * 2, ["replied"])


def test_the_desk_hears_of_what_was_said_to_the_requester_alone(cast: Cast) -> None:
    ticket = cast.ask(requester=cast.omar)
    actions.assign(ticket, by=cast.dana, to=cast.bo)
    actions.reply(ticket, by=cast.omar, text="It is gone again.")
    run_jobs()
    assert "answered" in told(cast.bo)


def test_a_withdrawn_answer_is_not_sent(cast: Cast) -> None:
    ticket = cast.ask()
    message = actions.reply(ticket, by=cast.bo, text="Wrong ticket", undo_seconds=15)
    actions.withdraw(message, by=cast.bo)
    with clock.moved(clock.now() + timedelta(minutes=1)):
        run_jobs()
    assert told(cast.mei) == ["received"]


def test_an_answer_waits_until_it_can_no_longer_be_withdrawn(cast: Cast) -> None:
    ticket = cast.ask()
    message = actions.reply(ticket, by=cast.bo, text="Which client?", undo_seconds=15)
    tell(Event.objects.get(name="replied"))
    assert Delivery.objects.get(template="replied").next_try_at == message.leaves_at


def test_what_an_interrupted_job_left_untold_goes_first(cast: Cast) -> None:
    ticket = cast.ask()
    actions.accept(ticket, by=cast.bo)
    run_jobs()
    actions.reply(fresh(ticket), by=cast.bo, text="A new client is on its way.")
    actions.resolve(fresh(ticket), by=cast.bo, resolution="Installed.")
    tell(Event.objects.get(name="resolved"))
    assert told(cast.mei)[-2:] == ["replied", "resolved"]
    tell(Event.objects.get(name="replied"))
    assert told(cast.mei).count("replied") == 1


def test_notes_reach_only_those_who_are_mentioned_in_them(cast: Cast) -> None:
    ticket = cast.ask()
    note = actions.note(ticket, by=cast.bo, text="Chen, the concentrator again?")
    actions.mention(ticket, by=cast.bo, persons=[cast.chen, cast.mei], message=note)
    actions.escalate(ticket, by=cast.bo, to=cast.network, handover="Client is fine.")
    actions.send_back(ticket, by=cast.chen, reason="Not ours.")
    run_jobs()
    assert told(cast.chen) == ["mentioned"]
    assert told(cast.mei) == ["received"]
    assert not Delivery.objects.filter(person=cast.mei, message=note).exists()


def test_the_agent_hears_of_assignments_answers_and_reopenings_that_are_not_his_own(cast: Cast) -> None:
    ticket = cast.ask()
    actions.assign(ticket, by=cast.dana, to=cast.bo)
    actions.watch(ticket, by=cast.yu)
    actions.reply(ticket, by=cast.mei, text="It is the office network, not home.")
    actions.reply(ticket, by=cast.mei, text="谢谢！")
    actions.resolve(ticket, by=cast.bo, resolution="New profile.")
    actions.reopen(ticket, by=cast.mei, reason="It drops again.")
    actions.assign(ticket, by=cast.bo, to=cast.bo)
    run_jobs()
    assert told(cast.bo) == ["assigned", "answered", "reopened"]
    assert told(cast.yu) == ["answered", "reopened"]


def test_a_cancelled_request_is_told_only_when_the_desk_cancelled_it(cast: Cast) -> None:
    own, desks = cast.ask(), cast.ask()
    actions.cancel(own, by=cast.mei)
    actions.cancel(desks, by=cast.bo, reason="A duplicate.")
    run_jobs()
    assert told(cast.mei, ticket=own) == []
    assert told(cast.mei, ticket=desks) == ["cancelled"]


def test_what_is_internal_stays_inside_even_if_the_table_were_wrong(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    leak = (Notice("replied", recipients.asking_side),)
    for name in ("noted", "escalated"):
        monkeypatch.setitem(NOTICES, name, leak)
    ticket = cast.ask()
    actions.note(ticket, by=cast.bo, text="Her laptop is a wreck.")
    actions.escalate(ticket, by=cast.bo, to=cast.network, handover="Her laptop is a wreck.")
    run_jobs()
    assert told(cast.mei) == ["received"]


def test_a_transfer_is_told_without_its_reason(cast: Cast) -> None:
    ticket = cast.ask()
    actions.transfer(ticket, by=cast.bo, to=cast.hr, reason="This is about her leave, poor thing.")
    run_jobs()
    delivery = Delivery.objects.get(template="transferred")
    assert (delivery.person, delivery.message) == (cast.mei, None)
    assert "poor thing" not in str(delivery.payload)


def test_closing_is_quiet_after_a_solution_that_was_told(cast: Cast) -> None:
    ticket = cast.ask()
    actions.resolve(ticket, by=cast.bo, resolution="New profile.")
    run_jobs()
    actions.close(ticket, by=Person.objects.system())
    run_jobs()
    assert told(cast.mei) == ["resolved"]


def test_closing_is_told_when_the_solution_never_arrived(cast: Cast) -> None:
    ticket = cast.ask()
    actions.resolve(ticket, by=cast.bo, resolution="New profile.")
    run_jobs()
    Delivery.objects.filter(template="resolved").update(state="failed")
    actions.close(ticket, by=Person.objects.system())
    run_jobs()
    assert told(cast.mei)[-1] == "closed"


def test_clocks_call_whom_their_goal_names_and_the_20_minute_rule_the_agent(cast: Cast) -> None:
    with clock.moved(MONDAY):
        ticket = cast.ask()
        actions.accept(ticket, by=cast.bo)
        actions.classify(ticket, by=cast.bo, kind="incident", service=cast.vpn)
    system = Person.objects.system()
    with clock.moved(MONDAY + timedelta(minutes=24)):
        actions.warn_clock(Clock.objects.get(ticket=ticket, kind="first_response"), by=system)
        actions.breach_clock(Clock.objects.get(ticket=ticket, kind="line"), by=system)
    with clock.moved(MONDAY + timedelta(minutes=31)):
        actions.breach_clock(Clock.objects.get(ticket=ticket, kind="first_response"), by=system)
        run_jobs()
    assert told(cast.bo) == ["clock_warned", "line_time"]
    assert told(cast.dana) == ["clock_breached"]
    assert Delivery.objects.get(template="line_time").payload["minutes"] == 20


def test_a_bad_rating_is_told_to_the_manager_once(cast: Cast) -> None:
    ticket = cast.ask()
    actions.resolve(ticket, by=cast.bo, resolution="New profile.")
    actions.rate(ticket, by=cast.mei, score=1)
    actions.rate(ticket, by=cast.mei, score=3)
    actions.rate(ticket, by=cast.mei, score=3, stars=1, words="Still drops.")
    run_jobs()
    assert told(cast.dana) == ["dissatisfied"]


def test_the_same_event_told_twice_is_told_once(cast: Cast) -> None:
    cast.ask()
    event = Event.objects.get(name="opened")
    tell(event)
    tell(event)
    assert told() == ["received"]


def test_nobody_without_an_address_or_who_has_left_is_written_to(cast: Cast) -> None:
    Person.objects.filter(pk=cast.mei.pk).update(email=None)
    ticket = cast.ask(by=cast.bo, requester=cast.mei)
    actions.add_participant(ticket, by=cast.bo, person=cast.omar)
    Person.objects.filter(pk=cast.omar.pk).update(is_active=False)
    run_jobs()
    assert told() == []


def test_a_watcher_who_no_longer_works_there_hears_nothing(cast: Cast) -> None:
    ticket = cast.ask()
    actions.watch(ticket, by=cast.yu)
    cast.yu.memberships.all().delete()  # type: ignore[attr-defined]
    actions.reply(ticket, by=cast.mei, text="One more thing about it.")
    run_jobs()
    assert told(cast.yu) == []


def test_verbs_done_quietly_tell_nobody(cast: Cast) -> None:
    with quietly():
        cast.ask()
    assert REACT not in [name for name, _arguments in waiting_jobs()]
    assert told() == []


def test_every_event_in_the_table_is_one_that_a_verb_leaves() -> None:
    sources = "".join(path.read_text() for path in Path("firstline/tickets/actions").glob("*.py"))
    for name in NOTICES:
        assert re.search(rf'"{name}"', sources), name


def test_a_program_that_asks_without_end_is_confirmed_to_three_times_an_hour(cast: Cast) -> None:
    for number in range(5):
        cast.ask(channel="api", subject=f"Disk {number} is full")
    run_jobs()
    assert told(cast.mei, state="queued") == ["received"] * 3
    assert told(cast.mei, state="dropped") == ["received"] * 2
