"""The forms of what a desk does: categories, services, closing options, announcements."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from firstline.catalog.models import Announcement, Category, ClosureCode, Service, Team
from firstline.kit import time_format
from firstline.tickets import channels
from firstline.web.admin.forms.base import SettingForm

NO_WAYS_TO_ASK = (channels.API, channels.ALERT)


def ways_to_ask() -> list[tuple[str, Any]]:
    return [choice for choice in channels.choices() if choice[0] not in NO_WAYS_TO_ASK]


class CategoryForm(SettingForm):
    makes_key = True
    rows = [("name_en", "name_zh")]

    class Meta:
        model = Category
        fields = ["name_en", "name_zh"]


class ServiceForm(SettingForm):
    makes_key = True
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("Ways to ask"), required=False, choices=ways_to_ask, widget=forms.CheckboxSelectMultiple
    )
    rows = [
        ("category",),
        ("name_en", "name_zh"),
        ("item_en", "item_zh"),
        ("class_en", "class_zh"),
        ("audience_en", "audience_zh"),
        ("mode", "level"),
        ("team",),
        ("channels",),
        ("remarks",),
        ("active",),
    ]

    class Meta:
        model = Service
        fields = [
            "category", "name_en", "name_zh", "item_en", "item_zh", "class_en", "class_zh", "audience_en",
            "audience_zh", "mode", "level", "team", "channels", "remarks", "active",
        ]  # fmt: skip
        widgets = {"remarks": forms.Textarea(attrs={"rows": 3})}

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        fields["category"].queryset = Category.objects.filter(desk=self.desk)
        fields["team"].queryset = Team.objects.filter(desk=self.desk)
        ways = ways_to_ask()
        kept = [(each, each) for each in self.instance.channels if each not in dict(ways)]
        fields["channels"].choices = [*ways, *kept]


class OptionForm(SettingForm):
    makes_key = True
    rows = [("list",), ("name_en", "name_zh")]

    class Meta:
        model = ClosureCode
        fields = ["list", "name_en", "name_zh"]

    def prepare(self) -> None:
        if self.instance.pk:
            self.fields["list"].disabled = True


class AnnouncementForm(SettingForm):
    starts_at = forms.DateTimeField(
        label=gettext_lazy("From"),
        validators=[time_format.check_usual],
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        help_text=gettext_lazy("In your own time zone."),
    )
    ends_at = forms.DateTimeField(
        label=gettext_lazy("Until"),
        required=False,
        validators=[time_format.check_usual],
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        help_text=gettext_lazy("Left empty, it stays until you end it."),
    )
    rows = [("kind",), ("title_en", "title_zh"), ("text_en", "text_zh"), ("starts_at", "ends_at")]

    class Meta:
        model = Announcement
        fields = ["kind", "title_en", "title_zh", "text_en", "text_zh", "starts_at", "ends_at"]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("starts_at") and given.get("ends_at") and given["ends_at"] <= given["starts_at"]:
            self.add_error("ends_at", _("It must end after it starts."))
        return given
