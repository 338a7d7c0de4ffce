"""How much one person who asks may put on us. Those who work at a desk, administrators and machines are not counted.

Counted in the database by one statement, whichever process it is, and only what was done: what is refused, or fails
afterwards, is taken back with its transaction.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from firstline.config import Config
from firstline.kit import clock
from firstline.kit.limits import limit
from firstline.tickets.errors import WrongState
from firstline.tickets.models import Attachment, Ticket
from firstline.tickets.rights import desks_handled
from firstline.tickets.write_guard import is_quiet

if TYPE_CHECKING:
    from firstline.people.models import Person

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WHO = "person who asks, by page or program"
limit(
    Config.model_fields["requests_a_minute"].default,
    "requests",
    of="new requests",
    per=WHO,
    within=MINUTE,
    said="Refused until the minute is over (429); what was typed stays.",
    setting="FIRSTLINE_REQUESTS_A_MINUTE",
)
MINUTES_OF_AN_HOUR = limit(
    6, "times those of a minute", of="new requests", per=WHO, within=HOUR, said="As above, until the hour is over."
)
ANSWERS_A_MINUTE = limit(
    3, "times the new requests", of="answers to requests", per=WHO, within=MINUTE, said="As above."
)
STEPS = limit(
    40,
    "steps",
    of="what somebody does to their requests without words: rate, share, close, cancel …",
    per=WHO,
    within=MINUTE,
    said="As above.",
)
STEPS_IN_AN_HOUR = limit(150, "steps", of="such steps", per=WHO, within=HOUR, said="As above, until the hour is over.")
SAID = frozenset({"opened", "asked", "reopened"})
"""Events of words, which are counted where they are said; those of an email never."""
UNSENT = limit(
    50, "files", of="files that were uploaded and not sent", per="person", said="Refused (429): send or remove some."
)
UNSENT_FILES = limit(
    10, "times a file", of="the size of these together", per="person", said="Refused (429): send or remove some."
)
UPLOADED = limit(
    40,
    "times a file",
    of="the size of what somebody uploads; a small file counts as a hundredth of the largest",
    per="person who asks",
    within=DAY,
    said="Refused (429) until the day is over.",
)
PIECES = 100
"""Into so many a file of the largest size is divided to be counted."""
MOST_FILES = limit(
    200,
    "files",
    of="files on a request",
    per="request",
    said="Refused, unless somebody of the desk adds them. Of an email the whole is attached instead.",
)
LONGEST_ANSWERS = limit(
    50_000, "characters", of="what a form holds beside its text", per="request", said="Refused: attach it as a file."
)
NAMED = limit(
    30,
    "people",
    of="people whom somebody names: for whom they ask, and who is to take part",
    per="person who asks",
    within=HOUR,
    said="Refused (429) on the page and by program; by whichever way, no more of them are written to.",
)
NAMED_IN_A_DAY = limit(
    100, "people", of="people whom somebody names", per="person who asks", within=DAY, said="As above."
)
MOST_PARTICIPANTS = limit(
    50, "people", of="people who take part", per="request", said="Refused, unless somebody of the desk adds them."
)

_SPEND = """
INSERT INTO people_attempts AS a (key, count, since)
SELECT key, %(n)s, %(now)s FROM unnest(%(keys)s::text[]) AS key
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN a.since <= (%(starts)s::jsonb ->> a.key)::timestamptz THEN %(n)s
        ELSE LEAST(a.count + %(n)s, 30000) END,
    since = CASE WHEN a.since <= (%(starts)s::jsonb ->> a.key)::timestamptz THEN %(now)s ELSE a.since END
RETURNING key, count, since
"""


class TooMuch(WrongState):
    """It may be done, but not now; `retry_after` seconds from now it may."""

    def __init__(self, sentence: object, *, retry_after: int = 60) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


@dataclass(frozen=True)
class Quota:
    what: str
    most: int
    within: timedelta
    said: str = ""
    """What is said where it ends, with the minutes to wait as `n`."""


def _spend(by: "Person", *quotas: Quota, n: int = 1) -> None:
    """Count one, or `n`, of each, in one statement; raises TooMuch when there were too many."""
    now = clock.now()
    by_key = {f"{quota.what} {by.pk}": quota for quota in quotas}
    starts = json.dumps({key: (now - quota.within).isoformat() for key, quota in by_key.items()})
    with connection.cursor() as cursor:
        cursor.execute(_SPEND, {"keys": list(by_key), "n": n, "now": now, "starts": starts})
        spent = cursor.fetchall()
    over = [(since + by_key[key].within - now, key) for key, count, since in spent if count > by_key[key].most]
    if over:
        waits, key = max(over)
        wait = max(int(waits.total_seconds()), 0) + 1
        lot = _("That was a lot within a short time. Please try again in %(n)s min; nothing you wrote is lost.")
        raise TooMuch((by_key[key].said or lot) % {"n": -(-wait // 60)}, retry_after=wait)


def may_ask(by: "Person", *, channel: str) -> None:
    """Raise TooMuch if this person has asked for too much lately. An email is never refused: it is paced elsewhere."""
    if is_counted(by, channel=channel):
        a_minute = settings.CONFIG.requests_a_minute
        an_hour = a_minute * MINUTES_OF_AN_HOUR
        _spend(by, Quota("asks", a_minute, MINUTE), Quota("asks in an hour", an_hour, HOUR))


def may_answer(by: "Person", *, channel: str) -> None:
    """As `may_ask`, for words on a request that is there."""
    if is_counted(by, channel=channel):
        _spend(by, Quota("answers", settings.CONFIG.requests_a_minute * ANSWERS_A_MINUTE, MINUTE))


def may_step(by: "Person", event: str) -> None:
    """As `may_ask`, for everything else that leaves an event (`record`), whichever verb it is."""
    if event not in SAID and not is_quiet() and not _works(by):
        _spend(by, Quota("steps", STEPS, MINUTE), Quota("steps in an hour", STEPS_IN_AN_HOUR, HOUR))


def may_name(by: "Person", count: int) -> None:
    """Raise TooMuch if this person has named so many people lately that those were written to because of it."""
    if count and not is_quiet() and not _works(by):
        said = _("You have named many people within a short time. Please try again in %(n)s min; nothing is lost.")
        hour, day = Quota("names", NAMED, HOUR, said), Quota("names in a day", NAMED_IN_A_DAY, DAY, said)
        _spend(by, hour, day, n=count)


def may_upload(by: "Person", *, size: int) -> None:
    """Raise TooMuch if too much is waiting to be sent already, where whoever works at a desk is counted too, or if this
    person has uploaded too much lately."""
    with connection.cursor() as cursor:  # two uploads at once must not both be the last
        cursor.execute("SELECT pg_advisory_xact_lock(4, %s)", [by.pk])
    waiting = Attachment.objects.unsent_of(by).aggregate(count=Count("pk"), size=Sum("size"))
    room = UNSENT_FILES * settings.CONFIG.upload_mb * 1024 * 1024
    if waiting["count"] >= UNSENT or (waiting["size"] or 0) + size > room:
        raise TooMuch(
            _("Many files that you uploaded have not been sent yet. Please send or remove some of them first.")
        )
    if not is_quiet() and not _works(by):
        piece = settings.CONFIG.upload_mb * 1024 * 1024 // PIECES
        said = _("You have uploaded a lot within a day. Please try again in %(n)s min; what you have sent is kept.")
        _spend(by, Quota("uploads in a day", UPLOADED * PIECES, DAY, said), n=max(-(-size // piece), 1))


def check_answers(answers: dict[str, Any]) -> None:
    """Raise WrongState if a form holds more than fits into a request, whoever sends it."""
    if answers and len(json.dumps(answers, ensure_ascii=False, default=str)) > LONGEST_ANSWERS:
        raise WrongState(_("The answers in this form are too long; please attach them as a file."))


def check_participants(by: "Person", people: Sequence[Any] | int) -> None:
    """Raise WrongState if that is too many to take part, unless somebody of the desk says so."""
    count = people if isinstance(people, int) else len(people)
    if count > MOST_PARTICIPANTS and not _works(by):
        raise WrongState(_("No more than %(most)s people can take part in a request.") % {"most": MOST_PARTICIPANTS})


def room_for_files(ticket: Ticket) -> int:
    """How many files more the asking side can add to the request. One query."""
    return max(MOST_FILES - Attachment.objects.filter(ticket=ticket).count(), 0)


def check_files(by: "Person", ticket: Ticket, count: int) -> None:
    """Raise WrongState if so many files more are too many for the request, unless somebody of the desk adds them."""
    if not is_quiet() and not _works(by) and count > room_for_files(ticket):
        raise WrongState(
            _("No more than %(most)s files can be attached to a request. Please put several into one archive (ZIP).")
            % {"most": MOST_FILES}
        )


def is_counted(by: "Person", *, channel: str) -> bool:
    # What is imported or made up was said long ago; a count of it would be locked until all of it is there.
    return channel in ("portal", "api") and not is_quiet() and not _works(by)


def _works(by: "Person") -> bool:
    return by.is_machine or by.admin or bool(desks_handled(by))
