"""Goals, clock by clock, in the order in which they are asked."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from firstline.catalog import config_cache
from firstline.catalog.models import Desk, SettingChange
from firstline.people.models import Person
from firstline.people.request import PersonRequest
from firstline.sla.choose import rank
from firstline.sla.models import SlaTarget
from firstline.sla.when import when_of
from firstline.tickets.conditions.fields import GOAL_FIELDS
from firstline.tickets.models import Clock
from firstline.web.admin.change_descriptions import amount_words, condition_words, doing_words
from firstline.web.admin.forms.target import GoalForm
from firstline.web.admin.guards import desks_of, settles
from firstline.web.admin.saving import InUse, drop, keep, note, recompute_soon
from firstline.web.admin.shell import settings_page

FOLLOWS = gettext_lazy("The deadlines of open requests follow within a minute.")

# clock: what it measures
CLOCKS = {
    "acceptance": gettext_lazy("Until somebody accepts the request."),
    "first_response": gettext_lazy("Until an agent first engages; counted once the kind is known."),
    "resolution": gettext_lazy("Until the request is solved; waiting does not count."),
    "line": gettext_lazy("How long one line works on it before it is time to hand it on."),
}


@require_GET
@settles
def index(request: PersonRequest) -> HttpResponse:
    """For each clock its goals in order. A manager sees those that can apply at his desks."""
    mine = _keys(request.person)
    goals = [goal for goal in _in_order() if may_see(goal, mine)]
    clocks = [
        (label, CLOCKS[clock], clock, [_shown(goal, mine) for goal in goals if goal.clock == clock])
        for clock, label in SlaTarget.Clock.choices
    ]
    return settings_page(request, "admin/goals.html", here="settings-goals", clocks=clocks)


@require_http_methods(["GET", "POST"])
@settles
def edit(request: PersonRequest, id: int | None = None) -> HttpResponse:
    person = request.person
    goal = SlaTarget(clock=request.GET.get("clock", "")) if id is None else _own_goal(id, person)
    form = GoalForm(request.POST or None, instance=goal, by=person)
    if request.method == "POST" and form.is_valid():
        if goal.pk is None:
            goal.order = 1 + max((each.order for each in _in_order(clock=goal.clock)), default=0)
        keep(form, by=person, desk=_only_desk(form.instance))
        messages.success(request, _("Saved “%(name)s”.") % {"name": goal.name} + f" {FOLLOWS}")
        return redirect("settings-goals")
    status = 422 if request.method == "POST" else 200
    used = bool(id) and Clock.objects.filter(goal=id).exists()
    return settings_page(
        request, "admin/goal.html", status=status, here="settings-goals", form=form, row=goal, used=used
    )


@require_POST
@settles
def move(request: PersonRequest, id: int) -> HttpResponse:
    """Ask it before, or after, its neighbour."""
    _shift(_own_goal(id, request.person), up=request.POST.get("to") == "up", by=request.person)
    messages.success(request, str(FOLLOWS))
    return redirect("settings-goals")


@require_http_methods(["GET", "POST"])
@settles
def remove(request: PersonRequest, id: int) -> HttpResponse:
    """Only a goal that no request ever had; others are switched off."""
    goal, refusal = _own_goal(id, request.person), ""
    if Clock.objects.filter(goal=goal).exists():
        refusal = _("Requests were measured by this goal. Switch it off instead.")
    elif request.method == "POST":
        try:
            drop(goal, by=request.person, desk=_only_desk(goal))
        except InUse as error:
            refusal = str(error)
        else:
            messages.success(request, _("Removed “%(name)s”.") % {"name": goal.name})
            return redirect("settings-goals")
    status = 422 if request.method == "POST" else 200
    return settings_page(
        request, "admin/remove.html", status=status, here="settings-goals", name=goal.name, refusal=refusal
    )


def may_see(goal: SlaTarget, mine: set[str] | None) -> bool:
    """Whether it can apply at one of these desks; None means all."""
    desks = when_of(goal.stored).get("desk", [])
    return mine is None or not desks or bool(mine & set(desks))


def may_change(goal: SlaTarget, mine: set[str] | None) -> bool:
    """Whether it applies at these desks only."""
    desks = set(when_of(goal.stored).get("desk", []))
    return mine is None or (bool(desks) and desks <= mine)


def _shown(goal: SlaTarget, mine: set[str] | None) -> dict[str, Any]:
    return {
        "goal": goal,
        "may": may_change(goal, mine),
        "time": amount_words(goal.minutes),
        "when": condition_words(goal.stored),
        "doing": doing_words([*goal.on_warn, *goal.on_breach]),
    }


def _in_order(**given: str) -> list[SlaTarget]:
    """As sla.choose asks them."""
    goals = SlaTarget.objects.select_related("calendar").filter(**given)
    return sorted(goals, key=lambda goal: (goal.clock, *rank(goal, GOAL_FIELDS)))


def _keys(person: Person) -> set[str] | None:
    return None if person.admin else {desk.key for desk in desks_of(person)}


def _own_goal(id: int, person: Person) -> SlaTarget:
    goal = get_object_or_404(SlaTarget, pk=id)
    if not may_change(goal, _keys(person)):
        raise Http404
    return goal


def _only_desk(goal: SlaTarget) -> Desk | None:
    """The desk whose managers may read of it; none if it is not one desk's alone."""
    keys = when_of(goal.stored).get("desk", [])
    return Desk.objects.filter(key=keys[0]).first() if len(keys) == 1 else None


@transaction.atomic
def _shift(goal: SlaTarget, *, up: bool, by: Person) -> None:
    list(SlaTarget.objects.select_for_update().filter(clock=goal.clock))
    goals = _in_order(clock=goal.clock)
    here = goals.index(goal)
    other = here - 1 if up else here + 1
    if not 0 <= other < len(goals):
        return
    goals[here], goals[other] = goals[other], goals[here]
    for place, each in enumerate(goals, start=1):
        each.order = place
    SlaTarget.objects.bulk_update(goals, ["order"])
    note(goal, SettingChange.What.CHANGED, {"order": [here + 1, other + 1]}, by=by, desk=_only_desk(goal))
    recompute_soon()
    transaction.on_commit(config_cache.forget)
