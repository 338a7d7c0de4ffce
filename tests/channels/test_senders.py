"""Who is offered by a letter: those in copy, whoever's letter was passed on, and whoever filled in a form."""

from dataclasses import replace
from typing import Any

import pytest

from firstline.channels import senders
from firstline.channels.base import Incoming
from firstline.channels.email.signed import reply_address
from firstline.tickets import actions
from firstline.tickets.models import Ticket
from tests.cast import Cast

pytestmark = pytest.mark.django_db

PLAIN = Incoming("email", "<x@corp.example>", "Lin Mei", "mei@corp.example", True, "VPN", "It drops.")
NEW = ("Nora New", "nora@else.example")


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    ticket = cast.asked()
    actions.add_participant(ticket, by=cast.mei, person=cast.omar)
    return ticket


def in_copy(ticket: Ticket, *others: tuple[str, str], **more: Any) -> list[list[str]]:
    return senders.suggested(replace(PLAIN, others=others, **more), ticket=ticket)


def test_whoever_was_in_copy_and_takes_no_part_yet_is_suggested(ticket: Ticket) -> None:
    assert in_copy(ticket, NEW, ("Q", "q@else.example")) == [list(NEW), ["Q", "q@else.example"]]
    assert in_copy(ticket, NEW, ("Omar", "omar@corp.example"), ("Mei", "mei@corp.example")) == [list(NEW)]
    assert in_copy(ticket) == []


def test_none_of_our_own_addresses_is_suggested_nor_the_writers(ticket: Ticket) -> None:
    ours = [("IT", "it@desk.example"), ("HR", "hr@desk.example"), ("IT", "it+x@desk.example")]
    ours.append(("IT", reply_address(ticket, "it@desk.example")))
    assert in_copy(ticket, *ours, NEW) == [list(NEW)]
    assert in_copy(ticket, *ours) == []
    assert in_copy(ticket, NEW, ("Bo", "bo@corp.example"), address="bo@corp.example") == [list(NEW)]


def test_what_no_person_wrote_suggests_nobody(ticket: Ticket) -> None:
    assert in_copy(ticket, NEW, automatic="auto") == []
    assert in_copy(ticket, NEW, away=True) == []


OLGA = ("Olga", "olga@customer.example", "Please help.")


def test_whose_letter_an_agent_passes_on_is_offered_and_no_address_of_ours(cast: Cast) -> None:
    passed_on = replace(PLAIN, forwarded=OLGA, address="bo@corp.example")
    assert senders.forwarded(passed_on, by=cast.bo) == list(OLGA)
    assert senders.forwarded(passed_on, by=cast.mei) == []
    assert senders.forwarded(replace(passed_on, forwarded=()), by=cast.bo) == []
    for ours in ("it@desk.example", "it+1.x@desk.example", "bo@corp.example"):
        assert senders.forwarded(replace(passed_on, forwarded=("Olga", ours, "x")), by=cast.bo) == []


def test_an_auditor_passes_nothing_on(cast: Cast) -> None:
    from firstline.catalog.models import Membership

    Membership.objects.create(person=cast.omar, desk=cast.it, team=None, role="auditor")
    assert senders.forwarded(replace(PLAIN, forwarded=OLGA), by=cast.omar) == []


def test_whoever_filled_in_a_form_is_offered_where_the_writer_is_a_program_or_unknown(cast: Cast) -> None:
    form = replace(PLAIN, reply_to=OLGA[:2], address="noreply@www.example", text=" Please help. ")
    offered = [*OLGA, senders.BY_REPLY_TO]
    assert senders.customer(form, by=cast.mei, introduced=False) == offered
    assert senders.customer(replace(form, address="mei@corp.example"), by=cast.mei, introduced=True) == offered
    assert senders.customer(replace(form, address="mei@corp.example"), by=cast.mei, introduced=False) == []
    assert senders.customer(replace(form, reply_to=()), by=cast.mei, introduced=True) == []
    assert senders.customer(replace(form, away=True), by=cast.mei, introduced=True) == []
    for automatic, wanted in (("precedence", []), ("list", []), ("auto", offered)):
        assert senders.customer(replace(form, automatic=automatic), by=cast.mei, introduced=True) == wanted
    for ours in ("it@desk.example", "it+x@desk.example", "noreply@customer.example"):
        assert senders.customer(replace(form, reply_to=("x", ours)), by=cast.mei, introduced=True) == []


def test_a_letter_that_says_it_is_from_one_of_our_addresses_is_from_ourselves(cast: Cast) -> None:
    assert senders.is_ourselves(replace(PLAIN, address="IT@Desk.example"))
    assert not senders.is_ourselves(PLAIN)
    assert not senders.is_ourselves(replace(PLAIN, address="it@desk.example", channel="chat"))


@pytest.mark.parametrize(
    ("subject", "text", "name", "language"),
    [
        ("VPN", "It drops.", "Mei", "en"),
        ("打印机", "x", "Mei", "zh-hans"),
        ("x", "坏了", "Mei", "zh-hans"),
        ("x", "y", "林梅", "zh-hans"),
        ("x", "y " * 300 + "坏了", "Mei", "en"),
    ],
)
def test_the_language_is_that_in_which_it_is_written(subject: str, text: str, name: str, language: str) -> None:
    assert senders.language_of(replace(PLAIN, subject=subject, text=text, name=name)) == language
