"""Of merged requests each person's own words go, and nobody else's, whichever request they stand in by now."""

from typing import Any

import pytest

from firstline.people.models import Person
from firstline.retention.erasing import erase_person, preview
from firstline.tickets import actions, files
from firstline.tickets.errors import WrongState
from firstline.tickets.models import Attachment, Message, Ticket
from tests.background import run_jobs
from tests.cast import Cast, fresh
from tests.letters import arrives, back_to, letter

pytestmark = pytest.mark.django_db


def file(by: Person, name: str) -> Any:
    return files.keep(f"bytes of {name}".encode(), name=name, by=by)


@pytest.fixture
def merged(cast: Cast) -> tuple[Ticket, Ticket]:
    """Mei's request, merged into Omar's, with words, notes, files and emails of both and of the desk."""
    mei, omar = cast.ask(text="MEI asked"), cast.ask(by=cast.omar, text="OMAR asked")
    for ticket, whose in ((mei, "MEI"), (omar, "OMAR")):
        said = {"text": f"{whose} was answered", "attachments": [file(cast.bo, f"{whose}.txt")]}
        actions.reply(fresh(ticket), by=cast.bo, **said)
        actions.note(fresh(ticket), by=cast.bo, text=f"{whose} was noted")
    run_jobs()
    actions.merge(fresh(mei), by=cast.bo, into=fresh(omar))
    arrives(letter("Lin Mei <mei@corp.example>", to=back_to(omar), text="MEI wrote on", letter_id="<m@x>"))
    arrives(letter("Omar Haddad <omar@corp.example>", to=back_to(omar), text="OMAR wrote on", letter_id="<o@x>"))
    run_jobs()
    return fresh(mei), fresh(omar)


def closed(ticket: Ticket, cast: Cast) -> None:
    actions.classify(fresh(ticket), by=cast.bo, kind="incident", service=None)
    actions.resolve(fresh(ticket), by=cast.bo, resolution="Both were told")
    actions.close(fresh(ticket), by=cast.bo)
    run_jobs()


def left() -> set[str]:
    said = set(Message.objects.exclude(text="").values_list("text", flat=True))
    return {text for text in said if "MEI" in text or "OMAR" in text} | set(
        Attachment.objects.values_list("name", flat=True)
    )


OF = {
    whose: {f"{whose} asked", f"{whose} was answered", f"{whose} was noted", f"{whose} wrote on", f"{whose}.txt"}
    for whose in ("MEI", "OMAR")
}


@pytest.mark.parametrize(("erased", "stays"), [("mei", "OMAR"), ("omar", "MEI")])
def test_with_everything_goes_what_was_said_in_their_own_and_what_was_said_in_the_other_stays(
    cast: Cast, merged: tuple[Ticket, Ticket], erased: str, stays: str
) -> None:
    closed(merged[1], cast)
    person = Person.objects.get(pk=getattr(cast, erased).pk)
    counted = preview(person, everything=True)
    done = erase_person(person, by=cast.ada, everything=True)
    assert {name: done[name] for name in counted} == counted
    found = {each for each in left() if "erased" not in each}
    assert OF[stays] <= found
    assert not found & OF["OMAR" if stays == "MEI" else "MEI"]


def test_whose_request_goes_on_in_an_open_one_is_not_erased_yet(cast: Cast, merged: tuple[Ticket, Ticket]) -> None:
    mei = Person.objects.get(pk=cast.mei.pk)
    third = cast.ask(by=cast.hana, text="Third")
    actions.merge(fresh(merged[1]), by=cast.bo, into=fresh(third))
    with pytest.raises(WrongState, match="not closed yet"):
        erase_person(mei, by=cast.ada)
    closed(third, cast)
    erase_person(mei, by=cast.ada)
