"""Impact and urgency in one choice."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from firstline.tickets.models import Ticket
from firstline.tickets.priority import priority_of
from firstline.web.workspace.forms.base import VerbForm


class Priority(VerbForm):
    """The table itself, each cell with the priority that follows."""

    instead_of = frozenset({"impact", "urgency"})
    pair = forms.ChoiceField(label=gettext_lazy("Priority"), widget=forms.RadioSelect)

    def prepare(self) -> None:
        self.columns = [str(urgency.label) for urgency in Ticket.Urgency]
        self.rows = [(str(impact.label), [_cell(impact, each) for each in Ticket.Urgency]) for impact in Ticket.Impact]
        pair: Any = self.fields["pair"]
        pair.choices = [(value, label) for _impact, cells in self.rows for value, label, _priority in cells]
        pair.initial = f"{self.ticket.impact}-{self.ticket.urgency}"

    def given(self) -> dict[str, Any]:
        impact, urgency = map(int, self.cleaned_data["pair"].split("-"))
        return {"impact": impact, "urgency": urgency}


def _cell(impact: Ticket.Impact, urgency: Ticket.Urgency) -> tuple[str, str, int]:
    priority = priority_of(impact, urgency)
    return f"{impact.value}-{urgency.value}", str(Ticket.Priority(priority).label), priority
