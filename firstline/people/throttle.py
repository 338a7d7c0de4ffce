"""How often something may be tried: passwords, codes, letters, links. Counted in the database, for all processes.

An attempt is counted before it is judged, under a row lock, so that many at once are not more than the limit.
Who asks is counted by network (an IPv6 address by its /64) too, so that many accounts tried from one place are noticed.
What strangers can use up is never all that the owner has: a browser that the person knows is counted by itself
(people.devices), and a passkey asks for no password.
"""

import hashlib
from datetime import timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest

from firstline.kit import clock
from firstline.kit.addresses import network_of
from firstline.kit.limits import limit
from firstline.kit.mailbox import normal
from firstline.people.models import Attempts


class Limit(NamedTuple):
    most: int
    within: timedelta


QUARTER, HOUR = timedelta(minutes=15), timedelta(hours=1)
TOO_MANY = "Too many attempts. Please try again in a quarter of an hour."
SILENT = "Nothing more is sent; the page says the same as always, as it must not tell who is known."


def _tries(most: int, within: timedelta, of: str, per: str, said: str) -> Limit:
    return Limit(limit(most, "times", of=of, per=per, said=said, within=within), within)


LIMITS = {
    "password": _tries(10, QUARTER, "passwords of an account from one address", "account and address", TOO_MANY),
    "account": _tries(100, HOUR, "passwords of an account from anywhere", "account", TOO_MANY),
    "network": _tries(50, QUARTER, "wrong passwords, of whichever accounts", "network", TOO_MANY),
    "all": _tries(2000, QUARTER, "wrong passwords of all accounts from anywhere", "installation", TOO_MANY),
    "device": _tries(
        10, QUARTER, "passwords of an account from a browser that it knows", "account and browser", TOO_MANY
    ),
    "confirm": _tries(5, QUARTER, "proofs before something dangerous", "person", TOO_MANY),
    "setup": _tries(20, QUARTER, "first administrators", "network", TOO_MANY),
    "code": _tries(
        5,
        QUARTER,
        "second factors of an account from anywhere, or from a known browser",
        "account (and browser)",
        TOO_MANY,
    ),
    "passkey": _tries(
        60, QUARTER, "questions for a passkey", "network", "429: the passkey did not work, use another way."
    ),
    "reset": _tries(3, HOUR, "links to set a password or open an account", "address", SILENT),
    "resets": _tries(20, HOUR, "such links, for whichever addresses", "network", SILENT),
    "link": _tries(20, QUARTER, "links opened or used", "network", "410: the link no longer works."),
    "followed": _tries(
        30,
        HOUR,
        "answers and the like by a link to a request",
        "link",
        "You have written here very often within an hour …; what was typed stays.",
    ),
    "pictures": _tries(
        300, QUARTER, "pictures of emails fetched from elsewhere", "reader", "The picture is not shown."
    ),
    "pictures of": _tries(
        300, HOUR, "pictures of one email fetched from elsewhere", "email", "The picture is not shown."
    ),
    "token": _tries(
        60,
        QUARTER,
        "unknown tokens of the API",
        "network",
        "429: too many attempts, try again in a quarter of an hour.",
    ),
}
LONGEST = limit(
    timedelta(days=1), of="the time for which attempts are counted", per="attempt", said="They are forgotten."
)
"""What is counted for longest: notices.budget and tickets.quotas count in the same table."""


def take(what: str, *who: str) -> bool:
    """Count one attempt; False when there were too many, and then it must not be judged."""
    return count(what, *who) <= LIMITS[what].most


def count(what: str, *who: str) -> int:
    """Count one attempt; how many there are now, at most one more than the limit."""
    most, within = LIMITS[what]
    with transaction.atomic():
        row, _made = Attempts.objects.select_for_update().get_or_create(key=_key(what, *who))
        if row.since + within <= clock.now():
            row.count, row.since = 0, clock.now()
        row.count = min(row.count + 1, most + 1)
        row.save(update_fields=["count", "since"])
        return row.count


def network(request: HttpRequest) -> str:
    """Whence a request comes, as it is counted. Behind a proxy that FIRSTLINE_PROXIES names, whom it says it is for."""
    return network_of(request.META.get("REMOTE_ADDR", ""))


def give_back(what: str, *who: str) -> None:
    """This attempt was right, and is not counted with those that were wrong."""
    key = _key(what, *who)
    Attempts.objects.filter(key=key, count__gt=0).update(count=F("count") - 1)
    Attempts.objects.filter(key=key, count=0).delete()


def forget(what: str, *who: str) -> None:
    """It was right: start again from nothing."""
    Attempts.objects.filter(key=_key(what, *who)).delete()


def forget_old() -> None:
    """Drop what is long over."""
    Attempts.objects.filter(since__lt=clock.now() - LONGEST).delete()


def _key(what: str, *who: str) -> str:
    said = (normal(each) if "@" in each else each.strip().casefold() for each in who)
    return hashlib.sha256("\0".join([what, *said]).encode()).hexdigest()
