"""Finding a person by what one knows of him."""

import re

from django.db.models import F, Func, Q, QuerySet, Value

from firstline.kit.words import asked_words
from firstline.people.models import Person

FEWEST_DIGITS = 3


def found(words: str) -> QuerySet[Person]:
    """Active people whose name or e-mail contains all the words, or whose phone number contains the digits; by name."""
    people = Person.objects.filter(is_active=True, kind=Person.Kind.HUMAN)
    parts = asked_words(words)
    if not parts:
        return people.none()
    known = Q()
    for part in parts:
        known &= Q(name__icontains=part) | Q(email__icontains=part)
    digits = re.sub(r"\D", "", words)
    if len(digits) >= FEWEST_DIGITS and not re.search(r"[^\W\d_]", words):
        people = people.annotate(
            digits=Func(F("phone"), Value(r"\D"), Value(""), Value("g"), function="regexp_replace")
        )
        known |= Q(digits__contains=digits)
    return people.filter(known).order_by("name", "pk")
