"""What a request knows of who asks. Django makes the requests; these are the types by which views name them."""

from django.http import HttpRequest

from firstline.people.models import Person


class OpenRequest(HttpRequest):
    """On a page that is open to all: `person` is None before sign-in."""

    person: Person | None


class PersonRequest(OpenRequest):
    """Of somebody known, by sign-in or token: what stands behind a guard may rely on it."""

    person: Person
