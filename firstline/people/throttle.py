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
from firstline.people.models import Attempts


class Limit(NamedTuple):
    most: int
    within: timedelta


LIMITS = {
    "password": Limit(10, timedelta(minutes=15)),  # of one account, from one address
    "account": Limit(100, timedelta(hours=1)),  # passwords of one account, from anywhere
    "network": Limit(50, timedelta(minutes=15)),  # passwords that were wrong, of whichever accounts, from one network
    "all": Limit(2000, timedelta(minutes=15)),  # passwords that were wrong, of all accounts, from anywhere
    "device": Limit(10, timedelta(minutes=15)),  # passwords of one account, from a browser that it knows
    "confirm": Limit(5, timedelta(minutes=15)),  # of somebody who is signed in, before something dangerous
    "setup": Limit(20, timedelta(minutes=15)),  # first administrators, from one network
    "code": Limit(5, timedelta(minutes=15)),  # second factors of one account, from anywhere, or from a known browser
    "passkey": Limit(60, timedelta(minutes=15)),  # from one address
    "reset": Limit(3, timedelta(hours=1)),  # letters to one address
    "resets": Limit(20, timedelta(hours=1)),  # letters asked for from one address
    "link": Limit(20, timedelta(minutes=15)),  # links opened or used from one address
    "followed": Limit(30, timedelta(hours=1)),  # answers and the like by one link to a request
    "pictures": Limit(300, timedelta(minutes=15)),  # of letters, fetched from elsewhere for one reader
    "pictures of": Limit(300, timedelta(hours=1)),  # of one letter, for whomever
    "token": Limit(60, timedelta(minutes=15)),  # unknown tokens from one address
}
LONGEST = timedelta(days=1)
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
    return hashlib.sha256("\0".join([what, *(each.strip().casefold() for each in who)]).encode()).hexdigest()
