"""What a person holds by which somebody comes in as them, and the one place where all of it ends.

Sessions, tokens of programs, links in letters, browsers that are known: each carries the `session_round` of its person
when it was made, and is believed only for as long as that is still the same. So nothing need be looked for to end it,
nothing can be forgotten, and what has ended does not come back when somebody is made active again. A model of such
things has a column `round`, filled by `round_of` and asked by `IN_FORCE` (tests/security/test_holdings.py looks for
models that have none). A passkey stays, as a second factor; alone it lets nobody in until it was used as that in the
new round (`factors.lets_in_alone`). Deactivating and another address move the round on in the database itself
(people/0008): to whom the old address belongs, nobody knows, and its links and codes open nothing any more.
"""

from django.db import connection
from django.db.models import F, Q
from django.http import HttpRequest

from firstline.people import sessions
from firstline.people.models import Person

STANDING = "firstline_standing"
"""The channel on which the database says whose standing has changed: live pages ask anew who they belong to."""
IN_FORCE = Q(round=F("person__session_round"), person__is_active=True)
"""Of rows that a person holds: those that have not ended."""


def end_all(person: Person, *, but: HttpRequest | None = None) -> None:
    """End everything that lets somebody in as this person, except the browser of the request."""
    Person.objects.filter(pk=person.pk).update(session_round=F("session_round") + 1)
    person.refresh_from_db(fields=["session_round", "password"])
    sessions.end_listed(person, but=but)


def round_of(person: Person | int) -> int:
    """What a thing that is made for the person now carries; read afresh."""
    pk = person if isinstance(person, int) else person.pk
    return Person.objects.values_list("session_round", flat=True).get(pk=pk)


def announce(person: Person) -> None:
    """Have live pages ask anew to whom they belong, as when one browser was signed out."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [STANDING, str(person.pk)])
