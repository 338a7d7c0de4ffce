"""Handing on: to another line or team, back, or to another desk."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from firstline.catalog import config_cache
from firstline.catalog.models import Team, Tier
from firstline.tickets import actions
from firstline.tickets.models import Ticket
from firstline.web.workspace.forms.base import VerbForm

WORDS = forms.Textarea(attrs={"rows": 4, "data-send": True})
INSIDE = gettext_lazy("An internal note for the colleagues who take over; the requester does not see it.")


class Escalate(VerbForm):
    to = forms.ChoiceField(label=gettext_lazy("Hand over to"))
    handover = forms.CharField(label=gettext_lazy("What you found"), widget=WORDS, help_text=INSIDE)

    def prepare(self) -> None:
        self.offer("to", _lines_and_teams(self.ticket), chosen=_likely(self.ticket))

    def act(self) -> None:
        what, _dash, pk = self.cleaned_data["to"].partition("-")
        desks = config_cache.current()
        to: Tier | Team = desks.lines[int(pk)] if what == "line" else desks.teams[int(pk)]
        actions.escalate(self.ticket, by=self.by, to=to, handover=self.cleaned_data["handover"])


class SendBack(VerbForm):
    reason = forms.CharField(label=gettext_lazy("Why you send it back"), widget=WORDS, help_text=INSIDE)
    wrong = forms.BooleanField(
        label=gettext_lazy("It was wrongly classified"),
        required=False,
        help_text=gettext_lazy("This is counted, so that classifying gets better."),
    )

    def act(self) -> None:
        actions.send_back(self.ticket, by=self.by, **self.cleaned_data)


class Transfer(VerbForm):
    to = forms.ChoiceField(label=gettext_lazy("Desk"))
    reason = forms.CharField(label=gettext_lazy("Why that desk should take it"), widget=WORDS, help_text=INSIDE)

    def prepare(self) -> None:
        desks = config_cache.current().desks.values()
        self.offer("to", [(str(d.pk), d.name) for d in desks if d.active and d.pk != self.ticket.desk_id])

    def act(self) -> None:
        desk = config_cache.current().desks[int(self.cleaned_data["to"])]
        actions.transfer(self.ticket, by=self.by, to=desk, reason=self.cleaned_data["reason"])


def _lines_and_teams(ticket: Ticket) -> list[tuple[str, Any]]:
    """The other teams of the desk by line; a line with several can be chosen itself, then the service decides."""
    desks = config_cache.current()
    groups: list[tuple[str, Any]] = []
    for line in desks.lines_of(ticket.desk_id):
        teams = [team for team in desks.teams_of(ticket.desk_id) if team.line_id == line.pk]
        offered = [(f"team-{team.pk}", team.name) for team in teams if team.pk != ticket.team_id]
        if len(teams) > 1 and line.pk != ticket.line_id:
            offered.insert(0, (f"line-{line.pk}", _("%(line)s, by service") % {"line": line.name}))
        if offered:
            groups.append((line.key if line.key == line.name else f"{line.key} · {line.name}", offered))
    return groups


def _likely(ticket: Ticket) -> str:
    """The team of the service when it has another one, else the next line."""
    desks = config_cache.current()
    if ticket.service and ticket.service.team_id not in (None, ticket.team_id):
        return f"team-{ticket.service.team_id}"
    line = desks.next_line(ticket.line) if ticket.line else None
    teams = [team for team in desks.teams_of(ticket.desk_id) if line and team.line_id == line.pk]
    if line and len(teams) > 1:
        return f"line-{line.pk}"
    return f"team-{teams[0].pk}" if teams else ""
