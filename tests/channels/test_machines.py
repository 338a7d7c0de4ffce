"""Letters that no person wrote just now: machines, absences, our own letters come back to us."""

import pytest

from firstline.channels import outcomes
from firstline.notices.models import Delivery
from firstline.tickets import actions
from firstline.tickets.models import Ticket
from tests.background import run_jobs
from tests.cast import Cast, fresh
from tests.letters import arrives, letter, spoken

pytestmark = pytest.mark.django_db


def test_a_machine_may_open_a_ticket_and_is_not_answered(cast: Cast) -> None:
    received = arrives(letter("Printer <printer@corp.example>", Auto_Submitted="auto-generated", subject="Toner low"))
    assert received.ticket is not None
    run_jobs()
    assert list(Delivery.objects.values_list("template", "state")) == [("received", "dropped")]


def test_an_absence_is_noted_on_its_ticket_and_changes_nothing(cast: Cast) -> None:
    ticket = cast.ask()
    actions.resolve(ticket, by=cast.bo, resolution="New profile.")
    run_jobs()
    solution = Delivery.objects.get(template="resolved")
    arrives(
        letter(
            subject="Automatic reply: VPN",
            answers=solution.letter_id,
            text="I am away.",
            Auto_Submitted="auto-replied (vacation)",
        )
    )
    assert fresh(ticket).phase == "resolved"
    assert spoken(ticket)[-1][0] == "note"


def test_an_absence_that_belongs_to_nothing_is_left_aside(cast: Cast) -> None:
    received = arrives(letter(subject="Automatic reply: hello", Auto_Submitted="auto-replied"))
    assert (received.state, received.reason) == ("bounce", outcomes.AWAY)
    assert not Ticket.objects.exists()


def test_our_own_letters_are_left_aside(cast: Cast) -> None:
    loop = arrives(letter(X_Firstline_Loop="desk.example"))
    own_id = arrives(letter(letter_id="<IT-7.0123456789abcdef0123@desk.example>"))
    assert {one.reason for one in (loop, own_id)} == {outcomes.OWN}
    assert not Ticket.objects.exists()


def test_who_writes_from_the_address_of_a_desk_is_heard_and_never_answered(cast: Cast) -> None:
    received = arrives(letter("HR <hr@desk.example>", letter_id="<y@corp.example>"))
    assert received.ticket is not None
    assert received.ticket.requester.email is None
    run_jobs()
    assert not Delivery.objects.exclude(state="dropped").exists()
