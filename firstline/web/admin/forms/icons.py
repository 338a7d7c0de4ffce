"""The drawings that can stand for a desk or a request type."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

ICONS = {
    "life-buoy": _("Life buoy"),
    "circle-question-mark": _("Question mark"),
    "headset": _("Headset"),
    "monitor": _("Screen"),
    "laptop": _("Laptop"),
    "smartphone": _("Mobile phone"),
    "phone": _("Telephone"),
    "printer": _("Printer"),
    "wifi": _("Wi-Fi"),
    "globe": _("Globe"),
    "server": _("Server"),
    "database": _("Database"),
    "mail": _("Email"),
    "message-circle": _("Speech bubble"),
    "calendar": _("Calendar page"),
    "key-round": _("Door key"),
    "shield": _("Shield"),
    "wrench": _("Wrench"),
    "hammer": _("Hammer"),
    "package": _("Parcel"),
    "shopping-cart": _("Shopping cart"),
    "truck": _("Lorry"),
    "car": _("Car"),
    "plane": _("Plane"),
    "building": _("Building"),
    "house": _("House"),
    "users": _("Group of people"),
    "graduation-cap": _("Graduation cap"),
    "heart-pulse": _("Heart"),
    "briefcase": _("Briefcase"),
    "banknote": _("Banknote"),
    "wallet": _("Wallet"),
    "scale": _("Scales"),
    "file-text": _("Document"),
    "book-open": _("Book"),
    "lightbulb": _("Light bulb"),
}


class IconField(forms.ChoiceField):
    """One of the drawings; one that a row already has stays possible."""

    widget = forms.RadioSelect

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=list(ICONS.items()), **{"label": _("Icon"), **kwargs})

    def allow(self, name: str) -> None:
        if name and name not in ICONS:
            self.choices = [*ICONS.items(), (name, name)]
