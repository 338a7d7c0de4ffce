"""How often one may guess a password: ten times in fifteen minutes, for one account from one address.

An attempt is counted before it is judged, under a row lock, so that many guesses at once are not more than ten.
"""

import hashlib
from datetime import timedelta

from django.db import transaction

from firstline.kit import clock
from firstline.people.models import Attempts

MOST = 10
WINDOW = timedelta(minutes=15)


def take(account: str, address: str) -> bool:
    """Count one attempt; False when there were too many, and then it must not be judged."""
    with transaction.atomic():
        row, _made = Attempts.objects.select_for_update().get_or_create(key=_key(account, address))
        if row.since + WINDOW <= clock.now():
            row.count, row.since = 0, clock.now()
        row.count = min(row.count + 1, MOST + 1)
        row.save(update_fields=["count", "since"])
        return row.count <= MOST


def forget(account: str, address: str) -> None:
    """He knew the password: start again from nothing, and drop what is long over."""
    Attempts.objects.filter(key=_key(account, address)).delete()
    Attempts.objects.filter(since__lt=clock.now() - WINDOW).delete()


def _key(account: str, address: str) -> str:
    return hashlib.sha256(f"{account.strip().casefold()}\0{address}".encode()).hexdigest()
