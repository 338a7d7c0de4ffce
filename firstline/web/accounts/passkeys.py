"""Passkeys: what the browser is asked to sign, and whether what it signed is right. The ceremony is allauth's."""

import struct
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from firstline.kit.limits import limit
from firstline.kit.strangers_json import NotJson, read_json
from firstline.people import factors, throttle
from firstline.people.models import Person
from firstline.people.request import OpenRequest, PersonRequest
from firstline.web.accounts import entering
from firstline.web.guards import recently_signed_in

MALFORMED = (ValidationError, ValueError, TypeError, LookupError, AttributeError, RecursionError, struct.error)
"""What reading an answer, and the CBOR within it, can raise: the libraries do not promise less."""
LONGEST = limit(20_000, "bytes", of="what a passkey answers", per="answer", said="Refused as not understood.")


@require_POST
def options(request: OpenRequest) -> HttpResponse:
    """What a passkey is to sign: of whoever is signed in, or half signed in, else of whoever has one for this desk."""
    if not are_possible(request) or not throttle.take("passkey", throttle.network(request)):
        return _told({}, status=429)
    person = request.person or entering.pending(request)
    return _told(auth.begin_authentication(person))


@require_POST
@recently_signed_in
def new_options(request: PersonRequest) -> HttpResponse:
    """What a new passkey is made of."""
    if not are_possible(request):
        return _told({}, status=429)
    return _told(auth.begin_registration(request.person, True))


def are_possible(request: HttpRequest) -> bool:
    """Passkeys belong to a name; a desk that is reached by a bare address has none."""
    return bool(factors.passkey_host(request.get_host()))


def signed_by(request: HttpRequest, person: Person | None, credential: str) -> Person | None:
    """Whose passkey signed what `options` asked; None when it is wrong, or not that of `person`, if one is given."""
    try:
        given = _parsed(credential)
        auth.parse_authentication_response(given)
        whose = person or auth.extract_user_from_response(given)
        key = auth.complete_authentication(whose, given)
    except MALFORMED:
        return None
    finally:
        auth.clear_state()
    key.record_usage()
    owner = Person.objects.able().filter(pk=key.user_id, kind=Person.Kind.HUMAN).first()
    return owner


def add(person: Person, *, name: str, credential: str) -> Authenticator | None:
    """Keep a new passkey; None when it is not what `new_options` asked for."""
    try:
        given = _parsed(credential)
        auth.parse_registration_response(given)
        binding = auth.complete_registration(given)
    except MALFORMED:
        return None
    finally:
        auth.clear_state()
    if not binding.is_user_verified():
        return None
    usual = _("Passkey %(number)s") % {"number": len(factors.passkeys(person)) + 1}
    made: Authenticator = auth.WebAuthn.add(person, name.strip()[:80] or usual, given).instance
    return made


def _parsed(credential: str) -> Any:
    given = read_json(credential[:LONGEST])
    if not isinstance(given, dict):
        raise NotJson(type(given).__name__)
    return given


def _told(data: Any, status: int = 200) -> JsonResponse:
    response = JsonResponse(data, status=status)
    response["Cache-Control"] = "private, no-store"
    return response
