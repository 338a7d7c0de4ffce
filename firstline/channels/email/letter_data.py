"""A letter as plain data: what the process that reads strangers' letters hands over. It knows no Django."""

from dataclasses import astuple, dataclass, field
from typing import Any

from firstline.channels.email.forwarded import forwarded_in
from firstline.channels.email.headers import Headers
from firstline.channels.email.invitations import invitation_in
from firstline.channels.email.letter import Letter
from firstline.kit import mailtext
from firstline.kit.limits import limit

MOST_PERSONS = limit(
    40,
    "people",
    of="people in copy of an email who are offered beside a request",
    per="email",
    said="The email itself names them all.",
)
"""Real letters to more people are announcements: nobody wants them all beside the ticket."""
MOST_ADDRESSED = limit(
    500, "addresses", of="addresses looked through for ours", per="email", said="It is at the desks that stand before."
)
LONGEST_RESULT = limit(
    16_000, "characters", of="a result of a mail server", per="field", said="A longer one proves nothing."
)
_MOST_RESULTS = limit(20, "fields", of="results of mail servers that are read", per="email", said="Those above count.")


@dataclass(frozen=True, slots=True)
class Plain:
    """`said` is made of texts, numbers, lists and dictionaries only; `contents` are the files' bytes, in order."""

    said: dict[str, Any]
    contents: list[bytes] = field(default_factory=list, repr=False)


def plain(letter: Letter) -> Plain:
    """All that the desk wants to know of the letter, its own words cut from what it quotes."""
    cut = _cut(letter)
    bounce, forwarded = letter.bounce, forwarded_in(letter)
    invitation = next(
        (
            found
            for file in letter.attachments
            if file.type == "text/calendar" and (found := invitation_in(file.content))
        ),
        None,
    )
    return Plain(
        {
            "letter_id": letter.message_id[:250],
            "name": letter.sender.name,
            "address": letter.sender.address,
            "certain": letter.sender.certain,
            "subject": letter.subject,
            "shown": cut.shown,
            "whole": letter.text,
            "forwards": letter.is_forward,
            "quoted": "\n\n".join(part for part in (cut.signature, cut.quoted) if part),
            "html": letter.html or "",
            "files": [[file.name, file.type, file.content_id, file.inline] for file in letter.attachments],
            "answers": list(letter.answers),
            "recipients": list(
                dict.fromkeys((*letter.delivered_to, *(box.address for box in (*letter.to, *letter.cc))))
            ),
            "addressed": [box.address for box in (*letter.to, *letter.cc) if box.address][:MOST_ADDRESSED],
            "delivered": list(letter.delivered_to)[:MOST_ADDRESSED],
            "reply_to": _reply_to(letter),
            "others": [[box.name, box.address] for box in (*letter.to, *letter.cc) if box.address][:MOST_PERSONS],
            "automatic": letter.automatic or "",
            "away": letter.is_away,
            "news": list(astuple(bounce)) if bounce else None,
            "marks": list(letter.marks),
            "forwarded": [forwarded.name, forwarded.address, forwarded.text] if forwarded else [],
            "invitation": invitation,
            "below_damage": "from" in letter.headers.mended,
            "results": results_in(letter.headers),
        },
        [file.content for file in letter.attachments],
    )


def results_in(headers: Headers) -> list[str]:
    """What mail servers on its way say that they found out about its sender, topmost first."""
    fields = headers.all("authentication-results")[:_MOST_RESULTS]
    return [value.decode("utf-8", "replace")[: LONGEST_RESULT + 1] for value in fields]


def _reply_to(letter: Letter) -> list[str]:
    """The one to whom answers are to go, if that is one who is plainly written and not the sender."""
    if len(letter.reply_to) != 1 or letter.reply_to[0].flaws:
        return []
    box = letter.reply_to[0]
    return [box.name, box.address] if box.address and box.address != letter.sender.address else []


def _cut(letter: Letter) -> mailtext.Cut:
    return mailtext.visible(
        letter.text,
        answers=letter.is_reply and not letter.is_forward,
        writer=f"{letter.sender.name} {letter.sender.address}",
    )
