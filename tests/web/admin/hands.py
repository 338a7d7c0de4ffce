"""Signs a person of the cast in."""

from django.test import Client

from firstline.people.models import Person


def as_(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client
