"""The form of a server by which letters leave."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from firstline.catalog.models import Desk
from firstline.notices.models import DeskServer, OutgoingServer
from firstline.notices.models.sending import SERVICES
from firstline.web.admin.forms.base import SettingForm
from firstline.web.admin.forms.hosts import clean_host


class ServerForm(SettingForm):
    rows = [
        ("name",), ("kind",), ("host", "port"), ("security",), ("service",), ("user", "secret"), ("desks",),
        ("for_all",), ("active",),
    ]  # fmt: skip
    desks = forms.ModelMultipleChoiceField(
        Desk.objects.all(),
        required=False,
        label=gettext_lazy("Desks"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Their emails leave by this server."),
    )

    class Meta:
        model = OutgoingServer
        fields = ["name", "kind", "host", "port", "security", "service", "user", "secret", "for_all", "active"]
        help_texts = {
            "user": gettext_lazy(
                "For a provider: the account, domain or address that it wants besides the key, if any."
            )
        }

    def prepare(self) -> None:
        self.fields["service"].required = False
        if self.instance.pk:
            self.fields["desks"].initial = [row.desk_id for row in self.instance.desks.all()]

    def needs(self, secret: str) -> bool:
        return self.instance.kind == OutgoingServer.Kind.SERVICE or bool(self.instance.user)

    def clean_host(self) -> str:
        return clean_host(self.cleaned_data["host"]) if self.cleaned_data["host"] else ""

    def clean_port(self) -> int:
        port: int = self.cleaned_data["port"]
        if not 1 <= port <= 65535:
            raise forms.ValidationError(_("A port is a number from 1 to 65535."))
        return port

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("kind") == OutgoingServer.Kind.SMTP and not given.get("host"):
            self.add_error("host", _("Enter the name of the mail server."))
        if given.get("kind") == OutgoingServer.Kind.SERVICE:
            self._check_service(given)
        if given.get("for_all") and OutgoingServer.objects.filter(for_all=True).exclude(pk=self.instance.pk).exists():
            self.add_error("for_all", _("Another server is the one for all desks."))
        return given

    def _check_service(self, given: dict[str, Any]) -> None:
        if not given.get("service"):
            self.add_error("service", _("Choose the provider."))
        elif SERVICES[given["service"]][2] and not given.get("user"):
            self.add_error("user", _("This provider needs something here too: %(what)s.") % {
                "what": SERVICES[given["service"]][2]
            })  # fmt: skip
        if not (given.get("secret") or self.instance.secret):
            self.add_error("secret", _("Enter the key that the provider gave you."))

    def save(self, commit: bool = True) -> Any:
        row = super().save(commit)
        wanted = {desk.pk for desk in self.cleaned_data["desks"]}
        DeskServer.objects.filter(server=row).exclude(desk__in=wanted).delete()
        for desk in wanted:
            DeskServer.objects.update_or_create(desk_id=desk, defaults={"server": row})
        return row
