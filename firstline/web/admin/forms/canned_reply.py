"""The form of a canned reply: text in both languages, with placeholders that exist."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from firstline.catalog.models import CannedReply
from firstline.tickets.placeholders import fill
from firstline.web.admin.forms.base import SettingForm

# placeholder: what stands in its place
PLACEHOLDERS = {
    "requester.name": gettext_lazy("who asked"),
    "ticket.number": gettext_lazy("the number of the request"),
    "ticket.subject": gettext_lazy("the subject"),
    "ticket.due": gettext_lazy("the next deadline, in the reader's own time"),
    "agent.name": gettext_lazy("who answers"),
    "desk.name": gettext_lazy("the desk"),
}


class CannedReplyForm(SettingForm):
    rows = [("name_en", "name_zh"), ("text_en",), ("text_zh",)]
    placeholders = PLACEHOLDERS

    class Meta:
        model = CannedReply
        fields = ["name_en", "name_zh", "text_en", "text_zh"]
        widgets = {"text_en": forms.Textarea(attrs={"rows": 6}), "text_zh": forms.Textarea(attrs={"rows": 6})}

    def clean_text_en(self) -> str:
        return _checked(self.cleaned_data["text_en"])

    def clean_text_zh(self) -> str:
        return _checked(self.cleaned_data["text_zh"])


def _checked(text: str) -> str:
    """The text, if every placeholder in it exists."""
    filled = fill(text, dict.fromkeys(PLACEHOLDERS, "…"))
    if filled.unknown:
        raise ValidationError(filled.complaint)
    return text
