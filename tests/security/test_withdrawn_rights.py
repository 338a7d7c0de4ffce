"""What somebody saw while they worked at a desk is refused at the next request after their seat is taken away, by every
way: nothing that is remembered of lists, counts, statements or pages outlives it."""

import pytest
from django.test import Client

from firstline.api.models import Token
from firstline.catalog.models import Membership
from firstline.people.models import Person
from firstline.tickets import actions, files, search
from firstline.tickets.models import Ticket
from tests.cast import Cast
from tests.signing import signed_in

PAGES = [
    "/desk/tickets/{number}/",
    "/desk/tickets/{number}/parts/",
    "/desk/queue/open-{desk}/",
    "/desk/queue/open-{desk}/?q=printer",
    "/desk/queue/mine/",
    "/desk/queue/line-{line}/",
    "/desk/palette/?q=printer",
    "/desk/palette/?q={number}",
    "/desk/people/{mei}/",
    "/desk/today/",
    "/desk/rail/",
    "/files/{file}/",
]
CALLS = [f"/api/v1/tickets{rest}" for rest in ("", "?q=printer", "/{number}", "/{number}/messages")]


@pytest.mark.django_db
@pytest.mark.parametrize("moves", [True, False], ids=["to another desk", "away"])
def test_the_next_request_after_a_seat_is_gone_shows_nothing_of_its_desk(cast: Cast, moves: bool) -> None:
    kept = files.keep(b"Secret figures", name="figures.txt", by=cast.mei)
    ticket = cast.asked(subject="The printer of the board", text="Secret figures", attachments=[kept])
    actions.accept(ticket, by=cast.bo)
    search.index(ticket.pk)
    places = {
        "number": ticket.number, "desk": cast.it.pk, "line": cast.first.line_id, "file": kept.pk, "mei": cast.mei.pk,
    }  # fmt: skip
    browser, secret = signed_in(cast.bo), Token.issue(cast.bo, scopes=["read", "write"])
    program = Client(headers={"Authorization": f"Bearer {secret}"})
    for _twice in range(2):  # what is remembered is asked for again
        before = told(browser, program, places)
    assert [at for at, said in before.items() if not is_told(said)] == ["/desk/today/", "/desk/rail/"]
    if moves:
        Membership.objects.filter(person=cast.bo).update(desk=cast.hr, team=None)
    else:
        Membership.objects.filter(person=cast.bo).delete()
    after = told(browser, program, places)
    assert "IT service desk" in (before["/desk/rail/"] or "")
    assert [name in (after["/desk/rail/"] or "") for name in ("IT service desk", "Human resources")] == [False, moves]
    assert [at for at, said in after.items() if is_told(said)] == []
    assert not Ticket.objects.visible_to(Person.objects.get(pk=cast.bo.pk)).exists()


def told(browser: Client, program: Client, places: dict[str, object]) -> dict[str, str | None]:
    """What each way answers; None where it is refused."""
    found: dict[str, str | None] = {}
    for client, addresses in ((browser, PAGES), (program, CALLS)):
        for address in addresses:
            answer = client.get(address.format(**places))
            body = answer.getvalue().decode() if answer.status_code == 200 else None
            found[address] = body
    return found


def is_told(said: str | None) -> bool:
    return said is not None and ("printer of the board" in said or "Secret figures" in said)
