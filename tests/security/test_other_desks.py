"""What somebody who works at another desk is told, on the desk's pages, of a request in which they only take part."""

import pytest
from django.test import Client

from firstline.kit import clock
from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.models import Ticket
from tests.cast import MONDAY, Cast, fresh
from tests.web.conftest import As


@pytest.fixture
def brought(cast: Cast) -> Ticket:
    """Mei's request at the IT desk, into which one of Hana's was merged, who works at the HR desk."""
    mine = cast.asked(subject="Salaries of the board leaked")
    actions.merge(cast.asked(by=cast.hana, subject="Files gone"), by=cast.bo, into=mine)
    return fresh(mine)


def page(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_the_palette_names_a_request_to_which_a_merge_brought_them_by_their_own(
    cast: Cast, as_: As, brought: Ticket
) -> None:
    found = page(as_(cast.hana), f"/desk/palette/?q={brought.number}")
    assert "Files gone" in found
    assert "Salaries" not in found


def test_a_link_to_it_names_it_so_as_well(cast: Cast, as_: As, brought: Ticket) -> None:
    own = cast.asked(by=cast.mei, desk=cast.hr, subject="A form")
    actions.link(own, by=cast.hana, other=brought, kind="related")
    shown = page(as_(cast.hana), f"/desk/tickets/{own.number}/")
    assert brought.number in shown
    assert "Files gone" in shown
    assert "Salaries" not in shown
    assert "Salaries" in page(as_(cast.ada), f"/desk/tickets/{own.number}/")


def verbs(person: Person, as_: As, ticket: Ticket) -> str:
    return page(as_(person), f"/desk/palette/?ticket={ticket.number}")


def test_the_palette_offers_nothing_by_which_a_held_solution_shows(cast: Cast, as_: As) -> None:
    with clock.moved(MONDAY):
        ticket = cast.asked(by=cast.hana)
        actions.accept(ticket, by=cast.bo)
        before = verbs(cast.hana, as_, ticket)
        actions.resolve(fresh(ticket), by=cast.bo, resolution="Done.", undo_seconds=15)
        assert verbs(cast.hana, as_, ticket) == before
    with clock.moved(MONDAY.replace(hour=2)):
        assert verbs(cast.hana, as_, ticket) != before
