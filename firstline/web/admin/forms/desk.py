"""The forms of a desk itself, its lines, teams, seats and inboxes."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from firstline.catalog import config_cache, senders
from firstline.catalog.models import Desk, Inbox, Membership, Team, Tier
from firstline.catalog.templates import standard_desk
from firstline.kit.limits import limit
from firstline.kit.lists import listed
from firstline.kit.mailbox import normal
from firstline.people.models import Person
from firstline.sla.models import SlaTarget
from firstline.tickets.models import Ticket
from firstline.web.admin.forms.base import SettingForm
from firstline.web.admin.forms.icons import IconField
from firstline.web.admin.forms.people import PersonField


class DeskForm(SettingForm):
    icon = IconField()
    rows = [("name_en", "name_zh"), ("key", "calendar", "close_after_days"), ("active",), ("icon",)]

    class Meta:
        model = Desk
        fields = ["name_en", "name_zh", "key", "calendar", "close_after_days", "active", "icon"]

    def prepare(self) -> None:
        allow_icon(self)
        if self.instance.pk and is_named(self.instance):
            self.fields["key"].disabled = True
            self.fields["key"].help_text = _("Fixed, because there are requests or goals with it.")


class NewDeskForm(DeskForm):
    """A desk from nothing, or with the ready-made set-up."""

    address = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        required=False,
        help_text=gettext_lazy("Emails to this address become requests of the desk."),
    )
    ready_made = forms.BooleanField(
        label=gettext_lazy("Begin with lines, teams, request types and closing options"),
        required=False,
        initial=True,
        help_text=gettext_lazy("All of it can be changed afterwards."),
    )
    rows = [("name_en", "name_zh"), ("key", "calendar", "close_after_days"), ("address",), ("ready_made",), ("icon",)]

    class Meta(DeskForm.Meta):
        fields = ["name_en", "name_zh", "key", "calendar", "close_after_days", "icon"]

    def clean_address(self) -> str:
        address: str = normal(self.cleaned_data["address"])
        if address and Inbox.objects.filter(kind="email", address=address).exists():
            raise ValidationError(_("Another inbox has this address."))
        return address

    def save(self, commit: bool = True) -> Desk:
        given = self.cleaned_data
        self.instance.order = (Desk.objects.order_by("-order").values_list("order", flat=True).first() or 0) + 1
        if not given["ready_made"]:
            desk: Desk = super().save(commit)
            if given["address"]:
                Inbox.objects.create(desk=desk, address=given["address"])
            return desk
        desk = standard_desk(
            given["key"],
            given["name_en"],
            given["name_zh"],
            calendar=given["calendar"],
            address=given["address"],
            icon=given["icon"],
            order=self.instance.order,
        )
        desk.close_after_days = given["close_after_days"]
        desk.save(update_fields=["close_after_days"])
        return desk


class LineForm(SettingForm):
    rows = [("name_en", "name_zh"), ("key",)]

    class Meta:
        model = Tier
        fields = ["name_en", "name_zh", "key"]

    def prepare(self) -> None:
        self.fields["key"].help_text = _("Short, such as L1; shown in lists.")
        if self.instance.pk:
            self.fields["key"].disabled = True
            self.fields["key"].help_text = _("Fixed, because goals name lines by it.")


class TeamForm(SettingForm):
    makes_key = True
    rows = [("name_en", "name_zh"), ("line",)]

    class Meta:
        model = Team
        fields = ["name_en", "name_zh", "line"]

    def prepare(self) -> None:
        line: Any = self.fields["line"]
        line.queryset = Tier.objects.filter(desk=self.desk)


MOST_FORMS = limit(20, "addresses", of="web forms that write to an inbox", per="inbox", said="Refused at the field.")


class Addresses(forms.CharField):
    """Addresses, one a line."""

    widget = forms.Textarea(attrs={"rows": 2})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(super().has_changed(self.prepare_value(initial or []), data))

    def clean(self, value: Any) -> list[str]:
        typed = [normal(each) for each in super().clean(value).replace(",", "\n").split("\n") if each.strip()]
        if len(typed) > MOST_FORMS:
            raise ValidationError(_("At most %(count)s addresses.") % {"count": MOST_FORMS})
        for each in typed:
            validate_email(each)
        return list(dict.fromkeys(typed))


class InboxForm(SettingForm):
    rows = [("address",), ("forms",), ("active",)]
    forms = Addresses(
        label=gettext_lazy("Web forms that write here"),
        required=False,
        help_text=gettext_lazy(
            "Addresses from which a web form or program writes for somebody else, one a line. Who stands in Reply-To "
            "asks then, marked as not proved."
        ),
    )

    class Meta:
        model = Inbox
        fields = ["address", "forms", "active"]
        field_classes = {"address": forms.EmailField}

    def prepare(self) -> None:
        if not self.by.admin:
            self.fields["address"].help_text = _("An address that an administrator has allowed: %(addresses)s") % {
                "addresses": listed(sorted(config_cache.current().senders)) or "—"
            }

    def clean_address(self) -> str:
        address = normal(str(self.cleaned_data["address"]))
        if not self.by.admin and address != self.initial.get("address") and not senders.may_send_as(address):
            raise ValidationError(_("Only an administrator can add this address. Choose one that is allowed already."))
        return address


class SeatForm(SettingForm):
    """A seat at the desk. Managers seat agents and auditors; who manages is the administrators' affair."""

    person = PersonField()
    rows = [("person",), ("role", "team")]
    prefilled = ("person",)

    class Meta:
        model = Membership
        fields = ["person", "role", "team"]

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        fields["team"].queryset = Team.objects.filter(desk=self.desk).select_related("line")
        fields["team"].help_text = _("Agents work in a team; managers and auditors see the whole desk.")
        if not self.by.admin:
            fields["role"].choices = [choice for choice in Membership.Role.choices if choice[0] != "manager"]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("role") == Membership.Role.AGENT and not given.get("team"):
            self.add_error("team", _("Choose the team that the agent works in."))
        elif given.get("role") in (Membership.Role.MANAGER, Membership.Role.AUDITOR):
            given["team"] = None
        return given


def may_drop_seat(seat: Membership, by: Person) -> bool:
    return by.admin or seat.role != Membership.Role.MANAGER


def allow_icon(form: SettingForm) -> None:
    field = form.fields["icon"]
    if isinstance(field, IconField):
        field.allow(form.instance.icon)


def is_named(desk: Desk) -> bool:
    """Whether something goes by the desk's key."""
    return (
        Ticket.objects.filter(desk=desk).exists() or SlaTarget.objects.filter(when__desk__contains=[desk.key]).exists()
    )
