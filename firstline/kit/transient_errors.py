"""Failures that are nobody's mistake: the database is away for a moment, or there is no room left. Nothing is saved."""

import errno
from dataclasses import dataclass
from typing import TypeVar

from django.db import InterfaceError, InternalError, OperationalError
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from firstline.kit.blob_storage import StoreAway
from firstline.kit.database_connections import InDoubt, ReadOnly

NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
DISK_FULL = "53100"
MAY_PASS = {"", "08", "40", "53", "55", "57", "58"}
"""Classes of PostgreSQL's errors: no connection at all, lost, conflicts, no resources, locks, shut down, disk trouble.
Others (54: too long for an index) come again whenever the same is tried."""
OF_THE_WORK = {"53000", "53200", "53400"}
"""Errors of these that what is done may have caused by itself: too many locks or too much memory, a limit of the
server's settings. They pass when others caused them, and come again for ever when it did itself. What was cancelled for
its time (57014) is none: in a failover every write waits so long."""
RETRY_SECONDS = 5

Response = TypeVar("Response", bound=HttpResponse)


@dataclass(frozen=True)
class Outage:
    status: int
    title: str | Promise
    text: str | Promise

    def marked(self, response: Response) -> Response:
        """The response, saying when to try again."""
        if self.status == 503:
            response["Retry-After"] = str(RETRY_SECONDS)
        return response


AWAY = Outage(
    503,
    _("One moment, please"),
    _("The database cannot answer just now. Nothing was saved; please try again in a few seconds."),
)
IN_DOUBT = Outage(
    503,
    _("Please look whether it was saved"),
    _("The database went away at the very moment of saving. Please look whether it is there before you send it again."),
)
STORE_AWAY = Outage(
    503, _("One moment, please"), _("Files cannot be kept just now. Nothing was saved; please try again later.")
)
FULL = Outage(
    507,
    _("No room left"),
    _("There is no room left, so nothing was saved. What was there is safe. Please tell your administrator."),
)


def outage_of(error: BaseException | None) -> Outage | None:
    """What kind of outage this error is; None when it is none but a fault of ours."""
    state = _state(error)
    if isinstance(error, OperationalError | InterfaceError):
        if state == DISK_FULL:
            return FULL
        if isinstance(error.__cause__, InDoubt):
            return IN_DOUBT
        return AWAY if state[:2] in MAY_PASS or state == ReadOnly.sqlstate else None
    if isinstance(error, InternalError) and state == ReadOnly.sqlstate:  # told by a connection that is no Line
        return AWAY
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return FULL
    return STORE_AWAY if isinstance(error, StoreAway) else None


def may_be_of_the_work(error: BaseException | None) -> bool:
    """Whether what was done may itself have asked for more than there is; then trying counts."""
    return isinstance(error, OperationalError) and _state(error) in OF_THE_WORK


def _state(error: BaseException | None) -> str:
    return getattr(getattr(error, "__cause__", None), "sqlstate", None) or ""
