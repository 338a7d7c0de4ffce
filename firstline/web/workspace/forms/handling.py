"""Taking a ticket in hand: accept, assign, classify, priority."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from firstline.catalog import config_cache
from firstline.catalog.models import Membership
from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.models import Ticket
from firstline.tickets.priority import priority_of
from firstline.web.workspace.forms.base import NOBODY, VerbForm


class Accept(VerbForm):
    def act(self) -> None:
        actions.accept(self.ticket, by=self.by)


class Assign(VerbForm):
    to = forms.ChoiceField(label=gettext_lazy("Agent"), required=False, widget=forms.RadioSelect)

    def prepare(self) -> None:
        self.agents = agents_of(self.ticket.desk_id)
        choices = _nearest_first(self.agents.values(), self.ticket, by=self.by)
        self.offer("to", choices, chosen=str(self.ticket.assignee_id or NOBODY))

    def act(self) -> None:
        chosen = self.cleaned_data["to"]
        actions.assign(self.ticket, by=self.by, to=self.agents[int(chosen)] if chosen else None)


class Classify(VerbForm):
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Ticket.Kind.choices)
    service = forms.ChoiceField(label=gettext_lazy("Service"), required=False)

    def prepare(self) -> None:
        groups: dict[str, list[tuple[str, str]]] = {}
        for service in config_cache.current().services_of(self.ticket.desk_id):
            if service.active or service.pk == self.ticket.service_id:
                groups.setdefault(service.category.name, []).append((str(service.pk), service.name))
        self.offer("service", [(NOBODY, "—"), *groups.items()], chosen=str(self.ticket.service_id or NOBODY))
        self.initial.setdefault("kind", self.ticket.kind)

    def act(self) -> None:
        chosen = self.cleaned_data["service"]
        service = config_cache.current().services[int(chosen)] if chosen else None
        actions.classify(self.ticket, by=self.by, kind=self.cleaned_data["kind"], service=service)


class Priority(VerbForm):
    """Impact and urgency in one choice: the table itself, each cell with the priority that follows."""

    pair = forms.ChoiceField(label=gettext_lazy("Priority"), widget=forms.RadioSelect)

    def prepare(self) -> None:
        self.columns = [str(urgency.label) for urgency in Ticket.Urgency]
        self.rows = [(str(impact.label), [_cell(impact, each) for each in Ticket.Urgency]) for impact in Ticket.Impact]
        choices = [(pair, label) for _impact, cells in self.rows for pair, label, _priority in cells]
        self.offer("pair", choices, chosen=f"{self.ticket.impact}-{self.ticket.urgency}")

    def act(self) -> None:
        impact, urgency = map(int, self.cleaned_data["pair"].split("-"))
        actions.change_priority(self.ticket, by=self.by, impact=impact, urgency=urgency)


def agents_of(desk_id: int) -> dict[int, Person]:
    """Everybody who works at the desk, by id, in the order of their names; `teams_here` are the ids of their teams."""
    seats = Membership.objects.filter(desk=desk_id, person__is_active=True).exclude(role=Membership.Role.AUDITOR)
    agents: dict[int, Person] = {}
    for seat in seats.select_related("person").order_by("person__name", "pk"):
        agent = agents.setdefault(seat.person_id, seat.person)
        agent.__dict__.setdefault("teams_here", []).append(seat.team_id)
    return agents


def _nearest_first(agents: Iterable[Any], ticket: Ticket, *, by: Person) -> list[tuple[str, str]]:
    """Me, then the people of the ticket's team, then everybody else; nobody last."""
    ordered = sorted(agents, key=lambda agent: (agent.pk != by.pk, ticket.team_id not in agent.teams_here))
    names = [(str(a.pk), _("Me (%(name)s)") % {"name": a.name} if a.pk == by.pk else a.name) for a in ordered]
    return [*names, (NOBODY, _("Nobody"))]


def _cell(impact: Ticket.Impact, urgency: Ticket.Urgency) -> tuple[str, str, int]:
    priority = priority_of(impact, urgency)
    return f"{impact.value}-{urgency.value}", str(Ticket.Priority(priority).label), priority
