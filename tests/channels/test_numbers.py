"""Numbers in subjects: ours join only their own ticket, and those of other desks and systems join nothing."""

from typing import Any

import pytest

from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.models import Ticket
from tests.cast import Cast, fresh
from tests.letters import arrives, happened, letter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("proving")]


def written(sender: str = "Lin Mei <mei@corp.example>", **more: Any) -> Ticket:
    """A letter that our own mail server proves; the ticket where it went."""
    domain = sender.rpartition("@")[2].rstrip(">")
    proof = f"mx.desk.example; dmarc=pass header.from={domain}"
    received = arrives(letter(sender, Authentication_Results=proof, **{"text": "Still so.", **more}))
    assert received.ticket is not None
    return fresh(received.ticket)


def hints(ticket: Ticket) -> list[str]:
    """What the page of the ticket says of others that its email names; nothing else is noted there."""
    assert not ticket.messages.filter(kind="note").exists()
    return happened(ticket, "named_another")


@pytest.mark.parametrize(
    "subject",
    [
        "Re: [JIRA-{n}] Printer",
        "[#{n}] Printer",
        "[INC00{n}] Printer",
        "[Ticket#{n}] Printer",
        "[SEC-{n}][X9-{n}] Printer",
        "回复：[工单-{n}] 打印机",
    ],
)
def test_the_number_of_another_system_joins_nothing_and_stays_in_the_subject(cast: Cast, subject: str) -> None:
    ours = cast.ask()
    subject = subject.format(n=ours.number.rpartition("-")[2])
    ticket = written(subject=subject)
    assert ticket != ours
    assert ticket.subject == subject
    assert hints(ticket) == []


@pytest.mark.parametrize(
    "subject", ["{number} Printer", "#{number} Printer", "({number}) Printer", "[{number}0] Printer"]
)
def test_what_only_looks_like_our_mark_joins_nothing(cast: Cast, subject: str) -> None:
    ours = cast.ask()
    assert written(subject=subject.format(number=ours.number)) != ours


def test_another_companys_desk_with_our_key_joins_nothing(cast: Cast) -> None:
    """Their IT-1001 is not ours, however well their letter is proved."""
    ours = cast.ask()
    theirs = Person.objects.create_person(name="Other desk", email="desk@other.example")
    ticket = written(
        "Other desk <desk@other.example>", subject=f"[{ours.number}] Your order", letter_id="<d@other.example>"
    )
    assert (ticket != ours, ticket.requester) == (True, theirs)
    assert ours.messages.count() == 1
    assert hints(ticket) == []


def test_another_of_our_desks_is_spoken_to_of_a_request_that_is_not_its_own(cast: Cast) -> None:
    ours = cast.ask()
    ticket = written(to="hr@desk.example", subject=f"About [{ours.number}]")
    assert (ticket.desk, ticket.subject) == (cast.hr, "About")
    assert [ours.number in text and "another desk" in text for text in hints(ticket)] == [True]
    assert ours.messages.count() == 1


@pytest.mark.parametrize("to", ["it@desk.example", "hr@desk.example"])
def test_a_request_that_moved_is_found_from_where_it_began_and_from_where_it_is(cast: Cast, to: str) -> None:
    ours = cast.ask()
    actions.transfer(ours, by=cast.bo, to=cast.hr, reason="A matter of leave.")
    assert written(to=to, subject=f"re: [{ours.number.lower()}] VPN") == ours


def test_our_own_number_joins_beside_those_of_others(cast: Cast) -> None:
    ours = cast.ask()
    assert written(subject=f"Re: [JIRA-7] Fwd: [{ours.number}] VPN") == ours
