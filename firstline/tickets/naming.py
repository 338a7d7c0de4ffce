"""People who are named by their address. Whoever names one is told nothing: not whether the desk knows it, nor whose it
is."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from firstline.catalog.own_addresses import is_ours
from firstline.kit.limits import limit
from firstline.kit.mailbox import check_plain, normal
from firstline.people.models import Person
from firstline.tickets.errors import WrongState

MOST_CHARACTERS = limit(
    120, "characters", of="an address that somebody names", per="address", said="Refused at the field: it is too long."
)


def address_of(typed: str) -> str:
    """The address that was typed, in its one form. Raises WrongState with a sentence for what cannot be one."""
    address = normal(typed)
    try:
        validate_email(address)
        check_plain(address)
    except ValidationError:
        raise WrongState(_("“%(address)s” is not an email address.") % {"address": address[:254]}) from None
    if len(address) > MOST_CHARACTERS:
        raise WrongState(_("This address is too long."))
    return address


def person_at(address: str) -> Person:
    """Whoever has this address, active or not; else somebody new of whom nothing but the address is known, without an
    account. What is a machine's or a desk's own is nobody's. They know by which address they were named
    (`Person.named_as`), for of several whoever named one is told that one alone."""
    address = address_of(address)
    person = _at(address)
    person.named_as = address
    return person


def is_mere_address(person: Person) -> bool:
    """Whether nothing but the address is known of this person, since somebody named it; an account is theirs."""
    return person.email is not None and person.name == person.email and not person.has_account


def _at(address: str) -> Person:
    known = Person.objects.by_email(address)
    if known is not None and not known.is_machine:
        return known
    if known is not None or is_ours(address):
        return Person.objects.create_person(name=address)
    return Person.objects.of_address(address, name=address)
