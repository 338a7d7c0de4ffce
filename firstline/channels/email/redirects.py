"""Letters of people that a rule of a mailbox passes on. Microsoft 365 marks them as it marks what machines write."""

from firstline.channels.email.absences import seems_away, suppresses
from firstline.channels.email.addresses import Sender, first_address
from firstline.channels.email.headers import Headers, line

_SOURCE, _BY_A_RULE = "x-ms-exchange-generated-message-source", "mailbox rules agent"
_PASSED_ON_BY = ("resent-from", "x-ms-exchange-inbox-rules-loop", "x-ms-exchange-forwardingloop")
"""Fields that name the mailbox which passed it on."""
_FORWARDED = ("fw:", "fwd:", "wg:", "tr:", "rv:", "转发:", "转发：", "轉寄:", "轉寄：")


def is_redirected(headers: Headers, *, sender: Sender, text: str) -> bool:
    """Whether a rule alone is why the letter says `auto-generated`, so that it is still its sender's.

    What a rule writes itself, an answer or a letter that encloses another one, bears the name of the rule's own mailbox
    or wants no answers: it would do the same with our confirmation. Other agents of the server write their own letters.
    """
    if [_plain(value) for value in headers.all("auto-submitted")] != ["auto-generated"]:
        return False
    if suppresses(headers) or seems_away(headers, text):
        return False
    agents = [_plain(agent) for value in headers.all(_SOURCE) for agent in line(value).split(",")]
    if any(agent != _BY_A_RULE for agent in agents):
        return False
    named = [first_address(line(value)).lower() for field in _PASSED_ON_BY for value in headers.all(field)]
    if mailboxes := [address for address in named if address]:
        return sender.address.lower() not in mailboxes
    return bool(agents) and not headers.text("subject").strip().lower().startswith(_FORWARDED)


def _plain(value: bytes | str) -> str:
    return (line(value) if isinstance(value, bytes) else value).partition("(")[0].partition(";")[0].strip().lower()
