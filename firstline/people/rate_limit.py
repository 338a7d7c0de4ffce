"""How often something may be tried: passwords, codes, letters, links. Counted in the database, for all processes.

An attempt is counted before it is judged, under a row lock, so that many at once are not more than the limit.
Who asks is counted by network too (an IPv6 address by its /64, and WIDER times as much by its /48, of which one
customer often has all), so that many accounts tried from one place are noticed.
What strangers can use up is never all that the owner has: a browser that the person knows is counted by itself
(people.devices), and a passkey asks for no password.

"all" refuses nobody, as forty networks can use it up: beyond it passwords are judged slowly and one by one
(hashing.slowly), and a right one comes in. What attackers gain by that are as many guesses more as pass there, 900 in a
quarter of an hour for each process, and of one account still no more than a hundred in an hour.
"""

import hashlib
from datetime import timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest

from firstline.kit import clock
from firstline.kit.addresses import network_of, wider
from firstline.kit.limits import limit
from firstline.kit.mailbox import normal
from firstline.people.models import Attempts, Person


class Limit(NamedTuple):
    most: int
    within: timedelta


QUARTER, HOUR = timedelta(minutes=15), timedelta(hours=1)
TOO_MANY = "Too many attempts. Please try again in a quarter of an hour."
SLOWLY = "The next are looked at one by one; 503, please try again in a moment, if others wait."
SILENT = "Nothing more is sent; the page says the same as always, as it must not tell who is known."


def _tries(most: int, within: timedelta, of: str, per: str, said: str) -> Limit:
    return Limit(limit(most, "times", of=of, per=per, said=said, within=within), within)


LIMITS = {
    "password": _tries(10, QUARTER, "passwords of an account from one address", "account and address", TOO_MANY),
    "account": _tries(100, HOUR, "passwords of an account from anywhere", "account", TOO_MANY),
    "network": _tries(50, QUARTER, "wrong passwords, of whichever accounts", "network", TOO_MANY),
    "all": _tries(2000, QUARTER, "wrong passwords of all accounts from anywhere", "installation", SLOWLY),
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
    "passkeys": _tries(50, QUARTER, "wrong passkeys", "network", TOO_MANY),
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
WIDER = limit(4, "times as much", of="what is counted by network", per="IPv6 network of 48 bits", said="The same.")


def take(what: str, *who: str) -> bool:
    """Count one attempt; False when there were too many, and then it must not be judged."""
    return count(what, *who) <= LIMITS[what].most


def count(what: str, *who: str) -> int:
    """Count one attempt; how many there are now, at most one more than the limit."""
    most = LIMITS[what].most
    return max(_count(what, *each, most=times * most) - (times - 1) * most for times, each in _counted(who))


def network(request: HttpRequest) -> str:
    """Whence a request comes, as it is counted. Behind a proxy that FIRSTLINE_PROXIES names, whom it says it is for."""
    return network_of(request.META.get("REMOTE_ADDR", ""))


def account_of(person: Person | None, address: str) -> str:
    """As whose account it is counted beside the address that was typed, of which they may have several. Of an address
    that is nobody's something is counted as well, so that it takes the same work."""
    return f"#{person.pk}" if person else f"#{address}"


def give_back(what: str, *who: str) -> None:
    """This attempt was right, and is not counted with those that were wrong."""
    keys = [_key(what, *each) for _times, each in _counted(who)]
    Attempts.objects.filter(key__in=keys, count__gt=0).update(count=F("count") - 1)
    Attempts.objects.filter(key__in=keys, count=0).delete()


def forget(what: str, *who: str) -> None:
    """It was right: start again from nothing."""
    Attempts.objects.filter(key__in=[_key(what, *each) for _times, each in _counted(who)]).delete()


def forget_old() -> None:
    """Drop what is long over."""
    Attempts.objects.filter(since__lt=clock.now() - LONGEST).delete()


def _counted(who: tuple[str, ...]) -> list[tuple[int, tuple[str, ...]]]:
    """As whom an attempt counts, and how many times the limit each may: as it is said, and by the wider network."""
    wide = tuple(wider(each) or each for each in who)
    return [(1, who)] if wide == who else [(1, who), (WIDER, wide)]


def _count(what: str, *who: str, most: int) -> int:
    within = LIMITS[what].within
    with transaction.atomic():
        row, _made = Attempts.objects.select_for_update().get_or_create(key=_key(what, *who))
        if row.since + within <= clock.now():
            row.count, row.since = 0, clock.now()
        row.count = min(row.count + 1, most + 1)
        row.save(update_fields=["count", "since"])
        return row.count


def _key(what: str, *who: str) -> str:
    said = (normal(each) if "@" in each else each.strip().casefold() for each in who)
    return hashlib.sha256("\0".join([what, *said]).encode()).hexdigest()
