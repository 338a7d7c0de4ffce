"""Passkeys: what the browser is asked to sign, and whether what it signed is right. The ceremony is allauth's.

What was asked for is kept beside the challenge: what somebody signed as their second factor, for which a touch is
enough, never signs them in alone, for which the key must have verified them.
"""

import struct
from enum import StrEnum
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from firstline.kit.limits import limit
from firstline.kit.strangers_json import NotJson, read_json
from firstline.people import factors, rate_limit
from firstline.people.models import Person
from firstline.people.request import OpenRequest, PersonRequest
from firstline.web.accounts import entering
from firstline.web.guards import recently_signed_in

MALFORMED = (ValidationError, ValueError, TypeError, LookupError, AttributeError, RecursionError, struct.error)
"""What reading an answer, and the CBOR within it, can raise: the libraries do not promise less."""
LONGEST = limit(20_000, "bytes", of="what a passkey answers", per="answer", said="Refused as not understood.")


ASKED = "passkey_asked"


class Purpose(StrEnum):
    """What a passkey is asked for. All but the first are asked of one person, who is known by then."""

    SIGN_IN = "sign-in"
    SECOND_FACTOR = "second-factor"
    CONFIRM = "confirm"
    ADD = "add"


@require_POST
def options(request: OpenRequest) -> HttpResponse:
    """What a passkey is to sign, for the purpose that the page names in `for`; when it names none, to sign in alone."""
    if not are_possible(request) or not rate_limit.take("passkey", rate_limit.network(request)):
        return _told({}, status=429)
    known = {Purpose.SECOND_FACTOR: entering.pending(request), Purpose.CONFIRM: request.person}
    purpose = next((each for each in known if each == request.GET.get("for")), Purpose.SIGN_IN)
    person = known.get(purpose)
    if purpose in known and person is None:
        return _told({}, status=409)
    asked = auth.begin_authentication(person)
    _ask(request, purpose, person)
    return _told(asked)


@require_POST
@recently_signed_in
def new_options(request: PersonRequest) -> HttpResponse:
    """What a new passkey is made of."""
    if not are_possible(request):
        return _told({}, status=429)
    asked = auth.begin_registration(request.person, True)
    _ask(request, Purpose.ADD, request.person)
    return _told(asked)


def are_possible(request: HttpRequest) -> bool:
    """Passkeys belong to a name; a desk that is reached by a bare address has none."""
    return bool(factors.passkey_host(request.get_host()))


class NotAlone(Exception):
    """It is a passkey of somebody's, and all that they held has ended since they last proved otherwise who they are."""


def signed_in_by(request: HttpRequest, credential: str) -> Person | None:
    """Who signs in by a passkey alone, which has verified them by a finger, a face or a PIN; None when it is wrong.
    Raises NotAlone."""
    return _signed_by(request, credential, purpose=Purpose.SIGN_IN, person=None)


def is_signed_by(request: HttpRequest, person: Person, credential: str, *, purpose: Purpose) -> bool:
    """Whether a passkey of this person signed what `options` asked of them for this purpose."""
    return _signed_by(request, credential, purpose=purpose, person=person) == person


def _signed_by(request: HttpRequest, credential: str, *, purpose: Purpose, person: Person | None) -> Person | None:
    try:
        _check_asked(request, purpose, person)
        given = _parsed(credential)
        answer = auth.parse_authentication_response(given).response
        key = auth.complete_authentication(person or auth.extract_user_from_response(given), given)
        if person is None and not answer.authenticator_data.is_user_verified():
            return None
    except MALFORMED:
        return None
    finally:
        auth.clear_state()
    owner = Person.objects.able().filter(pk=key.user_id, kind=Person.Kind.HUMAN).first()
    if owner and person:
        factors.let_in_alone(key, person)
    elif owner and not factors.lets_in_alone(key):
        raise NotAlone
    key.record_usage()
    return owner


def add(request: PersonRequest, *, name: str, credential: str) -> Authenticator | None:
    """Keep a new passkey; None when it is not what `new_options` asked for."""
    person = request.person
    try:
        _check_asked(request, Purpose.ADD, person)
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
    factors.let_in_alone(made, person)
    return made


def _ask(request: HttpRequest, purpose: Purpose, person: Person | None) -> None:
    request.session[ASKED] = [purpose, person.pk if person else None]


def _check_asked(request: HttpRequest, purpose: Purpose, person: Person | None) -> None:
    """Raise ValueError if the challenge under way was given for something else, or to somebody else. It ends here."""
    if request.session.pop(ASKED, None) != [purpose, person.pk if person else None]:
        raise ValueError(purpose)


def _parsed(credential: str) -> Any:
    given = read_json(credential[:LONGEST])
    if not isinstance(given, dict):
        raise NotJson(type(given).__name__)
    return given


def _told(data: Any, status: int = 200) -> JsonResponse:
    response = JsonResponse(data, status=status)
    response["Cache-Control"] = "private, no-store"
    return response
