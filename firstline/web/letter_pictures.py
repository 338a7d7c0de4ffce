"""Pictures of a letter that lie elsewhere, fetched by the desk once a reader asks to see them; never by his browser.

Only what the letter itself names is fetched, and only for those who may read it. What comes is drawn anew as uploads
are, and not kept. The sender of the letter learns that it was read, as the page says before, but not by whom.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.views.decorators.http import require_safe

from firstline.kit import html, http, remote_images
from firstline.kit.limits import limit
from firstline.people import rate_limit
from firstline.people.models import Person
from firstline.people.request import PersonRequest
from firstline.tickets.models import Message, Ticket
from firstline.tickets.pictures import Busy, redrawn
from firstline.tickets.quotations import whole_for
from firstline.web.guards import signed_in
from firstline.web.tickets import ticket_or_404

MOST = limit(60, "pictures", of="pictures fetched for an email", per="email", said="The rest stays links.")
"""So many pictures of a letter are shown; the others stay blocked."""
MOST_BYTES = limit(
    5 * 1024 * 1024, "bytes", of="a picture fetched from elsewhere", per="picture", said="It is not shown."
)
SECONDS = limit(8.0, "seconds", of="the time to fetch a picture", per="picture", said="It is not shown.")
REDIRECTS = 3
AT_ONCE = limit(
    4, "pictures", of="pictures fetched at once", per="process", said="503, and the page asks again in a moment."
)
"""Servers that never answer must not hold all threads of a process, nor those who wait for a place."""
_places = BoundedSemaphore(AT_ONCE)


@require_safe
@signed_in
def picture(request: PersonRequest, number: str, message: int, seal: str) -> HttpResponse:
    """One picture, drawn anew; 404 when it cannot be had, so that its words are shown in its place."""
    said = message_or_404(request, ticket_or_404(request, number), message)
    address = next((each for each in _offered(said) if constant_time_compare(_seal(said, each), seal)), None)
    if address is None:
        raise Http404
    person = request.person
    try:
        with _place():
            if not (rate_limit.take("pictures", str(person.pk)) and rate_limit.take("pictures of", str(said.pk))):
                return HttpResponse(status=429)
            drawn = _fetched(address)
    except Busy:
        return HttpResponse(status=503, headers={"Retry-After": "5"})
    if drawn is None:
        raise Http404
    response = HttpResponse(drawn[0], content_type=drawn[1])
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def message_or_404(request: PersonRequest, ticket: Ticket, message: int) -> Message:
    """The message of this ticket, if this person may read it with all that it quotes."""
    said = Message.objects.visible_to(request.person, ticket).filter(pk=message).first()
    if said is None or not whole_for(request.person, ticket)(said):
        raise Http404
    return said


def word(message: Message, person: Person) -> str:
    """What the letter's address says when this reader has asked for the pictures; nobody else can have him ask."""
    return _seal(message, f"asked by {person.pk}")


def shown(message: Message, cleaned: str) -> str:
    """The cleaned letter, with the pictures that lie elsewhere fetched by way of the desk."""
    own = {address: _address(message, address) for address in remote_images.addresses(cleaned)[:MOST]}
    return remote_images.shown(cleaned, own.get)


def _offered(message: Message) -> list[str]:
    return remote_images.addresses(html.clean(message.html))[:MOST]


def _address(message: Message, address: str) -> str:
    return reverse("letter-picture", args=[message.ticket.number, message.pk, _seal(message, address)])


def _seal(message: Message, said: str) -> str:
    return salted_hmac("firstline.letter-pictures", f"{message.pk}\0{said}", algorithm="sha256").hexdigest()[:40]


@contextmanager
def _place() -> Iterator[None]:
    """Raises Busy at once when there is none; then nothing was asked for, and nothing is counted."""
    if not _places.acquire(blocking=False):
        raise Busy
    try:
        yield
    finally:
        _places.release()


def _fetched(address: str) -> tuple[bytes, str] | None:
    try:
        answer = http.fetch(address, seconds=SECONDS, most_bytes=MOST_BYTES, redirects=REDIRECTS)
    except http.Failed:
        return None
    return redrawn(answer.body) if answer.is_ok else None
