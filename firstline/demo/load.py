"""Fill an empty installation with the demo company and its past."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from firstline.demo.announcements import make_announcements
from firstline.demo.desks import make_desks
from firstline.demo.forms import make_request_types
from firstline.demo.hours import make_goals
from firstline.demo.past import lived
from firstline.demo.people import make_people
from firstline.demo.replies import make_replies
from firstline.demo.services import make_services
from firstline.demo.world import World
from firstline.kit import clock
from firstline.people.models import Person
from firstline.tickets.search import index_all


def load(progress: Callable[[str], object] = print, *, days: int = 90) -> None:
    """Make the company and let it live through `days` up to now; nothing happens where there are people already.

    It is one transaction: whoever looks meanwhile sees an empty installation, and a load that is broken off leaves one.
    Nobody is told of anything that happened.
    """
    if Person.objects.filter(kind=Person.Kind.HUMAN).exists():
        return
    # One moment is now for all of it, or what is planned for this minute could lie in the future of another part.
    with _hurrying(), clock.moved(clock.now()), transaction.atomic():
        people = make_people()
        desks = make_desks(people)
        make_services(desks)
        make_goals()
        make_request_types(desks)
        make_replies(desks)
        make_announcements(desks)
        lived(World(people, desks), days=days, progress=progress)
        index_all()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@contextmanager
def _hurrying() -> Iterator[None]:
    """Leave out what a load that is all or nothing can do without: a savepoint for each verb, and looking for circles
    among millions of short-lived objects that hardly ever form one."""
    seldom, uses_savepoints = gc.get_threshold(), connection.features.uses_savepoints
    gc.set_threshold(200_000, 50, 50)
    connection.features.uses_savepoints = False
    try:
        yield
    finally:
        connection.features.uses_savepoints = uses_savepoints
        gc.set_threshold(*seldom)
