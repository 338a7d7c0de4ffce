"""Putting it out of sight: the moments to which one does that most, or another one."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from firstline.kit import clock
from firstline.web.workspace.forms.base import VerbForm
from firstline.web.workspace.forms.fields import Moment, zone_of

PICKED = "picked"
MORNING = 9


class Snooze(VerbForm):
    when = forms.ChoiceField(label=gettext_lazy("Bring it back"), widget=forms.RadioSelect)
    until = Moment(label=gettext_lazy("Day and time"), required=False)

    def prepare(self) -> None:
        self.moments = mornings(clock.now().astimezone(zone_of(self.by)))
        choices = [(key, label) for key, (label, _at) in self.moments.items()]
        when: Any = self.fields["when"]
        when.choices, when.initial = [*choices, (PICKED, _("Another moment"))], "tomorrow"

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("when") == PICKED and not given.get("until") and "until" not in self.errors:
            self.add_error("until", _("Choose the moment."))
        return given

    def given(self) -> dict[str, Any]:
        when = self.cleaned_data["when"]
        return {"until": self.cleaned_data["until"] if when == PICKED else self.moments[when][1]}


def mornings(now: datetime) -> dict[str, tuple[str, datetime]]:
    """The moments one snoozes to most, in the zone of `now`: in an hour, tomorrow at nine, Monday at nine.

    On a Sunday tomorrow is Monday, and is offered once.
    """
    nine = now.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    found = {
        "hour": (_("In an hour"), now + timedelta(hours=1)),
        "tomorrow": (_("Tomorrow, 9:00"), nine + timedelta(days=1)),
        "monday": (_("Monday, 9:00"), nine + timedelta(days=7 - now.weekday())),
    }
    if found["monday"][1] == found["tomorrow"][1]:
        del found["monday"]
    return found
