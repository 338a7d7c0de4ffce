"""Whatever a request says that somebody may not read, they find out by no word that they try: not a letter of it."""

from collections.abc import Callable

import pytest
from django.test import Client

from firstline.api.models import Token
from firstline.people.models import Person
from firstline.tickets import actions, search
from firstline.tickets.models import Ticket
from tests.background import run_jobs
from tests.cast import Cast, fresh
from tests.signing import signed_in

pytestmark = pytest.mark.django_db
SECRET = "Zebrafish papers"
TRIED = ("z", "ze", "zeb", "zebra", "zebrafish", "papers", "quokka", "tagged", "mei", "lin", "omitted", "printer", "my")


def by_list(person: Person, words: str) -> str:
    return signed_in(person).get("/requests/", {"q": words, "show": "all"}).content.decode()


def by_palette(person: Person, words: str) -> str:
    return signed_in(person).get("/desk/palette/", {"q": words}).content.decode()


def by_api(person: Person, words: str) -> str:
    program = Client(headers={"Authorization": f"Bearer {Token.issue(person, scopes=['read'])}"})
    return program.get("/api/v1/tickets", {"q": words}).content.decode()


WAYS: list[Callable[[Person, str], str]] = [by_list, by_palette, by_api]


@pytest.fixture(params=["the desk answered", "nobody answered", "a note alone", "words were said"])
def theirs(request: pytest.FixtureRequest, cast: Cast) -> Ticket:
    """Mei's, with a subject that nobody else is told."""
    ticket = cast.asked(subject=SECRET, text="quokka" if request.param == "words were said" else "")
    actions.tag(ticket, by=cast.bo, tags=["tagged"])
    actions.note(fresh(ticket), by=cast.bo, text="omitted")
    if request.param == "the desk answered":
        actions.reply(fresh(ticket), by=cast.bo, text="We look at it.")
    return fresh(ticket)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("who", ["omar", "hana"])
@pytest.mark.parametrize("answered", [False, True])
def test_whom_a_merge_brought_finds_it_by_no_word(
    cast: Cast, theirs: Ticket, who: str, way: Callable[[Person, str], str], answered: bool
) -> None:
    person: Person = getattr(cast, who)
    own = cast.asked(by=person, subject="My printer", text="It is stuck.")
    actions.merge(own, by=cast.bo, into=theirs)
    if answered:
        actions.reply(fresh(theirs), by=cast.bo, text="To both.")
    run_jobs()
    search.index(theirs.pk, own.pk)
    assert [words for words in TRIED if theirs.number in way(person, words)] == []
    assert theirs.number in way(person, theirs.number)
    if way is not by_palette or who == "hana":
        assert own.number in way(person, "printer")
