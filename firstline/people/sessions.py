"""In which browsers a person is signed in, and how that ends.

Each way in calls `begin`. To end one, its session is deleted; all of them end in `people.holdings`, even those that
nobody listed.
"""

import re
from datetime import timedelta

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, login
from django.contrib.sessions.models import Session
from django.http import HttpRequest

from firstline.kit import clock
from firstline.people.models import Person, Sitting

BACKEND = "django.contrib.auth.backends.ModelBackend"
SEEN_AGAIN_AFTER = 300
SEEN = "seen"

BROWSERS = [
    ("Edg", "Edge"), ("OPR", "Opera"), ("MicroMessenger", "WeChat"), ("Firefox", "Firefox"),
    ("Chrome", "Chrome"), ("CriOS", "Chrome"), ("Safari", "Safari"), ("curl", "curl"),
]  # fmt: skip
SYSTEMS = [
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
    ("Mac OS", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
]  # fmt: skip


def begin(request: HttpRequest, person: Person, *, how: str) -> Sitting:
    """Sign the person in here, under a fresh session key, and list it."""
    login(request, person, backend=BACKEND)
    return _listed(request, person, how=how)


def rotate(request: HttpRequest) -> None:
    """Go on under a fresh session key, as after a second factor was added."""
    before = request.session.session_key
    request.session.cycle_key()
    Sitting.objects.filter(key=before).update(key=request.session.session_key)


def seen(request: HttpRequest) -> None:
    """Remember that this browser is in use, to five minutes. Usually costs no query."""
    at = clock.now().timestamp()
    if at - request.session.get(SEEN, at) > SEEN_AGAIN_AFTER:
        request.session[SEEN] = at
        Sitting.objects.filter(key=request.session.session_key).update(
            seen_at=clock.now(), address=request.META.get("REMOTE_ADDR") or None
        )


def of(person: Person, request: HttpRequest) -> list[Sitting]:
    """Where he is signed in, this browser first, then the last seen; `request` is his own."""
    here = request.session.session_key
    if not Sitting.objects.filter(key=here).exists():
        _listed(request, person, how=Sitting.How.PASSWORD)
    alive = Session.objects.filter(expire_date__gt=clock.now()).values("session_key")
    found = person.sittings.filter(key__in=alive, seen_at__gt=clock.now() - timedelta(days=15))
    return sorted(found, key=lambda each: (each.key != here, -each.seen_at.timestamp()))


def end(person: Person, pk: int) -> bool:
    """Sign one of his browsers out; False if it is not his."""
    sitting = person.sittings.filter(pk=pk).first()
    if sitting is None:
        return False
    Session.objects.filter(session_key=sitting.key).delete()
    sitting.delete()
    return True


def end_listed(person: Person, *, but: HttpRequest | None = None) -> None:
    """Take the sessions away that `holdings.end_all` has ended, and let the browser of the request go on."""
    here = but.session.session_key if but else None
    gone = person.sittings.exclude(key=here)
    Session.objects.filter(session_key__in=gone.values("key")).delete()
    gone.delete()
    if but is not None and but.session.get(BACKEND_SESSION_KEY):
        but.session[HASH_SESSION_KEY] = person.get_session_auth_hash()


def device(agent: str) -> str:
    """A browser and its system in words: Firefox, Windows. Empty when it says nothing known."""
    names = [next((name for sign, name in table if re.search(sign, agent)), "") for table in (BROWSERS, SYSTEMS)]
    return ", ".join(name for name in names if name)


def forget_old() -> None:
    """Drop expired sessions and the lines about them."""
    Session.objects.filter(expire_date__lt=clock.now()).delete()
    Sitting.objects.exclude(key__in=Session.objects.values("session_key")).delete()


def _listed(request: HttpRequest, person: Person, *, how: str) -> Sitting:
    request.session[SEEN] = clock.now().timestamp()
    if request.session.session_key is None:
        request.session.create()
    sitting, _made = Sitting.objects.update_or_create(
        key=request.session.session_key,
        defaults={
            "person": person,
            "how": how,
            "agent": request.META.get("HTTP_USER_AGENT", "")[:300],
            "address": request.META.get("REMOTE_ADDR") or None,
        },
    )
    return sitting
