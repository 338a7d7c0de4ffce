"""Finding a person by what one knows of him."""

import re

from django.core.exceptions import ValidationError
from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet, Value
from django.utils.translation import gettext as _

from firstline.kit.tokenizer import asked_words
from firstline.people.models import Identity, Person, form_of, with_account

FEWEST_DIGITS = 3


def found(words: str) -> QuerySet[Person]:
    """Active people whose name or e-mail contains all the words, or whose phone number contains the digits; by name."""
    people = Person.objects.filter(is_active=True, kind=Person.Kind.HUMAN)
    parts = asked_words(words)
    if not parts:
        return people.none()
    known = Q()
    for part in parts:
        known &= Q(name__icontains=part) | has_address(part)
    digits = re.sub(r"\D", "", words)
    if len(digits) >= FEWEST_DIGITS and not re.search(r"[^\W\d_]", words):
        people = people.annotate(
            digits=Func(F("phone"), Value(r"\D"), Value(""), Value("g"), function="regexp_replace")
        )
        known |= Q(digits__contains=digits)
    return people.filter(known).order_by("name", "pk")


def has_address(part: str) -> Q:
    """The condition that one of a person's email addresses contains this."""
    theirs = Identity.objects.filter(person=OuterRef("pk"), kind=Identity.EMAIL, subject__icontains=part)
    return Q(Exists(theirs))


def meant(words: str) -> Person:
    """The active person with this address or, where none is given, of this full name. A name that somebody chose for
    themselves (`Person.beside`) means nobody: it may be a colleague's. Raises ValidationError, for a form's field."""
    people = Person.objects.filter(is_active=True, kind=Person.Kind.HUMAN)
    if "@" in words:
        known = people.filter(identities__kind=Identity.EMAIL, identities__subject=form_of(Identity.EMAIL, words))
    else:
        is_given = Q(email=None) | (with_account() & ~Q(account=Person.Account.DOMAIN))
        known = people.filter(is_given, name__iexact=words)
    found = list(known[:2])
    if len(found) > 1:
        raise ValidationError(_("Several people have this name. Give the e-mail address."))
    if not found and "@" not in words and people.filter(name__iexact=words).exists():
        raise ValidationError(_("Whoever has this name chose it themselves. Give the e-mail address."))
    if not found:
        raise ValidationError(_("Nobody is known by this name or address."))
    return found[0]
