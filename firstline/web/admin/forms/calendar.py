"""The forms of a calendar: its week, its special days, and the public holidays of a year."""

from datetime import date
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from firstline.kit import clock, time_format
from firstline.kit.lists import listed
from firstline.kit.numbers import whole
from firstline.sla import holidays
from firstline.sla.models import Calendar, CalendarDay
from firstline.sla.shifts import WEEKDAYS, read_shifts, show_shifts, typed_shifts
from firstline.web.admin.forms.base import SettingForm
from firstline.web.admin.forms.people import ZONES, countries

DAYS = {
    "mon": gettext_lazy("Monday"),
    "tue": gettext_lazy("Tuesday"),
    "wed": gettext_lazy("Wednesday"),
    "thu": gettext_lazy("Thursday"),
    "fri": gettext_lazy("Friday"),
    "sat": gettext_lazy("Saturday"),
    "sun": gettext_lazy("Sunday"),
}


class ShiftsField(forms.CharField):
    """Shifts as people write them: 09:00-12:00, 13:00-18:00. Empty means a free day."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "max_length": 200, **kwargs})
        self.widget.attrs |= {"autocomplete": "off", "placeholder": "09:00-12:00, 13:00-18:00"}

    def prepare_value(self, value: Any) -> Any:
        return show_shifts(value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> list[list[str]]:
        shifts = typed_shifts(super().clean(value))
        read_shifts(shifts)
        return shifts


class CalendarForm(SettingForm):
    makes_key = True
    zone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=[("UTC", "UTC"), *((z, z) for z in ZONES)])
    rows = [("name_en", "name_zh"), ("zone",), ("always",)]

    class Meta:
        model = Calendar
        fields = ["name_en", "name_zh", "zone", "always"]

    def prepare(self) -> None:
        for name, label in DAYS.items():
            self.fields[name] = ShiftsField(label=label, initial=self.instance.week.get(name, []))
        if self.instance.zone not in ("UTC", *ZONES) and self.instance.zone in available_timezones():
            zone: Any = self.fields["zone"]
            zone.choices = [*zone.choices, (self.instance.zone, self.instance.zone)]

    def days(self) -> list[Any]:
        """The seven fields of the week, Monday first."""
        return [self[name] for name in WEEKDAYS]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        self.instance.week = {name: given[name] for name in WEEKDAYS if given.get(name)}
        return given

    def _update_errors(self, errors: ValidationError) -> None:
        """What the model says about the week stands at Monday, unless a day has a complaint of its own."""
        if hasattr(errors, "error_dict") and "week" in errors.error_dict:
            week = errors.error_dict.pop("week")
            if not any(name in self.errors for name in WEEKDAYS):
                self.add_error("mon", ValidationError(week))
        super()._update_errors(errors)  # type: ignore[misc]


class DayForm(SettingForm):
    """A special day of `calendar`; one that is there already is replaced."""

    date = forms.DateField(
        label=gettext_lazy("Date"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        validators=[time_format.check_usual],
    )
    shifts = ShiftsField(
        label=gettext_lazy("Shifts"),
        help_text=gettext_lazy("Only for a workday with other hours than usual."),
    )
    rows = [("date", "kind"), ("shifts", "works_like"), ("note_en", "note_zh")]

    class Meta:
        model = CalendarDay
        fields = ["date", "kind", "shifts", "works_like", "note_en", "note_zh"]


class HolidaysForm(forms.Form):
    """Whose public holidays, and which year's."""

    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=2000, max_value=2100)
    country = forms.ChoiceField(label=gettext_lazy("Country or region"))
    state = forms.CharField(
        label=gettext_lazy("State or province"),
        required=False,
        max_length=10,
        help_text=gettext_lazy("Its code, such as BY, where it has holidays of its own."),
    )

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial, auto_id="fill_%s")
        country: Any = self.fields["country"]
        country.choices = [("", "—"), *countries()]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        state = given.get("state", "").upper()
        given["state"] = state or None
        if state and given.get("country") and state not in holidays.states(given["country"]):
            known = listed(holidays.states(given["country"])) or "—"
            self.add_error("state", _("Not known. There are: %(codes)s") % {"codes": known})
        return given


def year_of(text: str) -> int:
    """The year asked for, or this one."""
    year = whole(text, digits=4) or 0
    return year if date.min.year < year <= 2100 else clock.now().year
