"""The form of a goal: how long, for which requests, and what is done when it is near or missed."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from firstline.catalog import config_cache
from firstline.kit.conditions import parse
from firstline.kit.limits import limit
from firstline.people.models import Person
from firstline.sla.models import SlaTarget
from firstline.sla.models.target import ACTIONS, FACTS, YEAR
from firstline.sla.when import condition_of, when_of
from firstline.tickets.conditions.fields import GOAL_FIELDS
from firstline.tickets.models import Ticket
from firstline.web.admin.forms.base import SettingForm
from firstline.web.admin.guards import managed

UNITS = [(1, gettext_lazy("minutes")), (60, gettext_lazy("hours"))]
DOINGS = [(value, label) for value, label in ACTIONS.items() if value != "reassign"]
MANY = [fact for fact in FACTS if fact != "vip"]
MOST_DEPARTMENTS = limit(
    500, "departments", of="departments to choose from", per="goal", said="The first by name are offered."
)
VIP = {"": gettext_lazy("VIP or not"), "yes": gettext_lazy("Only VIPs"), "no": gettext_lazy("Only others")}
VIP_VALUES: dict[str, list[Any]] = {"": [], "yes": [True], "no": [False]}


class GoalForm(SettingForm):
    amount = forms.IntegerField(label=gettext_lazy("Within"), min_value=1)
    unit = forms.TypedChoiceField(label=gettext_lazy("Unit"), choices=UNITS, coerce=int)
    warn_amount = forms.IntegerField(
        label=gettext_lazy("Warn before"),
        min_value=0,
        required=False,
        help_text=gettext_lazy("Empty means no warning."),
    )
    warn_unit = forms.TypedChoiceField(label=gettext_lazy("Unit of the warning"), choices=UNITS, coerce=int)
    vip = forms.ChoiceField(
        label=FACTS["vip"], required=False, choices=list(VIP.items()), widget=forms.RadioSelect, initial=""
    )
    warn_do = forms.MultipleChoiceField(
        label=gettext_lazy("With the warning"), required=False, choices=DOINGS, widget=forms.CheckboxSelectMultiple
    )
    warn_team = forms.ChoiceField(label=gettext_lazy("Give it to the team"), required=False)
    breach_do = forms.MultipleChoiceField(
        label=gettext_lazy("When it is missed"), required=False, choices=DOINGS, widget=forms.CheckboxSelectMultiple
    )
    breach_team = forms.ChoiceField(label=gettext_lazy("Give it to the team"), required=False)

    class Meta:
        model = SlaTarget
        fields = ["name_en", "name_zh", "clock", "calendar", "active"]

    def prepare(self) -> None:
        goal, fields = self.instance, self.fields
        asked = when_of(goal.stored)
        for fact, choices in _choices(self.by, asked).items():
            coerce = int if fact == "priority" else str
            fields[f"is_{fact}"] = forms.TypedMultipleChoiceField(
                label=FACTS[fact],
                required=fact == "desk" and not self.by.admin,
                choices=choices,
                coerce=coerce,
                widget=forms.CheckboxSelectMultiple,
                initial=asked.get(fact, []),
            )
        teams = [("", _("No change")), *_choices(self.by, {})["team"]]
        for name, actions in (("warn", goal.on_warn), ("breach", goal.on_breach)):
            team = next((a.removeprefix("reassign:") for a in actions if a.startswith("reassign:")), "")
            chosen: Any = fields[f"{name}_team"]
            chosen.choices = teams if team in dict(teams) else [*teams, (team, team)]
            chosen.initial = team
            fields[f"{name}_do"].initial = [action for action in actions if not action.startswith("reassign:")]
        fields["amount"].initial, fields["unit"].initial = _amount(goal.minutes)
        fields["warn_amount"].initial, fields["warn_unit"].initial = _amount(goal.warn_minutes)
        fields["vip"].initial = next((k for k, v in VIP_VALUES.items() if v == asked.get("vip", [])), "")

    def conditions(self) -> list[tuple[Any, list[str]]]:
        """Each question about the ticket with the labels that are ticked."""
        return [(self[f"is_{fact}"], _ticked(self[f"is_{fact}"])) for fact in MANY]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        minutes = (given.get("amount") or 0) * given.get("unit", 1)
        if minutes > YEAR:
            self.add_error("amount", _("That is more than a year."))
        goal = self.instance
        goal.minutes = min(minutes, YEAR)
        goal.warn_minutes = min((given.get("warn_amount") or 0) * given.get("warn_unit", 1), YEAR)
        asked = {fact: given.get(f"is_{fact}", []) for fact in MANY} | {"vip": VIP_VALUES[given.get("vip", "")]}
        goal.ask(parse(condition_of(asked), GOAL_FIELDS).as_json())
        goal.on_warn = _actions(given, "warn")
        goal.on_breach = _actions(given, "breach")
        return given

    def _update_errors(self, errors: ValidationError) -> None:
        """What the model says about its own columns stands at the fields that they come from."""
        if hasattr(errors, "error_dict"):
            renamed = {AT.get(name, name): each for name, each in errors.error_dict.items()}
            errors.error_dict = {name: each for name, each in renamed.items() if name not in self.errors}
        super()._update_errors(errors)  # type: ignore[misc]


AT = {"minutes": "amount", "warn_minutes": "warn_amount", "on_warn": "warn_do", "on_breach": "breach_do", "when": "vip"}


def _choices(by: Person, when: dict[str, list[Any]]) -> dict[str, list[tuple[Any, str]]]:
    """What may be asked, by fact; what the goal asks already stays, even if it is gone meanwhile."""
    known, mine = config_cache.current(), None if by.admin else managed(by)
    desks = [desk for desk in known.desks.values() if mine is None or desk.pk in mine]
    services = [service for desk in desks for service in known.services_of(desk.pk)]
    lines = [line for desk in desks for line in known.lines_of(desk.pk)]
    teams = [team for desk in desks for team in known.teams_of(desk.pk)]
    departments = Person.objects.exclude(department="").order_by("department").values_list("department", flat=True)
    found: dict[str, Iterable[tuple[Any, Any]]] = {
        "desk": [(desk.key, desk.name) for desk in desks],
        "service": [(service.key, service.name) for service in services],
        "kind": Ticket.Kind.choices,
        "priority": Ticket.Priority.choices,
        "line": {line.key: f"{line.key} {line.name}" for line in lines}.items(),
        "team": {team.key: team.name for team in teams}.items(),
        "department": [(name, name) for name in departments.distinct()[:MOST_DEPARTMENTS]],
    }
    return {fact: _with_kept(list(choices), when.get(fact, [])) for fact, choices in found.items()}


def _with_kept(choices: list[tuple[Any, str]], kept: list[Any]) -> list[tuple[Any, str]]:
    there = {value for value, _label in choices}
    return choices + [(value, str(value)) for value in kept if value not in there]


def _ticked(bound: Any) -> list[str]:
    values = {str(value) for value in bound.value() or []}
    return [str(label) for value, label in bound.field.choices if str(value) in values]


def _amount(minutes: int | None) -> tuple[int | None, int]:
    if not minutes:
        return None, 1
    return (minutes // 60, 60) if minutes % 60 == 0 else (minutes, 1)


def _actions(given: dict[str, Any], name: str) -> list[str]:
    team = given.get(f"{name}_team", "")
    return [*given.get(f"{name}_do", []), *([f"reassign:{team}"] if team else [])]
