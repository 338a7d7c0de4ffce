"""Fill an empty installation with the demo company and its past."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from firstline.catalog import config_cache
from firstline.catalog.models import Desk
from firstline.demo.announcements import make_announcements
from firstline.demo.cast import DEMO_SIGN_INS
from firstline.demo.desks import make_desks
from firstline.demo.forms import make_request_types
from firstline.demo.hours import make_goals
from firstline.demo.past import lived
from firstline.demo.people import MONITOR, make_people
from firstline.demo.replies import make_replies
from firstline.demo.services import make_services
from firstline.demo.world import World
from firstline.kit import clock
from firstline.people.models import Person
from firstline.tickets.models import Ticket
from firstline.tickets.search import index_all


def load(progress: Callable[[str], object] = print, *, days: int = 90, processes: int = 1) -> None:
    """Make the company and let it live through `days` up to now; nothing happens where it is not wanted.

    The company is one transaction and its past another (one in each process, which end together): a load that is
    broken off between the two goes on there the next time. Nobody is told of anything that happened.
    """
    if not is_wanted():
        return
    # One moment is now for all of it, or what is planned for this minute could lie in the future of another part.
    with _hurrying(), clock.moved(clock.now()):
        if not _people():
            with transaction.atomic():
                _make_company()
        config_cache.forget()
        desks = {desk.key: desk for desk in Desk.objects.all()}
        lived(World(_people(), desks), days=days, progress=progress, processes=processes)
        index_all()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def is_wanted() -> bool:
    """Whether nobody is here yet, or only the company itself, without its past."""
    humans = Person.objects.filter(kind=Person.Kind.HUMAN).count()
    return not Ticket.objects.exists() and humans in (0, sum(not each.is_machine for each in _people().values()))


def _make_company() -> None:
    people = make_people()
    desks = make_desks(people)
    make_services(desks)
    make_goals()
    make_request_types(desks)
    make_replies(desks)
    make_announcements(desks)


def _people() -> dict[str, Person]:
    """The company's people by the part of the address before the @, and the monitoring bot; empty before it is made."""
    found = {(each.email or MONITOR).partition("@")[0]: each for each in Person.objects.exclude(kind="system")}
    return found if MONITOR in found and set(DEMO_SIGN_INS.values()) <= {each.email for each in found.values()} else {}


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
