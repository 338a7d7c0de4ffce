"""Who was erased and who left, as lines to be kept beside the backups: a backup does not know what came after it, and
by these lines it is done again where one is restored.

A line names nobody. It holds the number of a person and the moment in which they became known, which together nobody
else has, also where a restored desk has given the number to somebody else.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from firstline.audit.models import AuditEntry
from firstline.people import administrators, holdings, security_log
from firstline.people.models import Person
from firstline.retention.erasing import erase_person
from firstline.tickets.errors import Refused, WrongState
from firstline.tickets.jobs import give_back_soon

ERASED, WITH_EVERYTHING, LEFT = "erased", "erased-with-everything", "left"


class NotAJournal(Exception):
    """A line says nothing that can be done; `str()` is the line."""


@dataclass(frozen=True)
class Line:
    what: str
    person: int
    known_since: datetime

    def __str__(self) -> str:
        return f"{self.what} {self.person} {self.known_since.isoformat()}"

    @classmethod
    def read(cls, text: str) -> "Line":
        """Raises NotAJournal."""
        try:
            what, person, known_since = text.split()
            line = cls(what, int(person), datetime.fromisoformat(known_since))
        except ValueError:
            raise NotAJournal(text.strip()) from None
        if what not in (ERASED, WITH_EVERYTHING, LEFT) or line.known_since.tzinfo is None:
            raise NotAJournal(text.strip())
        return line


def written() -> Iterator[Line]:
    """All that this desk knows of."""
    erased: dict[int, str] = {}
    for person, kept in _erasures().order_by("id").values_list("about", "data"):
        everything = kept.get("everything") or erased.get(person) == WITH_EVERYTHING
        erased[person] = WITH_EVERYTHING if everything else ERASED
    gone = Person.objects.filter(is_active=False, kind=Person.Kind.HUMAN) | Person.objects.filter(pk__in=erased)
    for pk, since in gone.order_by("pk").values_list("pk", "created_at"):
        yield Line(erased.get(pk, LEFT), pk, since)


def read(lines: Iterable[str]) -> list[Line]:
    """All or nothing: raises NotAJournal."""
    return [Line.read(text) for text in lines if text.strip()]


def due(lines: Iterable[Line]) -> Iterator[Line]:
    """What is not so here."""
    return (line for line in lines if (person := _meant(line)) and not _is_so(line, person))


def redo(lines: Iterable[Line]) -> Iterator[tuple[Line, str]]:
    """Do again what is not so here; what was done, each with why it could not be, or an empty sentence."""
    for line in due(lines):
        person = Person.objects.get(pk=line.person)
        try:
            _leave(person) if line.what == LEFT else _erase(person, line)
        except Refused as refusal:
            yield line, str(refusal)
        else:
            yield line, ""


def _meant(line: Line) -> Person | None:
    return Person.objects.filter(pk=line.person, created_at=line.known_since).first()


def _is_so(line: Line, person: Person) -> bool:
    if line.what == LEFT:
        return not person.is_active
    before = _erasures().filter(about=person)
    return any(kept.get("everything") or line.what != WITH_EVERYTHING for kept in before.values_list("data", flat=True))


def _erasures() -> QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(name="erased", about__isnull=False)


def _erase(person: Person, line: Line) -> None:
    erase_person(person, by=Person.objects.system(), everything=line.what == WITH_EVERYTHING)


@transaction.atomic
def _leave(person: Person) -> None:
    if administrators.is_last(person.pk):
        raise WrongState(
            "This is the last administrator here. Make somebody else one first: firstline administrator EMAIL"
        )
    person.is_active = False
    person.save(update_fields=["is_active"])
    holdings.end_all(person)
    give_back_soon(by=Person.objects.system())
    security_log.note("deactivated", person=person, by=Person.objects.system())
