"""Looking at a world before it is measured: sessions and a token for the clients, and tickets to ask for."""

from datetime import timedelta
from typing import Any

from tests.bench.measures import Sight

AGENT = "bo@corp.example"


def sight() -> Sight:
    """Signs an agent and twenty requesters in, and picks two hundred tickets of each sort."""
    from firstline.api.models import Token
    from firstline.catalog.models import Desk
    from firstline.kit import clock
    from firstline.people.models import Person
    from firstline.tickets.models import Ticket

    bo = Person.objects.get(email=AGENT)
    desk = Desk.objects.get(key="IT").pk
    newest = Ticket.objects.latest("pk").pk
    spread = [10_000 + (newest - 10_000) * place // 400 for place in range(400)]
    of_desk = Ticket.objects.filter(desk=desk)
    open_ones = of_desk.open().filter(phase="in_progress").newest_first()[:200]
    anybody = of_desk.filter(pk__in=spread)[:200]
    askers = list(dict.fromkeys(anybody.values_list("requester", flat=True)))[:20]
    return Sight(
        agent=cookie(bo),
        requester="",
        token=Token.issue(bo, scopes=["read", "write"], name="bench", expires_at=clock.now() + timedelta(days=1)),
        desk=desk,
        agent_id=bo.pk,
        open=list(open_ones.values_list("number", flat=True)),
        any=list(anybody.values_list("number", flat=True)),
        requesters=[(pk, cookie(Person.objects.get(pk=pk))) for pk in askers],
    )


def cookie(person: Any) -> str:
    """The cookie of a new session, as signing in gives it."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    language = f"{settings.LANGUAGE_COOKIE_NAME}={person.language}"
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {language}"
