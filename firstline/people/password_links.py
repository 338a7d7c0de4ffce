"""Links in letters by which somebody sets his password: after he forgot it, or when an administrator invites him.

A link is made when its letter is written, is nowhere kept but in that letter, belongs to the address to which the
letter goes, and works once.
"""

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction

from firstline.kit import clock
from firstline.people import holdings, identities
from firstline.people.models import AccountLink, Identity, Person

Purpose = AccountLink.Purpose
LIVES = {Purpose.RESET: timedelta(hours=1), Purpose.INVITATION: timedelta(hours=72)}
KEPT = timedelta(days=30)


def for_reset(address: str) -> AccountLink | None:
    """A link-to-be for whoever has an account under this address; None for all others."""
    person = Person.objects.by_email(address)
    if person is None or not person.has_account or person.is_machine:
        return None
    return _opened(person, Purpose.RESET)


def for_invitation(person: Person, *, by: Person) -> AccountLink | None:
    """A link-to-be for somebody whom an administrator gives an account, if they had none; earlier ones no longer work.
    None when it cannot be: without an address, for somebody who left, or by somebody who does not administer."""
    if not (by.admin and person.email and person.is_active and not person.is_machine):
        return None
    with transaction.atomic():
        give_account(person, Person.Account.ADMINISTRATOR)
        return _opened(person, Purpose.INVITATION, by=by)


def for_new_administrator(person: Person) -> AccountLink:
    """A link-to-be for somebody to whom whoever runs the desk gives it by hand; earlier ones no longer work."""
    return _opened(person, Purpose.RESET)


def give_account(person: Person, how: Person.Account) -> None:
    """Let in somebody who was only known, with nothing that they held before; an account that is there stays."""
    if Person.objects.filter(pk=person.pk, account="").update(account=how, password=make_password(None)):
        holdings.end_all(person)
        person.account = how


def write(link: AccountLink) -> str:
    """The secret that goes into the letter; its time begins now. Only its hash is kept."""
    secret = secrets.token_urlsafe(32)
    link.hash, link.expires_at = digest(secret), clock.now() + LIVES[Purpose(link.purpose)]
    link.save(update_fields=["hash", "expires_at"])
    return secret


def found(hashed: str) -> AccountLink | None:
    """The link with this hash (`digest` of the secret), if it still works."""
    link = AccountLink.objects.select_related("person").filter(hash=hashed, used_at=None).first()
    return link if link and _works(link) else None


def use(link: AccountLink, *, password: str) -> Person | None:
    """Set the password and end all that the person held; None if the link was used meanwhile."""
    with transaction.atomic():
        person = Person.objects.select_for_update().get(pk=link.person_id)
        fresh = AccountLink.objects.select_related("person").get(pk=link.pk)
        if fresh.used_at or not _works(fresh):
            return None
        _void(person)
        person.set_password(password)
        person.save(update_fields=["password"])
        identities.verified(person, link.address, how=Identity.How.LINK)
        holdings.end_all(person)
    return person


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def forget_old() -> None:
    AccountLink.objects.filter(created_at__lt=clock.now() - KEPT).delete()


def _opened(person: Person, purpose: AccountLink.Purpose, by: Person | None = None) -> AccountLink:
    with transaction.atomic():
        round = Person.objects.select_for_update().get(pk=person.pk).session_round
        person.account_links.filter(purpose=purpose, used_at=None).update(used_at=clock.now())
        return AccountLink.objects.create(
            person=person, purpose=purpose, address=person.email or "", by=by, round=round
        )


def _works(link: AccountLink) -> bool:
    person = link.person
    in_time = link.expires_at is not None and link.expires_at > clock.now()
    is_in_force = person.has_account and link.round == person.session_round
    return in_time and is_in_force and person.email == link.address


def _void(person: Person) -> None:
    person.account_links.filter(used_at=None).update(used_at=clock.now())
