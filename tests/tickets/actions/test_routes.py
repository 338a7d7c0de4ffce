"""To which team a request is handed on, and back: every case of the three verbs."""

from collections.abc import Callable

import pytest

from firstline.catalog import config_cache
from firstline.catalog.models import Desk, Membership, Team, Tier
from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.errors import WrongState
from firstline.tickets.models import Ticket
from tests.cast import Cast, fresh

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("service", "line", "team"),
    [
        ("sap", "L2", "business"),
        ("vpn", "L2", "network"),
        # Without a service, or with one whose team is on another line, the first team of the line.
        (None, "L2", "business"),
        ("vpn", "L1.5", "l15"),
    ],
)
def test_a_line_is_its_services_team_or_its_first(cast: Cast, service: str | None, line: str, team: str) -> None:
    ticket = cast.ask()
    chosen = {"sap": cast.sap, "vpn": cast.vpn, None: None}[service]
    actions.classify(ticket, by=cast.bo, kind="incident", service=chosen)
    to = Tier.objects.get(desk=cast.it, key=line)
    assert actions.escalate(ticket, by=cast.bo, to=to, handover="x").team.key == team


def test_a_line_without_a_team_and_a_team_of_another_desk_are_refused(cast: Cast) -> None:
    empty = Tier.objects.create(desk=cast.it, key="L4", rank=4, name_en="Vendor", name_zh="厂商")
    theirs = Team.objects.get(desk=cast.hr)
    for to, said in ((empty, "No team works"), (theirs, "another desk"), (theirs.line, "No team works")):
        with pytest.raises(WrongState, match=said):
            actions.escalate(cast.ask(), by=cast.bo, to=to, handover="x")


def escalated(cast: Cast, ticket: Ticket) -> None:
    actions.escalate(ticket, by=cast.bo, to=cast.first_plus, handover="x")
    actions.escalate(ticket, by=cast.yu, to=cast.network, handover="x")


def assigned(cast: Cast, ticket: Ticket) -> None:
    actions.assign(ticket, by=cast.dana, to=cast.chen)


def there_and_back(cast: Cast, ticket: Ticket) -> None:
    actions.escalate(ticket, by=cast.bo, to=cast.network, handover="x")
    actions.assign(ticket, by=cast.dana, to=cast.bo)


def came_from_there(cast: Cast, ticket: Ticket) -> None:
    """Escalated from a team to which it was assigned since."""
    assigned(cast, ticket)
    actions.escalate(ticket, by=cast.chen, to=cast.business, handover="x")
    assigned(cast, ticket)


def transferred(cast: Cast, ticket: Ticket) -> None:
    """From the other desk, whose team cannot have it back like that."""
    actions.transfer(ticket, by=cast.bo, to=cast.hr, reason="x")
    actions.transfer(ticket, by=cast.hana, to=cast.it, reason="x")
    assigned(cast, ticket)


def team_gone(cast: Cast, ticket: Ticket) -> None:
    passing = Team.objects.create(desk=cast.it, line=cast.network.line, key="gone", name_en="Gone", name_zh="无")
    config_cache.forget()
    actions.escalate(ticket, by=cast.bo, to=passing, handover="x")
    actions.escalate(ticket, by=cast.bo, to=cast.network, handover="x")
    Team.objects.filter(pk=passing.pk).delete()
    config_cache.forget()


@pytest.mark.parametrize(
    ("before", "team"),
    [
        (escalated, "l15"),
        (assigned, "l1"),
        (came_from_there, "l1"),
        (transferred, "l1"),
        (team_gone, "l1"),
        (there_and_back, None),
    ],
)
def test_it_goes_back_to_where_it_came_from_else_to_the_first_team(
    cast: Cast, before: Callable[[Cast, Ticket], None], team: str | None
) -> None:
    ticket = cast.ask()
    before(cast, ticket)
    if team:
        assert actions.send_back(ticket, by=cast.dana, reason="x").team.key == team
    else:
        with pytest.raises(WrongState, match="did not come"):
            actions.send_back(ticket, by=cast.dana, reason="x")


def test_a_desk_without_teams_takes_requests_but_none_is_sent_there_or_back(cast: Cast) -> None:
    bare = Desk.objects.create(key="NEW", name_en="New", name_zh="新", calendar=cast.it.calendar, order=3)
    config_cache.forget()
    with pytest.raises(WrongState, match="New has no team yet"):
        actions.transfer(cast.ask(), by=cast.bo, to=bare, reason="x")
    ticket = cast.asked(desk=bare)
    assert (ticket.team, ticket.line, ticket.phase) == (None, None, "pending")
    with pytest.raises(WrongState, match="did not come"):
        actions.send_back(ticket, by=_manager(cast, bare), reason="x")
    with pytest.raises(WrongState, match="already at this desk"):
        actions.transfer(cast.ask(), by=cast.bo, to=cast.it, reason="x")


def _manager(cast: Cast, desk: Desk) -> Person:
    Membership.objects.create(person=cast.omar, desk=desk, team=None, role="manager")
    return Person.objects.get(pk=cast.omar.pk)


def test_a_request_stays_in_the_team_that_has_it_when_who_gets_it_is_in_two_and_else_goes_to_the_earlier_of_these(
    cast: Cast,
) -> None:
    Membership.objects.create(person=cast.chen, desk=cast.it, team=cast.first, role="agent")
    chen = Person.objects.get(pk=cast.chen.pk)
    assert actions.assign(cast.ask(), by=cast.dana, to=chen).team == cast.first
    ticket = cast.ask()
    actions.escalate(ticket, by=cast.bo, to=cast.business, handover="x")
    assert actions.assign(ticket, by=cast.dana, to=chen).team == cast.network


@pytest.mark.parametrize("why", ["auditor", "inactive", "elsewhere"])
def test_nobody_is_given_a_request_who_cannot_work_on_it(cast: Cast, why: str) -> None:
    match why:
        case "auditor":
            Membership.objects.create(person=cast.omar, desk=cast.it, team=None, role="auditor")
            to = cast.omar
        case "inactive":
            cast.chen.is_active = False
            cast.chen.save()
            to = cast.chen
        case "elsewhere":
            to = cast.hana
    ticket = cast.ask()
    with pytest.raises(WrongState, match="does not work at this desk"):
        actions.assign(ticket, by=cast.dana, to=Person.objects.get(pk=to.pk))
    assert fresh(ticket).assignee is None
