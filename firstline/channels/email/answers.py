"""What a mail server's answer means: a key of `notices.failure_reasons`, and whether trying again can help."""

import re
import smtplib
import ssl

from firstline.channels.base import GiveUp, NotSent, TryLater
from firstline.notices.bounced import OF_THE_ADDRESS

_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_NOBODY = re.compile(r"no such user|user unknown|unknown user|does(n't| not) exist|invalid recipient|no mailbox", re.I)

# enhanced status (RFC 3463), from the exact to the general: reason
STATUSES = {
    "1.1": "no_address", "1.2": "no_address", "1.3": "bad_address", "1.6": "no_address", "1.10": "no_address",
    "2.1": "off", "2.2": "full", "2.3": "large", "3.4": "large", "4.4": "no_address",
}  # fmt: skip
# Final answers that are about the address and say no more. The last two are those of Exchange Online.
UNSAID = frozenset({"0.0", "1.0", "4.1", "4.310"})
# plain reply code, where no status says more
CODES = {552: "large", 553: "bad_address", 501: "bad_address", 551: "no_address", 452: "full"}
OURS = frozenset({454, 530, 534, 535, 538})
"""About who we are, not about the letter: somebody has to set the server right, and the letter waits."""


def about_address(status: str) -> str:
    """Why nothing that is written to the address can arrive, by the status (RFC 3463) with which a letter came back;
    empty where that is about the letter, about its sender, or passes."""
    kind, _dot, rest = status.partition(".")
    if kind != "5":
        return ""
    reason = "bounced" if rest in UNSAID else STATUSES.get(rest, "")
    return reason if reason in ("bounced", "bad_address", *OF_THE_ADDRESS) else ""


def problem(error: Exception, *, connecting: bool = False) -> NotSent:
    """The error of smtplib in our words. While `connecting`, nothing is final."""
    if isinstance(error, smtplib.SMTPServerDisconnected) and isinstance(error.__context__, TimeoutError):
        return TryLater("slow", _said(error))  # smtplib calls both the same
    for kinds, reason in BEFORE_ANY_ANSWER:
        if isinstance(error, kinds):
            return TryLater(reason, _said(error))
    answer = _answer(error)
    if answer is None:
        return TryLater("away" if isinstance(error, OSError) else "unexpected", _said(error))
    code, said = answer
    detail = f"{code} {said}"
    if code in OURS or isinstance(error, smtplib.SMTPAuthenticationError):
        return TryLater("login", detail)
    if connecting:
        return TryLater("busy", detail)
    final = 500 <= code < 600
    return (GiveUp if final else TryLater)(_reason(code, said, final=final), detail)


BEFORE_ANY_ANSWER: list[tuple[tuple[type[Exception], ...], str]] = [
    ((smtplib.SMTPNotSupportedError,), "no_tls"),
    ((smtplib.SMTPServerDisconnected,), "dropped"),
    ((ssl.SSLError,), "certificate"),
    ((TimeoutError,), "slow"),
    ((ConnectionResetError, BrokenPipeError), "dropped"),
]


def _answer(error: Exception) -> tuple[int, str] | None:
    said: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, said = error.smtp_code, error.smtp_error
    else:
        return None
    return code, said.decode("utf-8", "replace") if isinstance(said, bytes) else said


def _reason(code: int, said: str, *, final: bool) -> str:
    found = _ENHANCED.search(said)
    if found and (reason := STATUSES.get(f"{found[2]}.{found[3]}")):
        return reason
    if final and code == 550 and (_NOBODY.search(said) or not found):
        return "no_address" if _NOBODY.search(said) else "refused"
    return CODES.get(code, "refused" if final else "busy")


def _said(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:500]
