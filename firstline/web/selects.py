"""A <select> drawn in one go: Django's own asks for a template for every option, which a filter of ninety feels."""

from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


class Select(forms.Select):
    """For choices without groups, of which one is chosen."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = set(self.format_value(value))
        others = {key: given for key, given in self.build_attrs(self.attrs, attrs).items() if given is not False}
        choices = ((key, " selected" if str(key) in chosen else "", label) for key, label in self.choices)
        options = format_html_join("", '<option value="{}"{}>{}</option>', choices)
        return format_html('<select name="{}"{}>{}</select>', name, flatatt(others), options)
