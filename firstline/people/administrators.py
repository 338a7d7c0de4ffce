"""Who administers: that there is always somebody, and that nobody makes themselves one but at the very first start."""

from django.db import transaction
from django.db.models import Q

from firstline.audit.models import AuditEntry
from firstline.people import holdings, password_links, security_log
from firstline.people.models import Person


def never_were() -> bool:
    """Whether nobody has ever been let in here. Who was an administrator and is none any more leaves behind an account,
    whatever ended it, or at least a line of the log."""
    people = Person.objects.filter(Q(admin=True) | ~Q(account=""), kind=Person.Kind.HUMAN)
    return not people.exists() and not AuditEntry.objects.filter(name="signed_in").exists()


def are_able() -> bool:
    """Whether there is one who can get in."""
    return Person.objects.filter(admin=True, is_active=True, kind=Person.Kind.HUMAN).exists()


def is_last(pk: int) -> bool:
    """Whether this person administers, and nobody else can. Locks the administrators until the transaction ends."""
    able = Person.objects.select_for_update().filter(admin=True, is_active=True, kind=Person.Kind.HUMAN)
    return {person.pk for person in able} == {pk}


@transaction.atomic
def appoint(address: str, *, name: str) -> str:
    """Make whoever has this address an administrator who may get in, else somebody new of this name. What they held has
    ended; the secret of the link by which they set a password, which works for an hour."""
    known = Person.objects.of_address(address, name=name or address)
    person = Person.objects.select_for_update().get(pk=known.pk)
    person.admin = person.is_active = True
    person.save(update_fields=["admin", "is_active"])
    password_links.give_account(person, Person.Account.ADMINISTRATOR)
    holdings.end_all(person)
    security_log.note("admin_given", person=person, by=Person.objects.system())
    return password_links.write(password_links.for_new_administrator(person))
