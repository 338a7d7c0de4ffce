"""What the fields of the settings are called, where the model does not say it; for forms and for the history."""

from typing import Any

from django.db.models import Field, Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LABELS: dict[str, Promise] = {
    "address": _("E-mail address"),
    "anything": _("Something else"),
    "audience_en": _("For whom, in English"),
    "audience_zh": _("For whom, in Chinese"),
    "category": _("Category"),
    "channels": _("Ways to ask"),
    "city": _("City"),
    "date": _("Date"),
    "desk": _("Desk"),
    "ends_at": _("Until"),
    "fields": _("Questions"),
    "filled": _("Public holidays"),
    "help_en": _("Explanation in English"),
    "help_zh": _("Explanation in Chinese"),
    "icon": _("Icon"),
    "is_active": _("Active"),
    "key": _("Key"),
    "kind": _("Kind"),
    "list": _("List"),
    "order": _("Place in the list"),
    "password": _("Password"),
    "person": _("Person"),
    "service": _("Service"),
    "starts_at": _("From"),
    "team": _("Team"),
    "text_en": _("Text in English"),
    "text_zh": _("Text in Chinese"),
    "title_en": _("Title in English"),
    "title_zh": _("Title in Chinese"),
}


# Where one word has another meaning.
OWN: dict[tuple[str, str], Promise] = {("notices.outgoingserver", "service"): _("Provider")}


def label_of(model: type[Model], name: str) -> str:
    """What people call this field."""
    if label := OWN.get((model._meta.label_lower, name)) or LABELS.get(name):
        return str(label)
    field: Any = next((each for each in model._meta.get_fields() if each.name == name), None)
    return str(field.verbose_name) if isinstance(field, Field) else name
