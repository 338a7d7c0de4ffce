"""Signs a person of the cast in."""

from django.test import Client

from firstline.people.models import Person
from tests.signing import signed_in


def as_(person: Person) -> Client:
    return signed_in(person)
