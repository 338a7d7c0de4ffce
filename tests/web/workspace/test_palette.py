"""The palette offers what one may see and do, and nothing else."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from firstline.people.models import Person
from firstline.tickets import actions, rights, states
from firstline.web.workspace.palette import VERBS
from tests.cast import Cast

Browser = Callable[[Person], Client]


def _does(client: Client, number: str, words: str = "") -> set[str]:
    page = client.get("/desk/palette/", {"q": words, "ticket": number}).content.decode()
    return set(re.findall(r'data-does="(\w+)"', page))


def test_a_number_finds_its_ticket_for_those_who_may_see_it(cast: Cast, browser: Browser) -> None:
    ticket = cast.ask(subject="Payroll of the board")
    for person, sees in ((cast.bo, True), (cast.ada, True), (cast.hana, False)):
        for words in (ticket.number, str(ticket.pk)):
            page = browser(person).get("/desk/palette/", {"q": words}).content.decode()
            assert ("Payroll of the board" in page) is sees, (person.name, words)
            assert (f"/desk/tickets/{ticket.number}/" in page) is sees


def test_people_are_found_by_name_address_and_phone(cast: Cast, browser: Browser) -> None:
    Person.objects.filter(pk=cast.mei.pk).update(phone="+86 (21) 5555-0199")
    bo = browser(cast.bo)
    for words in ("lin me", "mei@corp", "5555 0199", "215555"):
        assert f"/desk/people/{cast.mei.pk}/" in bo.get("/desk/palette/", {"q": words}).content.decode(), words
    Person.objects.filter(pk=cast.mei.pk).update(is_active=False)
    assert f"/desk/people/{cast.mei.pk}/" not in bo.get("/desk/palette/", {"q": "lin mei"}).content.decode()


def test_only_what_may_and_can_be_done_is_offered(cast: Cast, browser: Browser) -> None:
    ticket = cast.ask()
    bo = browser(cast.bo)
    new = _does(bo, ticket.number)
    assert {"accept", "reply", "note", "escalate", "resolve", "merge"} <= new
    assert not {"close", "reopen", "resume", "unmerge", "rate"} & new
    actions.resolve(ticket, by=cast.bo, resolution="Restart it.")
    solved = _does(bo, ticket.number)
    assert {"close", "reopen"} <= solved
    assert not {"accept", "hold", "resolve", "escalate"} & solved
    assert _does(browser(cast.ada), ticket.number) == {"watch"}
    assert _does(browser(cast.hana), ticket.number) == set()
    assert _does(bo, "IT-99999") == set()


def test_a_merged_ticket_can_only_be_unmerged_watched_or_noted(cast: Cast, browser: Browser) -> None:
    ticket, other = cast.ask(), cast.ask()
    actions.merge(ticket, into=other, by=cast.bo)
    assert _does(browser(cast.bo), ticket.number) == {"unmerge", "watch", "note"}


def test_the_words_choose_among_the_verbs(cast: Cast, browser: Browser) -> None:
    assert _does(browser(cast.bo), cast.ask().number, "esca") == {"escalate"}


def test_every_verb_has_a_rule_and_every_move_of_an_agent_a_name(cast: Cast) -> None:
    assert set(VERBS) <= set(rights.MAY)
    assert set(states.MOVES) - {"rate"} <= set(VERBS)


def test_the_page_of_a_ticket_is_recognised_by_its_address(cast: Cast, browser: Browser) -> None:
    ticket = cast.ask()
    page = browser(cast.bo).get("/desk/palette/", {"q": "", "here": f"/desk/tickets/{ticket.number}/"}).content.decode()
    assert 'data-does="accept"' in page


def test_queues_and_pages_are_places_to_go(cast: Cast, browser: Browser) -> None:
    page = browser(cast.bo).get("/desk/palette/", {"q": "record"}).content.decode()
    assert 'data-href="/desk/record/"' in page
    assert 'data-href="/desk/queue/mine/"' in browser(cast.bo).get("/desk/palette/", {"q": "mine"}).content.decode()


@pytest.mark.parametrize("number", [2, 20])
def test_the_palette_asks_a_fixed_number_of_times(cast: Cast, browser: Browser, number: int) -> None:
    for _turn in range(number):
        ticket = cast.ask()
    bo = browser(cast.bo)
    bo.get("/desk/palette/")
    with CaptureQueriesContext(connection) as asked:
        bo.get("/desk/palette/", {"q": "vpn", "ticket": ticket.number})
    assert len(asked) == 6, [each["sql"][:90] for each in asked]
