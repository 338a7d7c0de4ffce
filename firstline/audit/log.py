"""Leaving a line in the audit log; the one function for all floors above."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from firstline.audit.models import AuditEntry

if TYPE_CHECKING:
    from firstline.people.models import Person


# What can happen, and how it is called where it is shown.
NAMES = {
    "signed_in": _("Signed in"),
    "signed_out": _("Signed out"),
    "sign_in_failed": _("Sign-in failed"),
    "password_changed": _("Password changed"),
    "account_opened": _("Account opened by email domain"),
    "account_letter": _("Email to set a password"),
    "second_factor": _("Second factor changed"),
    "session_ended": _("Session ended"),
    "role_changed": _("Role changed"),
    "address_tried": _("Address tried again"),
    "address_shared": _("Somebody else has this address already, so this person keeps none"),
    "identity_changed": _("Address or name at a channel changed"),
    "token_made": _("Token made"),
    "token_ended": _("Token ended"),
    "setting": _("Setting changed"),
    "erased": _("Words erased"),
    "retained": _("Old data removed"),
    "backed_up": _("Backup made"),
    "restored": _("Backup restored"),
    "armed": _("Sending switched on after a restore"),
    "secrets_rotated": _("Secrets encrypted anew"),
    "verified": _("Logs checked"),
}


def audit(
    name: str,
    *,
    by: "Person | None",
    about: "Person | None" = None,
    data: dict[str, Any] | None = None,
    words: dict[str, Any] | None = None,
) -> AuditEntry:
    """Say that something happened, in the caller's own transaction.

    `name` is a word of NAMES; `by` whoever did it, None when it is nobody we know; `about` the person whom it concerns.
    `data` stays for ever: ids, counts, yes and no. `words` is what erasing a person takes away: names, addresses,
    anything typed. Never put a secret into either.
    """
    return AuditEntry.objects.create(name=name, by=by, about=about, data=data or {}, words=words or {})
