"""No list of the desk looks through all tickets; a page that does is slow in a large desk only, when it is too late."""

import pytest
from django.db import connection

from firstline.tickets import actions
from firstline.tickets.models import Ticket
from tests.cast import Cast
from tests.scans import multiply, scans
from tests.web.conftest import As

PAGES = {
    "dana": [
        "/desk/queue/open/",
        "/desk/queue/all/",
        "/desk/queue/all/?q=VPN",
        "/desk/today/",
        "/desk/palette/?q=VPN",
    ],
    "bo": ["/desk/queue/open/", "/desk/queue/mine/", "/desk/rail/", "/desk/people/{mei}/", "/desk/today/"],
    "mei": ["/", "/requests/", "/requests/?show=all"],
    "ada": ["/settings/audit/", "/settings/mail/letters/", "/settings/status/"],
}
REQUESTER = """
SELECT string_agg(indexrelid::regclass::text, ', ') FROM pg_index
WHERE indrelid = 'tickets_ticket'::regclass AND pg_get_indexdef(indexrelid) LIKE '%(requester_id%'
"""


@pytest.fixture
def many(cast: Cast) -> Cast:
    """The cast, and a few thousand requests of all phases."""
    _untouched, taken, solved = (cast.asked() for _ in range(3))
    actions.accept(taken, by=cast.bo)
    actions.resolve(solved, by=cast.bo, resolution="Done.")
    for _time in range(2):
        actions.cancel(cast.asked(by=cast.omar), by=cast.omar)
    cast.ask(by=cast.omar)
    cast.ask(by=cast.omar, desk=cast.hr)
    multiply()
    return cast


def test_no_list_reads_all_tickets(many: Cast, as_: As) -> None:
    found: dict[str, list[str]] = {}
    for who, pages in PAGES.items():
        client = as_(getattr(many, who))
        for page in pages:
            address = page.format(mei=many.mei.pk)
            with scans() as here:
                assert client.get(address).status_code == 200, address
            if here:
                found[f"{who} {address}"] = here
    assert found == {}


def test_it_sees_a_page_that_reads_all(many: Cast) -> None:
    with scans() as here:
        Ticket.objects.filter(subject="None has it").first()
        list(Ticket.objects.filter(requester=many.omar)[:5])
    assert len(here) == 1
    assert "None has it" in here[0]


def test_it_sees_that_an_index_is_missing(many: Cast, as_: As) -> None:
    many.ask(by=many.chen)
    for drop in (False, True):
        if drop:
            with connection.cursor() as cursor:
                cursor.execute(REQUESTER)
                cursor.execute(f"DROP INDEX {cursor.fetchone()[0]}")
        with scans() as here:
            as_(many.chen).get("/requests/")
        assert bool(here) is drop
