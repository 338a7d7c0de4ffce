"""Where sessions are kept: in Django's own table, read by a query that is composed once, for every page asks it."""

from datetime import datetime

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from firstline.kit import clock
from firstline.kit.compiled_queries import composed


class SessionStore(db.SessionStore):
    """Django's, which signs what it keeps with the name of this class: it must stay."""

    def _get_session_from_db(self) -> Session | None:
        found = _alive(self.session_key, clock.now()) if self.session_key else []
        if found:
            return found[0]
        self._session_key = None
        return None


@composed
def _alive(key: str, now: datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=now)
