"""The form of a person, and the field by which a person is chosen."""

from typing import Any
from zoneinfo import available_timezones

from babel import Locale
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse, reverse_lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from firstline.catalog.own_addresses import refuse_ours
from firstline.kit.mailbox import normal
from firstline.people import administrators, identities
from firstline.people.models import Person
from firstline.people.search import meant
from firstline.web.admin.forms.base import SettingForm
from firstline.web.admin.leaving import warning_of

ZONES = sorted(
    name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "posix", "right"))
)


class PersonField(forms.CharField):
    """A person by e-mail address or by full name; suggestions come while one types."""

    def __init__(self, **kwargs: Any) -> None:
        given = {
            "label": gettext_lazy("Person"),
            "help_text": gettext_lazy("E-mail address, or the full name."),
            "max_length": 254,
        }
        super().__init__(**{**given, **kwargs})
        self.widget.attrs |= {"autocomplete": "off", "list": "people-suggested"}
        self.widget.attrs |= {
            "hx-get": reverse_lazy("settings-suggest"),
            "hx-trigger": "input changed delay:200ms",
            "hx-target": "#people-suggested",
        }

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            person = Person.objects.filter(pk=value).first()
            return (person.email or person.name) if person else ""
        return value

    def clean(self, value: Any) -> Person | None:
        words: str = super().clean(value)
        if not words:
            return None
        return meant(words)


class PersonForm(SettingForm):
    manager = PersonField(label=gettext_lazy("Manager"), required=False)
    zone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=[("UTC", "UTC"), *((z, z) for z in ZONES)])
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)
    country = forms.ChoiceField(label=gettext_lazy("Country or region"), required=False)
    is_active = forms.BooleanField(
        label=gettext_lazy("Active"),
        required=False,
        help_text=gettext_lazy("Somebody who is not active cannot sign in. Requests and history stay."),
    )
    new_password = forms.CharField(
        label=gettext_lazy("New password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("Left empty, nothing changes. No email is sent; tell the person yourself."),
    )
    invite = forms.BooleanField(
        label=gettext_lazy("Send an invitation"),
        required=False,
        initial=True,
        help_text=gettext_lazy("An email with a link by which the person sets a password; it works for three days."),
    )
    rows = [
        ("name",),
        ("email", "phone"),
        ("language", "zone"),
        ("country", "city"),
        ("department", "manager"),
        ("vip",),
        ("admin",),
        ("is_active",),
        ("new_password",),
        ("invite",),
    ]

    class Meta:
        model = Person
        fields = [
            "name", "email", "phone", "language", "zone", "country", "city", "department", "manager", "vip", "admin",
            "is_active",
        ]  # fmt: skip

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        if self.instance.pk:
            del fields["invite"]
            self.rows = [row for row in self.rows if row != ("invite",)]  # type: ignore[misc]
        fields["country"].choices = [("", "—"), *countries()]
        zone, language = self.instance.zone, self.instance.language
        if zone not in ("UTC", *ZONES):
            fields["zone"].choices = [*fields["zone"].choices, (zone, zone)]
        if language not in dict(settings.LANGUAGES):
            fields["language"].choices = [*fields["language"].choices, (language, language)]
        fields["admin"].help_text = _("May set up everything and read every request.")
        if self.instance.is_active and (warning := warning_of(self.instance)):
            fields["is_active"].help_text = f"{fields['is_active'].help_text} {warning}"
        fields["vip"].help_text = _("Goals can ask for it.")
        if self.instance.pk and self.instance.email:
            fields["email"].help_text = _(
                "Another address signs this person out everywhere, and ends their tokens and the links in emails."
            )

    def clean_email(self) -> str | None:
        address = normal(self.cleaned_data["email"] or "")
        other = Person.objects.by_email(address) if address else None
        if other and other.pk != self.instance.pk:
            raise ValidationError(known_already(other))
        if "email" in self.changed_data:
            refuse_ours(address)
        if not address and len(identities.addresses_of(self.instance) if self.instance.pk else []) > 1:
            raise ValidationError(_("Prefer another address of theirs first, or remove those below."))
        return address or None

    def clean_new_password(self) -> str:
        password: str = self.cleaned_data["new_password"]
        if password:
            validate_password(password, self.instance)
        return password

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if self.instance.pk and given.get("manager") and given["manager"].pk == self.instance.pk:
            self.add_error("manager", _("Nobody is his own manager."))
        goes = not (given.get("admin") and given.get("is_active"))
        if self.instance.pk and goes and administrators.is_last(self.instance.pk):
            field = "admin" if not given.get("admin") else "is_active"
            self.add_error(field, _("This is the last administrator. Make somebody else one first."))
        return given

    @property
    def is_dangerous(self) -> bool:
        """Whether it hands out power over an account: then who saves it proves once more who he is."""
        return bool({"admin", "new_password", "email"} & set(self.changed_data)) and (
            self.instance.pk is not None or bool({"admin", "new_password"} & set(self.changed_data))
        )

    def save(self, commit: bool = True) -> Person:
        person: Person = self.instance
        if person.pk is None or self.cleaned_data["new_password"] or person.admin:
            person.account = person.account or Person.Account.ADMINISTRATOR
        if self.cleaned_data["new_password"]:
            person.set_password(self.cleaned_data["new_password"])
        elif person.pk is None:
            person.set_unusable_password()
        return super().save(commit)


def countries() -> list[tuple[str, str]]:
    """Every country and region, named in the active language and in its order."""
    chinese = (get_language() or "en").startswith("zh")
    names = Locale("zh", script="Hans").territories if chinese else Locale("en").territories
    known = [(code, name) for code, name in names.items() if len(code) == 2 and code.isalpha() and code not in NOT_REAL]
    return sorted(known, key=lambda pair: pair[1])


NOT_REAL = {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO", "XK", "AC", "CP", "DG", "CQ", "TA", "IC", "EA"}


def known_already(holder: Person) -> SafeString:
    """Who has the address or name that is given to another, and what can be done; for administrators."""
    link = format_html('<a href="{}">{}</a>', reverse("settings-person", args=[holder.pk]), holder.name)
    return format_html(
        _(
            "{person} is known by this already. If both are the same human, remove or change it there first; their "
            "requests stay with whom they are."
        ),
        person=link,
    )
