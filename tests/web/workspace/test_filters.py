"""What narrows a queue is a condition: the address asks the same of the database as of one ticket."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone

from firstline.kit import clock
from firstline.tickets.conditions.facts import facts_of
from firstline.tickets.models import Ticket
from firstline.web.workspace.filters import ASKED, NAMES, condition_of, narrowed
from tests.cast import Cast
from tests.scans import multiply, scans
from tests.tickets.conditions import worlds

pytestmark = pytest.mark.django_db

NOW = worlds.NOW
MONTH = NOW - timedelta(days=30)
# name: a value, and what it means to the database
MEANT: dict[str, tuple[str, Q]] = {
    "phase": ("pending", Q(phase="pending")),
    "status": ("pending", Q(status="pending")),
    "kind": ("incident", Q(kind="incident")),
    "priority": ("2", Q(priority=2)),
    "service": ("none", Q(service=None)),
    "line": ("none", Q(line=None)),
    "team": ("none", Q(team=None)),
    "agent": ("none", Q(assignee=None)),
    "channel": ("email", Q(channel="email")),
    "vip": ("1", Q(vip=True)),
    "late": ("1", Q(phase__in=Ticket.OPEN, due_at__lte=NOW)),
    "opened": ("2026-11-25", Q(created_at__gte="2026-11-25T00:00Z", created_at__lt="2026-11-26T00:00Z")),
    "solved": ("P30D", Q(resolved_at__gte=MONTH, resolved_at__lt=NOW + timedelta(days=1))),
    "rated": (
        "P3D",
        Q(rating__changed_at__gte=NOW - timedelta(days=3), rating__changed_at__lt=NOW + timedelta(days=1)),
    ),
    "satisfaction": ("1", Q(satisfaction=1)),
    "first_contact": ("1", Q(first_contact=True)),
}


def test_each_filter_finds_what_its_condition_is_met_by_and_what_it_means() -> None:
    cast = Cast.make()
    facts = {ticket.pk: facts_of(ticket) for ticket in worlds.tickets(cast, count=60)}
    desk, team = str(cast.it.pk), str(cast.first.pk)
    meant = {**MEANT, "desk": (desk, Q(desk=cast.it))}
    assert meant.keys() == ASKED.keys() == set(NAMES) - {"q", "breached"}
    several: list[tuple[dict[str, str], Q]] = [
        ({"desk": desk, "agent": "none"}, Q(desk=cast.it, assignee=None)),
        ({"team": team}, Q(team=cast.first)),
    ]
    with clock.moved(NOW), timezone.override("UTC"):
        for given, query in [({name: value}, query) for name, (value, query) in meant.items()] + several:
            found = set(narrowed(Ticket.objects.all(), given).values_list("pk", flat=True))
            assert found == set(Ticket.objects.filter(query).values_list("pk", flat=True)), given
            condition = condition_of(given)
            assert found == {pk for pk, known in facts.items() if condition.holds(known, NOW)}, given
            assert 0 < len(found) < len(facts), given


@pytest.mark.parametrize("given", [{"priority": "high"}, {"team": "-1"}, {"opened": "soon"}, {"phase": "x" * 500}])
def test_what_nobody_could_have_chosen_fits_nothing(given: dict[str, str]) -> None:
    Cast.make().ask()
    with pytest.raises((ValueError, ValidationError)):
        condition_of(given)
    assert not narrowed(Ticket.objects.all(), given).exists()


def test_a_queue_that_is_narrowed_walks_the_index_of_the_queue() -> None:
    cast = Cast.make()
    for _number in range(3):
        cast.ask()
    multiply()
    open_there = Ticket.objects.at_desks_of(cast.bo).open().soonest_first()
    with scans() as found:
        for given in ({"team": str(cast.first.pk)}, {"agent": "none"}, {"priority": "3", "vip": "1"}, {"late": "1"}):
            list(narrowed(open_there, given)[:51])
    assert found == []
