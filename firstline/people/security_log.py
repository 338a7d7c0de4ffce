"""What happened to accounts: sign-ins, failures, second factors, tokens, roles. Never a password, code or secret."""

import logging
from typing import Any

from firstline.audit.log import audit
from firstline.people.models import Person

# what happened: its name in the audit log. What is not here may come without end, and is only logged.
NAMES = {
    "signed_in": "signed_in",
    "signed_out": "signed_out",
    "password_wrong": "sign_in_failed",
    "code_wrong": "sign_in_failed",
    "passkey_wrong": "sign_in_failed",
    "confirm_wrong": "sign_in_failed",
    "reset_letter": "account_letter",
    "invited": "account_letter",
    "account_opened": "account_opened",
    "password_set": "password_changed",
    "password_changed": "password_changed",
    "passkey_added": "second_factor",
    "passkey_removed": "second_factor",
    "app_added": "second_factor",
    "app_removed": "second_factor",
    "recovery_codes_renewed": "second_factor",
    "factors_removed": "second_factor",
    "session_ended": "session_ended",
    "sessions_ended": "session_ended",
    "admin_given": "role_changed",
    "admin_taken": "role_changed",
    "deactivated": "role_changed",
    "identity_added": "identity_changed",
    "identity_removed": "identity_changed",
    "identity_preferred": "identity_changed",
    "token_made": "token_made",
    "token_revoked": "token_ended",
}
logger = logging.getLogger("firstline.security")


def note(
    what: str,
    *,
    person: Person | None = None,
    by: Person | None = None,
    address: str = "",
    words: dict[str, Any] | None = None,
    **data: Any,
) -> None:
    """One line: `person` is whom it is about, `by` who did it (they themselves, if not said), `address` whence.

    `words`: what erasing takes away, such as an address of theirs; it stands in the audit log alone."""
    failed = NAMES.get(what) == "sign_in_failed"
    who = None if failed else by or person
    ids = {"person": person.pk if person else None, "by": who.pk if who else None}
    logger.info("%s", what, extra={**ids, "address": address, **data})
    if what in NAMES:
        said = {**({"address": address} if address else {}), **(words or {})}
        audit(NAMES[what], by=who, about=person, data={"what": what, **data}, words=said)
