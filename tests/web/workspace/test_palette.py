"""The palette offers what one may see and do, and nothing else."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.search import index_all
from tests.cast import Cast
from tests.web.conftest import As


def _does(client: Client, number: str, words: str = "") -> set[str]:
    page = client.get("/desk/palette/", {"q": words, "ticket": number}).content.decode()
    return set(re.findall(r'data-does="(\w+)"', page))


def test_a_number_finds_its_ticket_for_those_who_may_see_it(cast: Cast, as_: As) -> None:
    ticket = cast.ask(subject="Payroll of the board")
    for person, sees in ((cast.bo, True), (cast.ada, True), (cast.hana, False)):
        for words in (ticket.number, str(ticket.pk)):
            page = as_(person).get("/desk/palette/", {"q": words}).content.decode()
            assert ("Payroll of the board" in page) is sees, (person.name, words)
            assert (f"/desk/tickets/{ticket.number}/" in page) is sees


def test_people_are_found_by_name_address_and_phone(cast: Cast, as_: As) -> None:
    Person.objects.filter(pk=cast.mei.pk).update(phone="+86 (21) 5555-0199")
    bo = as_(cast.bo)
    for words in ("lin me", "mei@corp", "5555 0199", "215555"):
        assert f"/desk/people/{cast.mei.pk}/" in bo.get("/desk/palette/", {"q": words}).content.decode(), words
    Person.objects.filter(pk=cast.mei.pk).update(is_active=False)
    assert f"/desk/people/{cast.mei.pk}/" not in bo.get("/desk/palette/", {"q": "lin mei"}).content.decode()


def test_only_what_may_and_can_be_done_is_offered(cast: Cast, as_: As) -> None:
    ticket = cast.ask()
    bo = as_(cast.bo)
    new = _does(bo, ticket.number)
    assert {"accept", "escalate", "resolve", "merge", "watch"} <= new
    assert not {"close", "reopen", "resume", "unmerge", "split", "unlink"} & new
    actions.resolve(ticket, by=cast.bo, resolution="Restart it.")
    solved = _does(bo, ticket.number)
    assert {"close", "reopen"} <= solved
    assert not {"accept", "hold", "resolve", "escalate"} & solved
    assert _does(as_(cast.ada), ticket.number) == {"watch"}
    assert _does(as_(cast.hana), ticket.number) == set()
    assert _does(bo, "IT-99999") == set()


def test_a_merged_ticket_can_be_unmerged_but_not_worked_on(cast: Cast, as_: As) -> None:
    ticket, other = cast.ask(), cast.ask()
    actions.merge(ticket, into=other, by=cast.bo)
    offered = _does(as_(cast.bo), ticket.number)
    assert "unmerge" in offered
    assert not {"accept", "resolve", "escalate", "merge", "cancel"} & offered


def test_who_watches_is_offered_to_stop(cast: Cast, as_: As) -> None:
    ticket = cast.ask()
    actions.watch(ticket, by=cast.bo)
    assert "unwatch" in _does(as_(cast.bo), ticket.number)
    assert "watch" not in _does(as_(cast.bo), ticket.number)


def test_writing_is_offered_by_the_key_of_the_composer(cast: Cast, as_: As) -> None:
    ticket = cast.ask()
    page = as_(cast.bo).get("/desk/palette/", {"q": "", "ticket": ticket.number}).content.decode()
    assert 'data-press="r"' in page
    assert 'data-press="m"' in page
    actions.close(actions.resolve(ticket, by=cast.bo, resolution="Restart it."), by=cast.bo)
    page = as_(cast.bo).get("/desk/palette/", {"q": "", "ticket": ticket.number}).content.decode()
    assert 'data-press="r"' not in page
    assert 'data-press="m"' in page


def test_the_words_choose_among_the_verbs(cast: Cast, as_: As) -> None:
    assert _does(as_(cast.bo), cast.ask().number, "esca") == {"escalate"}


def test_the_page_of_a_ticket_is_recognised_by_its_address(cast: Cast, as_: As) -> None:
    ticket = cast.ask()
    page = as_(cast.bo).get("/desk/palette/", {"q": "", "here": f"/desk/tickets/{ticket.number}/"}).content.decode()
    assert 'data-does="accept"' in page


def test_queues_and_pages_are_places_to_go(cast: Cast, as_: As) -> None:
    page = as_(cast.bo).get("/desk/palette/", {"q": "record"}).content.decode()
    assert 'data-href="/desk/record/"' in page
    assert 'data-href="/desk/queue/mine/"' in as_(cast.bo).get("/desk/palette/", {"q": "mine"}).content.decode()


def test_a_page_that_is_called_so_comes_before_tickets_that_hold_the_word(cast: Cast, as_: As) -> None:
    ticket = cast.ask(subject="Record player of today")
    index_all()
    bo = as_(cast.bo)
    for words, page_first in (("record", True), ("player", False), ("today", True), (ticket.number, False)):
        page = bo.get("/desk/palette/", {"q": words}).content.decode()
        first = re.findall(r'data-href="([^"]+)"', page)[0]
        assert (first != f"/desk/tickets/{ticket.number}/") is page_first, words


@pytest.mark.parametrize("number", [2, 20])
def test_the_palette_asks_a_fixed_number_of_times(cast: Cast, as_: As, number: int) -> None:
    for _turn in range(number):
        ticket = cast.ask()
    bo = as_(cast.bo)
    bo.get("/desk/palette/")
    with CaptureQueriesContext(connection) as asked:
        bo.get("/desk/palette/", {"q": "vpn", "ticket": ticket.number})
    assert len(asked) == 9, [each["sql"][:90] for each in asked]
