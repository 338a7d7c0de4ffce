"""Which requests are in whose queue: the whole table, written down a second time, and whose day begins where."""

from datetime import timedelta

import pytest

from firstline.catalog.models import Membership, Team, Tier
from firstline.kit import clock
from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.models import Ticket
from firstline.tickets.queues import OWN, SHARED, Queue, desks_of, first_queue, groups, leads, queue
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db

LATER = MONDAY + timedelta(minutes=30)

# Who looks, at which queue, and what is in it thirty minutes after all of this was asked.
# Bo is of the first team, Chen of the network's, Yu of one that has nothing, Dana leads the desk, Hana sits elsewhere
# and Ada, the administrator, nowhere.
TABLE = """
bo    mine         worked woken
bo    breaching    new woken asleep-new soon
bo    waiting      held
bo    snoozed      asleep
bo    unaccepted   new
bo    open         new asleep-new worked held asleep woken soon escalated chens
bo    solved       solved
bo    all          new asleep-new worked held asleep woken soon escalated chens solved closed cancelled
chen  mine         chens
chen  breaching    escalated
chen  waiting
chen  snoozed
chen  unaccepted   escalated
yu    unaccepted
yu    breaching
yu    open         new asleep-new worked held asleep woken soon escalated chens
dana  mine
dana  breaching    new asleep-new soon escalated
dana  unaccepted   new escalated
hana  mine
hana  unaccepted   hr
hana  open         hr
hana  all          hr
ada   mine
ada   unaccepted   new escalated hr
ada   open         new asleep-new worked held asleep woken soon escalated chens hr
ada   solved       solved
ada   all          new asleep-new worked held asleep woken soon escalated chens solved closed cancelled hr
"""
ROWS = [(who, key, set(names)) for who, key, *names in (line.split() for line in TABLE.split("\n") if line)]


@pytest.fixture
def asked(cast: Cast) -> dict[str, Ticket]:
    """One request for each way in which it can stand, asked at nine."""
    bo = cast.bo
    with clock.moved(MONDAY):
        tickets = {name: cast.ask(subject=name) for name in NAMES}
        for name in ("worked", "held", "asleep", "woken", "closed"):
            actions.accept(tickets[name], by=bo)
        actions.hold(tickets["held"], by=bo, reason="vendor")
        actions.snooze(tickets["asleep"], by=bo, until=LATER + timedelta(seconds=1))
        actions.snooze(tickets["woken"], by=bo, until=LATER)
        actions.snooze(tickets["asleep-new"], by=bo, until=LATER + timedelta(hours=1))
        # A first answer is due within thirty minutes, and a solution much later.
        for name in ("woken", "soon"):
            actions.classify(tickets[name], by=cast.dana, kind="incident", service=None)
        actions.accept(tickets["soon"], by=cast.dana)
        actions.assign(tickets["soon"], by=cast.dana, to=None)
        for name in ("escalated", "chens"):
            actions.escalate(tickets[name], by=bo, to=cast.network, handover="Gateway.")
        actions.accept(tickets["chens"], by=cast.chen)
        for name in ("solved", "closed"):
            actions.resolve(tickets[name], by=bo, resolution="Restart it.")
        actions.close(tickets["closed"], by=cast.mei)
        actions.cancel(tickets["cancelled"], by=cast.mei, reason="withdrawn")
        tickets["hr"] = cast.ask(subject="hr", desk=cast.hr)
    return tickets


NAMES = "new asleep-new worked held asleep woken soon escalated chens solved closed cancelled".split()


def held_by(found: Queue) -> set[str]:
    return {ticket.subject for ticket in found.tickets}


def person(cast: Cast, name: str) -> Person:
    """Read afresh, with the seats that they have now."""
    return Person.objects.get(pk=getattr(cast, name).pk)


@pytest.mark.parametrize(("who", "key", "wanted"), ROWS, ids=lambda value: value if isinstance(value, str) else "")
def test_each_queue_holds_these_and_nothing_else(
    cast: Cast, asked: dict[str, Ticket], who: str, key: str, wanted: set[str]
) -> None:
    with clock.moved(LATER):
        assert held_by(queue(person(cast, who), key)) == wanted


def test_no_queue_is_without_a_row() -> None:
    assert list(OWN) == ["mine", "breaching", "waiting", "snoozed"]
    # Whether it holds open requests only, so that it is worked off by the clock
    assert {key: is_open for key, (_title, _choose, is_open) in SHARED.items()} == {
        "unaccepted": True,
        "open": True,
        "solved": False,
        "all": False,
    }
    assert {key for _who, key, _names in ROWS} == {*OWN, *SHARED}


@pytest.mark.parametrize("key", [*OWN, *SHARED])
def test_a_queue_says_its_key_and_whether_it_is_worked_off(cast: Cast, key: str) -> None:
    found = queue(cast.bo, key)
    assert (found.key, found.open) == (key, key not in ("solved", "all"))
    if key in SHARED:
        of_a_desk = queue(cast.bo, f"{key}-{cast.it.pk}")
        assert (of_a_desk.key, of_a_desk.open, of_a_desk.title) == (f"{key}-{cast.it.pk}", found.open, found.title)


def test_about_to_breach_is_what_is_due_within_thirty_minutes(cast: Cast) -> None:
    with clock.moved(MONDAY):
        ticket = cast.ask(subject="due at six")
        actions.classify(actions.accept(ticket, by=cast.bo), by=cast.bo, kind="incident", service=None)
        actions.reply(ticket, by=cast.bo, text="I look.")
    for minutes, wanted in ((8.5 * 60 - 1, set()), (8.5 * 60, {"due at six"}), (9 * 60, {"due at six"})):
        with clock.moved(MONDAY + timedelta(minutes=minutes)):
            assert held_by(queue(cast.bo, "breaching")) == wanted


def test_whose_team_has_it_cares_for_it_as_long_as_nobody_has_taken_it(cast: Cast, asked: dict[str, Ticket]) -> None:
    with clock.moved(LATER):
        actions.assign(asked["soon"], by=cast.dana, to=cast.dana)
        assert "soon" not in held_by(queue(cast.bo, "breaching"))
        assert "soon" in held_by(queue(cast.dana, "breaching"))


def test_the_queues_of_one_desk_hold_its_part(cast: Cast, asked: dict[str, Ticket]) -> None:
    Membership.objects.create(person=cast.dana, desk=cast.hr, team=None, role="manager")
    dana = person(cast, "dana")
    with clock.moved(LATER):
        for key in SHARED:
            whole = held_by(queue(dana, key))
            assert held_by(queue(dana, f"{key}-{cast.hr.pk}")) == whole & {"hr"}
            assert held_by(queue(dana, f"{key}-{cast.it.pk}")) == whole - {"hr"}


def test_the_queues_of_a_line_and_a_team_hold_what_is_open_there(cast: Cast, asked: dict[str, Ticket]) -> None:
    first = {"new", "asleep-new", "worked", "held", "asleep", "woken", "soon"}
    for name, number, wanted in (
        ("team", cast.first.pk, first),
        ("line", cast.first.line_id, first),
        ("team", cast.network.pk, {"escalated", "chens"}),
        ("line", cast.network.line_id, {"escalated", "chens"}),
        ("team", cast.business.pk, set()),
    ):
        found = queue(cast.bo, f"{name}-{number}")
        assert (found.key, found.open, held_by(found)) == (f"{name}-{number}", True, wanted)
    assert queue(cast.bo, f"team-{cast.network.pk}").title == "Network team"
    assert queue(cast.bo, f"line-{cast.network.line_id}").title == "Line 2"


def test_a_person_has_no_queue_of_a_desk_where_they_do_not_work(cast: Cast) -> None:
    hr_team = Team.objects.get(desk=cast.hr)
    keys = [f"{name}-{cast.hr.pk}" for name in SHARED] + [f"team-{hr_team.pk}", f"line-{hr_team.line_id}"]
    for key in [*keys, "", "-", "nobody", "mine-1", "open-x", "open-1-2", "team", "line-", "team-0", "line-0"]:
        with pytest.raises(KeyError):
            queue(cast.bo, key)
    for key in keys:
        assert queue(cast.hana, key).key == key
        assert queue(cast.ada, key).key == key


def test_the_rail_shows_the_own_queues_and_those_of_each_desk_in_order(cast: Cast) -> None:
    it, hr = cast.it.pk, cast.hr.pk
    hr_line = Team.objects.get(desk=cast.hr).line_id
    of_it = [
        *(f"unaccepted-{it}", f"line-{cast.first.line_id}", f"line-{cast.first_plus.line_id}"),
        *(f"team-{cast.business.pk}", f"team-{cast.network.pk}", f"open-{it}", f"solved-{it}"),
    ]
    of_hr = [f"unaccepted-{hr}", f"line-{hr_line}", f"open-{hr}", f"solved-{hr}"]

    def rail(name: str) -> list[tuple[str, list[str]]]:
        return [
            (each.desk.key if each.desk else "", [one.key for one in each.queues])
            for each in groups(person(cast, name))
        ]

    assert rail("bo") == [("", list(OWN)), ("IT", of_it)]
    assert rail("hana") == [("", list(OWN)), ("HR", of_hr)]
    assert rail("ada") == [("", list(OWN)), ("IT", of_it), ("HR", of_hr)]
    assert rail("mei") == [("", list(OWN))]


def test_lines_are_shown_by_rank_and_a_line_without_teams_as_itself(cast: Cast) -> None:
    early = Tier.objects.create(desk=cast.it, key="L0", rank=0, name_en="Robot", name_zh="机器人")
    keys = [each.key for each in list(groups(person(cast, "bo")))[1].queues]
    assert keys[1] == f"line-{early.pk}"


def test_an_administrator_with_a_seat_works_where_the_seat_is(cast: Cast) -> None:
    assert [desk.key for desk in desks_of(cast.ada)] == ["IT", "HR"]
    Membership.objects.create(person=cast.ada, desk=cast.hr, team=None, role="manager")
    assert [desk.key for desk in desks_of(person(cast, "ada"))] == ["HR"]


def test_a_desk_is_led_by_its_manager_and_its_auditor_reads_it_all_and_by_administrators(cast: Cast) -> None:
    Membership.objects.create(person=cast.omar, desk=cast.it, team=None, role="auditor")
    found = {name: leads(person(cast, name), cast.it) for name in ("bo", "chen", "dana", "ada", "omar", "mei", "hana")}
    assert found == {
        "bo": False, "chen": False, "dana": True, "ada": True, "omar": True, "mei": False, "hana": False
    }  # fmt: skip
    assert not leads(cast.dana, cast.hr)


def test_the_day_begins_with_what_nobody_accepted_for_the_first_line_and_at_the_own_for_others(cast: Cast) -> None:
    begins = {name: first_queue(person(cast, name)) for name in ("bo", "yu", "chen", "dana", "ada", "hana", "mei")}
    assert begins == {
        "bo": f"unaccepted-{cast.it.pk}",
        "yu": "mine",
        "chen": "mine",
        "dana": f"open-{cast.it.pk}",
        "ada": f"open-{cast.it.pk}",
        "hana": f"unaccepted-{cast.hr.pk}",
        "mei": "mine",
    }


def test_whoever_leads_a_desk_and_works_in_a_team_begins_with_the_own(cast: Cast) -> None:
    Membership.objects.create(person=cast.chen, desk=cast.hr, team=None, role="manager")
    assert first_queue(person(cast, "chen")) == "mine"
    Membership.objects.create(person=cast.dana, desk=cast.hr, team=Team.objects.get(desk=cast.hr), role="agent")
    assert first_queue(person(cast, "dana")) == f"unaccepted-{cast.hr.pk}"


def test_whoever_sits_in_a_team_at_one_desk_and_in_none_at_another_accepts_there_for_the_whole(
    cast: Cast, asked: dict[str, Ticket]
) -> None:
    Membership.objects.create(person=cast.chen, desk=cast.hr, team=None, role="manager")
    with clock.moved(LATER):
        assert held_by(queue(person(cast, "chen"), "unaccepted")) == {"escalated", "hr"}
