"""Which goal counts for a ticket. Pure: the facts come as a plain table."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from firstline.sla.models import Goal

Facts = Mapping[str, Any]


def choose(goals: Iterable["Goal"], facts: Facts) -> "Goal | None":
    """The goal that counts, out of the goals of one clock; None if no active goal fits.

    The lowest order wins; among equals the one that asks about more facts, then the older one.
    """
    fitting = [goal for goal in goals if goal.active and fits(goal.when, facts)]
    return min(fitting, key=lambda goal: (goal.order, -goal.asks(), goal.pk or 0), default=None)


def fits(when: Mapping[str, list[Any]], facts: Facts) -> bool:
    """Whether every condition is met. A fact that is not known (absent or None) meets none."""
    return all(facts.get(fact) in allowed for fact, allowed in when.items() if allowed)
