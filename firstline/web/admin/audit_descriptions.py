"""An entry of the audit log in words: what happened, and what it was before and is now."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from firstline.api.models import Token
from firstline.audit.log import NAMES
from firstline.audit.models import AuditEntry
from firstline.catalog import config_cache
from firstline.catalog.models import SettingChange
from firstline.channels import registry
from firstline.kit import time_format
from firstline.kit.limits import limit
from firstline.kit.numbers import whole
from firstline.people.models import AccountLink, Sitting
from firstline.retention.models import Rule
from firstline.web.admin.change_descriptions import changes_in_words, kind_in_words

LONGEST = limit(
    1000, "characters", of="an entry of the audit log", per="entry", said="Its beginning is shown, with “…”."
)

HAPPENED: dict[str, Promise] = {
    "signed_in": gettext_lazy("Signed in"),
    "signed_out": gettext_lazy("Signed out"),
    "password_wrong": gettext_lazy("Sign-in failed: wrong password"),
    "code_wrong": gettext_lazy("Sign-in failed: wrong code"),
    "passkey_wrong": gettext_lazy("Sign-in failed: wrong passkey"),
    "confirm_wrong": gettext_lazy("Wrong password where it was asked for again"),
    "reset_letter": gettext_lazy("Email sent by which a forgotten password is set anew"),
    "invited": gettext_lazy("Invited by email to set a password"),
    "account_opened": gettext_lazy("Account opened by email domain"),
    "password_set": gettext_lazy("Password set by the link in an email"),
    "password_changed": gettext_lazy("Password changed"),
    "passkey_added": gettext_lazy("Passkey added"),
    "passkey_removed": gettext_lazy("Passkey removed"),
    "app_added": gettext_lazy("Authenticator app added"),
    "app_removed": gettext_lazy("Authenticator app removed"),
    "recovery_codes_renewed": gettext_lazy("Recovery codes made anew"),
    "factors_removed": gettext_lazy("All second factors removed"),
    "session_ended": gettext_lazy("One session ended"),
    "sessions_ended": gettext_lazy("All sessions ended"),
    "admin_given": gettext_lazy("Made an administrator"),
    "admin_taken": gettext_lazy("No longer an administrator"),
    "deactivated": gettext_lazy("Deactivated"),
    "identity_added": gettext_lazy("Address or name at a channel added"),
    "identity_removed": gettext_lazy("Address or name at a channel removed"),
    "identity_preferred": gettext_lazy("Told at another address or name from now on"),
    "token_made": gettext_lazy("Token made"),
    "token_revoked": gettext_lazy("Token ended"),
}
"""By the word with which the account's log notes it (`people.security_log.NAMES`)."""
OF_SETTING = "changes"
"""Where an entry says what became of a setting."""


def headline(entry: AuditEntry) -> str:
    said = HAPPENED.get(entry.data.get("what", "")) or NAMES.get(entry.name)
    return str(said) if said else entry.name


def details(entry: AuditEntry) -> str:
    """What the headline leaves open; of somebody who was erased, what is left."""
    said = " · ".join(part for part in _parts(entry) if part)
    return said if len(said) <= LONGEST else f"{said[:LONGEST]}…"


def _parts(entry: AuditEntry) -> Iterator[str]:
    data, words = entry.data, entry.words
    if "change" in data:
        yield from _of_setting(data, words)
    elif "kind" in data:
        yield _said(registry.label_of(data["kind"]), _change(words.get("was", ""), words.get("subject", "")))
    for name, value in data.items():
        if name in FIELDS:
            label, spoken = FIELDS[name]
            if text := spoken(value):
                yield _said(str(label), _change(spoken(data[f"{name}_was"]), text) if f"{name}_was" in data else text)
        elif name not in UNSAID:
            yield _said(name, str(value))
    yield str(words.get("address", ""))


def _of_setting(data: dict[str, Any], words: dict[str, Any]) -> Iterator[str]:
    What = SettingChange.What
    what, is_seat = data["what"], data["kind"] == "catalog.membership"
    change = SettingChange(kind=data["kind"], what=What.CHANGED, changes=words.get(OF_SETTING, {}))
    yield kind_in_words(change)
    yield str(What(what).label)
    if not is_seat:  # which has no name
        yield str(words.get("name", ""))
    if what == What.CHANGED or is_seat:
        yield from (_said(label, _change(old, new)) for label, old, new in changes_in_words(change) if old or new)


def _said(label: str, value: str) -> str:
    return _("%(label)s: %(value)s") % {"label": label, "value": value} if value else label


def _change(old: str, new: str) -> str:
    return f"{old} → {new or '—'}" if old else new


def _choice(choices: Any) -> Callable[[Any], str]:
    """The labels of one value or several."""
    labels = dict(choices.choices)
    return lambda value: ", ".join(str(labels.get(each, each)) for each in str(value).split())


def _desk(key: str) -> str:
    return next((desk.name for desk in config_cache.current().desks.values() if desk.key == key), key)


def _days(value: Any) -> str:
    return _("never") if whole(str(value)) is None else str(value)


FIELDS: dict[str, tuple[Promise, Callable[[Any], str]]] = {
    "how": (gettext_lazy("By"), _choice(Sitting.How)),
    "by_link": (gettext_lazy("By"), _choice(AccountLink.Purpose)),
    "scope": (gettext_lazy("It may"), _choice(Token.Scope)),
    "token": (gettext_lazy("Number"), str),
    "rule": (gettext_lazy("How long it is kept"), _choice(Rule.What)),
    "desk": (gettext_lazy("Desk"), _desk),
    "days": (gettext_lazy("Days"), _days),
    "rows": (gettext_lazy("Rows"), str),
    "tickets": (gettext_lazy("Requests"), str),
    "messages": (gettext_lazy("Messages"), str),
    "files": (gettext_lazy("Files"), str),
    "letters": (gettext_lazy("Emails received"), str),
    "deliveries": (gettext_lazy("Emails sent"), str),
    "events": (gettext_lazy("Events"), str),
    "entries": (gettext_lazy("Entries"), str),
    "secrets": (gettext_lazy("Secrets"), str),
    "unreadable": (gettext_lazy("Unreadable"), str),
    "dropped": (gettext_lazy("Not sent any more"), str),
    "everything": (gettext_lazy("Also what others wrote in their requests"), lambda yes: _("Yes") if yes else _("No")),
    "tokens": (gettext_lazy("Tokens that ended"), str),
    "made_at": (gettext_lazy("Made"), lambda text: time_format.full(datetime.fromisoformat(text))),
}
"""What an entry keeps, by its key: what it is called, and its value in words. `KEY_was`: what it was before."""
UNSAID = {"kind", "what", "row", "change", "named", "broken", *(f"{name}_was" for name in FIELDS)}
