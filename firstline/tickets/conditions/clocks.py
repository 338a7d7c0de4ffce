"""What conditions ask about a ticket's clocks: whether it is late, and which deadlines were missed or are near."""

from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, ExpressionWrapper, F, OuterRef, Q, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from firstline.kit.conditions import Facts, Field
from firstline.kit.conditions.types import SET, YES_NO
from firstline.tickets.models import Clock
from firstline.tickets.querysets import OPEN


def _is_late(facts: Facts, at: datetime) -> bool:
    return facts["phase"] in OPEN and facts["due_at"] <= at


def _late(at: datetime) -> Any:
    return ExpressionWrapper(Q(phase__in=OPEN, due_at__lte=at), output_field=BooleanField())


def _is_missed(clock: Clock, at: datetime) -> bool:
    if clock.state == Clock.State.RUNNING:
        return bool(clock.due_at and clock.due_at <= at)
    return clock.state == Clock.State.STOPPED and clock.late


def _is_near(clock: Clock, at: datetime) -> bool:
    running = clock.state == Clock.State.RUNNING and clock.warn_at and clock.due_at
    return bool(running and clock.warn_at <= at < clock.due_at)  # type: ignore[operator]


def _missed(at: datetime) -> Any:
    stopped = Q(state=Clock.State.STOPPED, stopped_at__gt=F("due_at"))
    return _kinds(Q(state=Clock.State.RUNNING, due_at__lte=at) | stopped)


def _near(at: datetime) -> Any:
    return _kinds(Q(state=Clock.State.RUNNING, warn_at__lte=at, due_at__gt=at))


def _kinds(which: Q) -> ArraySubquery:
    found = Clock.objects.filter(which, ticket=OuterRef("pk")).order_by()
    return ArraySubquery(found.values(said=Cast("kind", TextField())))


CLOCKS = (
    Field("late", YES_NO, _("Late"), read=_is_late, sql=_late, uses=("phase", "due_at")),
    Field(
        "breached",
        SET,
        _("Missed deadlines"),
        sql=_missed,
        uses=("clocks",),
        choices=lambda: Clock.Kind.choices,
        read=lambda facts, at: [clock.kind for clock in facts["clocks"] if _is_missed(clock, at)],
    ),
    Field(
        "near",
        SET,
        _("Deadlines that are near"),
        sql=_near,
        uses=("clocks",),
        choices=lambda: Clock.Kind.choices,
        read=lambda facts, at: [clock.kind for clock in facts["clocks"] if _is_near(clock, at)],
    ),
)
"""A deadline is missed where its clock ran out or stopped too late, and near from the warning on."""
