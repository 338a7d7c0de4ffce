"""How often something may be tried: passwords, codes, letters, links. Counted in the database, for all processes.

An attempt is counted before it is judged, under a row lock, so that many at once are not more than the limit.
"""

import hashlib
from datetime import timedelta
from typing import NamedTuple

from django.db import transaction

from firstline.kit import clock
from firstline.people.models import Attempts


class Limit(NamedTuple):
    most: int
    within: timedelta


LIMITS = {
    "password": Limit(10, timedelta(minutes=15)),  # of one account, from one address
    "account": Limit(100, timedelta(hours=1)),  # passwords of one account, from anywhere
    "code": Limit(5, timedelta(minutes=15)),  # second factors of one account, from anywhere
    "passkey": Limit(60, timedelta(minutes=15)),  # from one address
    "reset": Limit(3, timedelta(hours=1)),  # letters to one address
    "resets": Limit(20, timedelta(hours=1)),  # letters asked for from one address
    "link": Limit(20, timedelta(minutes=15)),  # links opened or used from one address
    "followed": Limit(30, timedelta(hours=1)),  # answers and the like by one link to a request
    "pictures": Limit(300, timedelta(minutes=15)),  # of letters, fetched from elsewhere for one reader
    "pictures of": Limit(300, timedelta(hours=1)),  # of one letter, for whomever
    "token": Limit(60, timedelta(minutes=15)),  # unknown tokens from one address
}
LONGEST = max(limit.within for limit in LIMITS.values())


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


def forget(what: str, *who: str) -> None:
    """It was right: start again from nothing."""
    Attempts.objects.filter(key=_key(what, *who)).delete()


def forget_old() -> None:
    """Drop what is long over."""
    Attempts.objects.filter(since__lt=clock.now() - LONGEST).delete()


def _key(what: str, *who: str) -> str:
    return hashlib.sha256("\0".join([what, *(each.strip().casefold() for each in who)]).encode()).hexdigest()
