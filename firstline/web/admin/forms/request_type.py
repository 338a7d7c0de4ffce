"""The form of a request type; its questions are in questions.py."""

from typing import Any

from django import forms

from firstline.catalog.models import RequestType, Service
from firstline.web.admin.forms.base import SettingForm
from firstline.web.admin.forms.icons import IconField


class RequestTypeForm(SettingForm):
    makes_key = True
    icon = IconField()
    rows = [("name_en", "name_zh"), ("help_en", "help_zh"), ("service", "words"), ("anything",), ("active",), ("icon",)]

    class Meta:
        model = RequestType
        fields = ["name_en", "name_zh", "help_en", "help_zh", "service", "words", "anything", "active", "icon"]
        widgets = {"words": forms.TextInput}

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        fields["service"].queryset = Service.objects.filter(category__desk=self.desk).select_related("category")
        fields["icon"].allow(self.instance.icon)

    def key_prefix(self) -> str:
        return f"{self.desk.key}-" if self.desk else ""
