"""What a verb needs to know when it is done to many tickets at once: one small form each."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from firstline.catalog import config_cache
from firstline.people.models import Person
from firstline.tickets import states
from firstline.tickets.models import Ticket
from firstline.tickets.queues import desks_of
from firstline.web.workspace.filters import NOBODY, agents_of

HOLDS = {
    "requester": _("The requester"),
    "vendor": _("A vendor"),
    "approval": _("An approval"),
    "date": _("A date"),
}


class BulkForm(forms.Form):
    """Nothing to ask. Further forms fill their choices from what the person's desks have."""

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "bulk_%s", **kwargs})
        self.desk_ids = [desk.pk for desk in desks_of(person)]
        self.person = person
        named: dict[str, Any] = self.fields
        for name, choices in self.choices().items():
            named[name].choices = choices

    def choices(self) -> dict[str, list[tuple[Any, Any]]]:
        return {}


class Assign(BulkForm):
    to = forms.ChoiceField(label=_("Agent"))

    def choices(self) -> dict[str, list[tuple[Any, Any]]]:
        self.agents = {str(agent.pk): agent for agent in agents_of(self.person)}
        me = [(str(self.person.pk), _("Me"))] if str(self.person.pk) in self.agents else []
        others = [(pk, agent.name) for pk, agent in self.agents.items() if agent.pk != self.person.pk]
        return {"to": [*me, *others, (NOBODY, _("Nobody"))]}

    def clean_to(self) -> Person | None:
        return self.agents.get(self.cleaned_data["to"])


class Classify(BulkForm):
    kind = forms.ChoiceField(label=_("Kind"))
    service = forms.ChoiceField(label=_("Service"), required=False)

    def choices(self) -> dict[str, list[tuple[Any, Any]]]:
        known = config_cache.current()
        services = [(str(s.pk), s.name) for desk in self.desk_ids for s in known.services_of(desk) if s.active]
        kinds = [choice for choice in Ticket.Kind.choices if choice[0] != Ticket.Kind.INQUIRY]
        return {"kind": kinds, "service": [("", _("As it is")), *services]}

    def clean_service(self) -> Any:
        chosen = self.cleaned_data["service"]
        return config_cache.current().services[int(chosen)] if chosen else None


class Priority(BulkForm):
    impact = forms.TypedChoiceField(label=_("Who cannot work"), coerce=int, choices=Ticket.Impact.choices)
    urgency = forms.TypedChoiceField(
        label=_("How much it hinders"), coerce=int, choices=Ticket.Urgency.choices, initial=Ticket.Urgency.MEDIUM
    )


class Hold(BulkForm):
    reason = forms.ChoiceField(label=_("Waiting for"), choices=[(key, HOLDS[key]) for key in states.HOLDS])
    until = forms.DateTimeField(
        label=_("Until"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=_("Needed only when it waits for a date."),
    )


class Escalate(BulkForm):
    to = forms.ChoiceField(label=_("Line or team"))
    handover = forms.CharField(
        label=_("Handover note"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What you found, so that the next line need not ask again."),
    )

    def choices(self) -> dict[str, list[tuple[Any, Any]]]:
        known = config_cache.current()
        several = len(self.desk_ids) > 1
        found = []
        for desk in self.desk_ids:
            for kind, rows in (("line", known.lines_of(desk)), ("team", known.teams_of(desk))):
                prefix = f"{known.desks[desk].name} · " if several else ""
                found += [(f"{kind}-{row.pk}", f"{prefix}{row.name}") for row in rows]
        return {"to": found}

    def clean_to(self) -> Any:
        kind, _dash, pk = self.cleaned_data["to"].partition("-")
        known = config_cache.current()
        return known.lines[int(pk)] if kind == "line" else known.teams[int(pk)]


class Resolve(BulkForm):
    resolution = forms.CharField(
        label=_("How it was solved"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Each requester reads this."),
    )
    cause = forms.ChoiceField(label=_("Cause"), required=False)

    def choices(self) -> dict[str, list[tuple[Any, Any]]]:
        known = config_cache.current()
        causes = [(str(o.pk), o.name) for desk in self.desk_ids for o in known.options_of(desk, "cause")]
        return {"cause": [("", _("Not said")), *causes]}

    def clean_cause(self) -> Any:
        chosen = self.cleaned_data["cause"]
        return config_cache.current().options[int(chosen)] if chosen else None


class Tag(BulkForm):
    tags = forms.CharField(label=_("Tags to add"), max_length=400, help_text=_("Separated by commas."))

    def clean_tags(self) -> list[str]:
        return [part.strip() for part in self.cleaned_data["tags"].replace("，", ",").split(",") if part.strip()]
