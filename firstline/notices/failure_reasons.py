"""Why an email was not sent: what the outbox stores as a key, said in plain words, and what can be done about it.

What a strange server says is not repeated on a page: of its answer only the code is (RFC 5321, RFC 3463), by which an
administrator finds what it means.
"""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

CHECK = gettext_noop("Check the address. If it is wrong, correct it and send the email again; or call.")
CALL = gettext_noop("Reach the person another way, for instance by phone.")
RETRY = gettext_noop("Correct the address, or send the email again to try this one once more; or call.")
SMALLER = gettext_noop("Send it again with smaller files, or let the person fetch them on the request's page.")
TELL = gettext_noop("Tell an administrator: emails of other people will fail in the same way.")
LATER = gettext_noop("Send it again; if it fails once more, call.")

HELD = "held"
"""Of a letter that was never sent, because earlier ones to its address came back."""

# reason: (what happened, what to do when it has failed for good)
REASONS: dict[str, tuple[str, str]] = {
    "no_server": (gettext_noop("No mail server is set up."), TELL),
    "away": (gettext_noop("The mail server cannot be reached."), LATER),
    "slow": (gettext_noop("The mail server did not answer in time."), LATER),
    "dropped": (gettext_noop("The mail server broke off the connection."), LATER),
    "busy": (gettext_noop("The mail server does not take the email now."), LATER),
    "certificate": (gettext_noop("The mail server's certificate is not valid."), TELL),
    "no_tls": (gettext_noop("The mail server does not encrypt, which is required."), TELL),
    "login": (gettext_noop("The mail server does not accept user and password."), TELL),
    "secret": (gettext_noop("The password of the mail server cannot be decrypted."), TELL),
    "private": (
        gettext_noop("The mail server is in a private network that FIRSTLINE_HTTP_ALLOW does not name."),
        TELL,
    ),
    "no_address": (gettext_noop("This address does not exist."), CHECK),
    "bad_address": (gettext_noop("Nothing can be sent to this address."), CHECK),
    "full": (gettext_noop("The mailbox is full."), CALL),
    "off": (gettext_noop("The mailbox takes no emails."), CALL),
    "large": (gettext_noop("The email is too large for the other side."), SMALLER),
    "refused": (gettext_noop("The other side refuses the email."), CALL),
    "bounced": (gettext_noop("The email came back."), CHECK),
    "file": (gettext_noop("One of its files cannot be read."), TELL),
    "blank": (gettext_noop("The email would have had a blank in it."), TELL),
    "unexpected": (gettext_noop("Something went wrong that nobody thought of."), TELL),
    "withdrawn": (gettext_noop("It was taken back before it left."), ""),
    "not_for_them": (gettext_noop("When it was to leave, they could not read the request any more."), ""),
    "restored": (gettext_noop("The desk was restored from a backup and is not at work yet (firstline resume)."), TELL),
    "sent_before": (gettext_noop("Not sent: the desk was restored from a backup, and may have sent it before."), ""),
    HELD: (gettext_noop("Emails to this address come back, so it was not written to."), RETRY),
    "enough": (gettext_noop("This address has had three confirmations within the hour."), ""),
    "enough_from_one": (gettext_noop("The same person has brought about many emails to them."), ""),
    "enough_of_one": (gettext_noop("The same person has brought about many emails."), ""),
    "enough_for_one": (gettext_noop("They have already been sent many emails that others caused."), ""),
}

_CODE = re.compile(r"([245]\d\d)?[ -]?\b([245]\.\d{1,3}\.\d{1,3})?(?![\d.])", re.ASCII)
OF_THE_SERVER = ("no_server", "away", "slow", "dropped", "certificate", "no_tls", "login", "secret", "private")
"""Not the letter's own fault: when the server is well again, all these may leave at once."""


def words(reason: str) -> str:
    """What happened, in the active language; empty for what is not known."""
    return _(REASONS[reason][0]) if reason in REASONS else ""


def code_in(answer: str) -> str:
    """The code at the beginning of a server's answer, such as "550 5.1.1"; empty when there is none."""
    found = _CODE.match(answer.strip()[:40])
    return " ".join(part for part in found.groups() if part) if found else ""


def of_error(error: str) -> str:
    """What happened, and the code, by an error as it is stored: "reason: the answer"."""
    reason, _colon, answer = error.partition(": ")
    said, code = words(reason) or words("unexpected"), code_in(answer)
    return f"{said} ({code})" if code else said


def advice(reason: str) -> str:
    """What to do, in the active language; empty when there is nothing."""
    said = REASONS[reason][1] if reason in REASONS else ""
    return _(said) if said else ""
