"""The form of a mailbox that is fetched by IMAP."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from firstline.catalog.models import Inbox, Mailbox
from firstline.web.admin.forms.base import SettingForm
from firstline.web.admin.forms.hosts import clean_host

# What the password way and the OAuth way each need, besides user and server.
NEEDED = {
    Mailbox.SignIn.PASSWORD: ("password",),
    Mailbox.SignIn.OAUTH: ("token_url", "client_id", "refresh_token"),
}
USED = {
    Mailbox.SignIn.PASSWORD: {"password"},
    Mailbox.SignIn.OAUTH: {"client_secret", "refresh_token"},
}
KEYWORD = re.compile(r"[!#$&'+,./:;<=>?@A-Z\[^_`a-z|}~0-9-]+")


class MailboxForm(SettingForm):
    token_url = forms.URLField(
        label=Mailbox._meta.get_field("token_url").verbose_name, required=False, assume_scheme="https"
    )
    rows = [
        ("inbox",),
        ("host", "port"),
        ("security", "user"),
        ("sign_in", "password"),
        ("token_url", "scope"),
        ("client_id", "client_secret"),
        ("refresh_token", "folder"),
        ("after", "into"),
        ("old_mail", "old_days"),
        ("active",),
    ]

    class Meta:
        model = Mailbox
        fields = [
            "inbox", "host", "port", "security", "user", "sign_in", "password", "token_url", "client_id",
            "client_secret", "refresh_token", "scope", "folder", "after", "into", "old_mail", "old_days", "active",
        ]  # fmt: skip

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        if not self.by.admin:
            for name in self.instance.fixed_for_managers:
                fields[name].disabled = True
        elif self.instance.pk is None:
            self.instance.by_admin = True
        inboxes = Inbox.objects.filter(desk=self.desk, kind="email").order_by("address")
        fields["inbox"].queryset = inboxes
        fields["inbox"].help_text = _("The address whose emails lie in this mailbox.")
        if self.instance.pk is None and len(inboxes) == 1:
            self.initial["inbox"] = inboxes[0].pk
        for name in ("token_url", "client_id", "client_secret", "refresh_token", "scope"):
            fields[name].help_text = _("Only for OAuth 2.0.")
        fields["old_mail"].help_text = _("None of them is answered, whatever you choose.")
        fields["old_days"].required = False
        fields["into"].help_text = _("The folder to which they are moved, or the keyword.")

    def needs(self, secret: str) -> bool:
        return secret in USED[Mailbox.SignIn(self.instance.sign_in)]

    def clean_host(self) -> str:
        return clean_host(self.cleaned_data["host"])

    def clean_old_days(self) -> int:
        return self.cleaned_data.get("old_days") or Mailbox._meta.get_field("old_days").default

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        for name in NEEDED.get(given.get("sign_in", ""), ()):
            if not given.get(name) and not getattr(self.instance, name) and name not in self.errors:
                self.add_error(name, _("This sign-in needs it."))
        after, into = given.get("after"), given.get("into", "").strip()
        if after != Mailbox.After.LEAVE and not into:
            self.add_error("into", _("Say to which folder, or which keyword."))
        elif after == Mailbox.After.KEYWORD and not KEYWORD.fullmatch(into):
            self.add_error("into", _("A keyword is one word of Latin letters and digits."))
        elif after == Mailbox.After.MOVE and into == given.get("folder"):
            self.add_error("into", _("They would be moved to where they are."))
        return given
