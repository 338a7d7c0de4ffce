"""Second factors: an app's codes, passkeys, recovery codes. The models and the arithmetic are allauth's.

What is ours: a code is judged under a row lock and never twice, in whichever process; secrets are encrypted at rest;
a passkey belongs to the name under which the desk is reached.
"""

import ipaddress
from typing import Any

from allauth.core import context
from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.internal.flows import delete_dangling_recovery_codes
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    validate_totp_code,
    yield_hotp_counters_from_time,
)
from django.conf import settings
from django.db import transaction

from firstline.kit import secrets
from firstline.people import holdings
from firstline.people.models import Person

Type = Authenticator.Type
SECOND = (Type.TOTP, Type.WEBAUTHN)
LAST = "last_counter"
ROUND = "round"


class Adapter(DefaultMFAAdapter):  # type: ignore[misc]
    """What allauth asks us."""

    def encrypt(self, text: str) -> str:
        return secrets.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return secrets.decrypt(encrypted_text)

    def get_totp_issuer(self) -> str:
        return str(settings.CONFIG.company)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": passkey_host(context.request.get_host()), "name": str(settings.CONFIG.company)}


def has_second(person: Person) -> bool:
    return Authenticator.objects.filter(user=person, type__in=SECOND).exists()


def kinds(person: Person) -> set[str]:
    """Which of "totp", "webauthn" and "recovery_codes" the person has."""
    return set(Authenticator.objects.filter(user=person).values_list("type", flat=True))


def is_required(person: Person) -> bool:
    """Whether the desk's rule asks this person for a second factor."""
    rule = settings.CONFIG.second_factor
    if person.is_machine:
        return False
    return rule == "everybody" or (rule == "staff" and bool(person.admin or person.seats))


def is_due(person: Person) -> bool:
    """Whether the person must set one up before anything else. Asked at each request, for the rule, a seat or the
    office of an administrator may have come after the sign-in, or after a token was made."""
    return is_required(person) and not has_second(person)


def passkeys(person: Person) -> list[Authenticator]:
    return list(Authenticator.objects.filter(user=person, type=Type.WEBAUTHN).order_by("pk"))


def lets_in_alone(key: Authenticator) -> bool:
    """Whether this passkey signs its person in without anything else: not since all that they held has ended
    (`people.holdings`), until they have proved by something else who they are, and used it then."""
    return bool(key.data.get(ROUND) == holdings.round_of(key.user_id))


def let_in_alone(key: Authenticator, person: Person) -> None:
    """The person, who is known by something else, has used or added it. Carries the round by which they are known, for
    meanwhile all may have ended."""
    key.data[ROUND] = person.session_round
    key.save(update_fields=["data"])


def passkey_host(host: str) -> str:
    """The name to which a passkey belongs; empty when the desk is reached by a bare address, where there are none."""
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return name
    return ""


def new_secret() -> str:
    return generate_totp_secret()


def app_link(person: Person, secret: str) -> str:
    """What the QR code says: otpauth://totp/…"""
    return str(Adapter().build_totp_url(person, secret))


def picture(link: str) -> str:
    """The QR code as SVG."""
    return str(Adapter().build_totp_svg(link)).partition("?>")[2]


def enrol_app(person: Person, *, secret: str, code: str) -> bool:
    """Take the app into use if it shows the right code."""
    if not validate_totp_code(secret, code):
        return False
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        Authenticator.objects.filter(user=person, type=Type.TOTP).delete()
        TOTP.activate(person, secret)
        return app_shows(person, code)


def judge_code(person: Person, code: str) -> str:
    """ "code" when an app shows it, "recovery" when it was one of the recovery codes; empty when it is wrong.

    Neither is right twice.
    """
    if app_shows(person, code):
        return "code"
    codes = Authenticator.objects.filter(user=person, type=Type.RECOVERY_CODES).first()
    return "recovery" if codes and RecoveryCodes(codes).validate_code(code) else ""


@transaction.atomic
def app_shows(person: Person, code: str) -> bool:
    """Whether the app shows this code, which is right once. No recovery code is looked at, and so none is used up."""
    app = Authenticator.objects.select_for_update().filter(user=person, type=Type.TOTP).first()
    if app is None:
        return False
    secret = Adapter().decrypt(app.data["secret"])
    for counter in yield_hotp_counters_from_time():
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, counter))):
            if counter <= app.data.get(LAST, 0):
                return False
            app.data[LAST] = counter
            app.record_usage()
            app.save(update_fields=["data"])
            return True
    return False


def new_recovery_codes(person: Person) -> list[str]:
    """Ten codes, in two halves each; the earlier ones no longer work. They cannot be shown again."""
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        Authenticator.objects.filter(user=person, type=Type.RECOVERY_CODES).delete()
        codes = RecoveryCodes.activate(person).generate_codes()
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def recovery_codes_left(person: Person) -> int:
    codes = Authenticator.objects.filter(user=person, type=Type.RECOVERY_CODES).first()
    return len(RecoveryCodes(codes).get_unused_codes()) if codes else 0


def remove(person: Person, **which: Any) -> int:
    """Take second factors away, and the recovery codes with the last; how many."""
    found = Authenticator.objects.filter(user=person, **which)
    count = found.count()
    found.delete()
    delete_dangling_recovery_codes(person)
    return count


def rotate_secrets() -> secrets.Count:
    """Encrypt the secrets of all apps and recovery codes anew with the newest key; see kit.secrets.rotate."""
    total = unreadable = 0
    for pk in list(Authenticator.objects.exclude(type=Type.WEBAUTHN).values_list("pk", flat=True)):
        with transaction.atomic():
            factor = Authenticator.objects.select_for_update().filter(pk=pk).first()
            if factor is None:
                continue
            total += 1
            name = "secret" if factor.type == Type.TOTP else "seed"
            try:
                factor.data[name] = secrets.encrypt(secrets.decrypt(factor.data[name]))
            except secrets.Unreadable:
                unreadable += 1
                continue
            factor.save(update_fields=["data"])
    return secrets.Count("second factors", total, unreadable)
