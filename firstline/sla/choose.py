"""Which goal counts for a ticket. Pure: what is known comes as facts, and what can be asked about as fields."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from firstline.kit.conditions import Facts, Fields

if TYPE_CHECKING:
    from firstline.sla.models import SlaTarget


def choose(goals: Iterable["SlaTarget"], facts: Facts, *, at: datetime, fields: Fields) -> "SlaTarget | None":
    """The goal that counts, out of the goals of one clock; None if no active goal fits.

    The lowest order wins; among equals the one that asks more, then the older one.
    """
    fitting = [goal for goal in goals if goal.active and goal.asks(fields).holds(facts, at)]
    return min(fitting, key=lambda goal: rank(goal, fields), default=None)


def rank(goal: "SlaTarget", fields: Fields) -> tuple[int, int, int]:
    """Where it stands among the goals of its clock: the first that fits counts."""
    return goal.order, -len(goal.asks(fields).tests()), goal.pk or 0
