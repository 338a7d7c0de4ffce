"""Who is offered by a letter: those in copy, whoever's letter was passed on, and whoever filled in a form."""

from dataclasses import replace
from typing import Any

import pytest

from firstline.catalog.models import Inbox
from firstline.channels import senders
from firstline.channels.email import offers
from firstline.channels.email.incoming import IncomingMail
from firstline.channels.email.signed import reply_address
from firstline.channels.models import InboundMessage
from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.models import Ticket
from tests.cast import Cast

pytestmark = pytest.mark.django_db

PLAIN = IncomingMail("email", "<x@corp.example>", "Lin Mei", "mei@corp.example", True, "VPN", "It drops.")
NEW = ("Nora New", "nora@else.example")


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    ticket = cast.asked()
    actions.add_participant(ticket, by=cast.mei, person=cast.omar)
    return ticket


def in_copy(ticket: Ticket, *others: tuple[str, str], **more: Any) -> list[list[str]]:
    return offers.suggested(replace(PLAIN, others=others, **more), ticket=ticket)


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
    assert offers.forwarded(passed_on, by=cast.bo) == list(OLGA)
    assert offers.forwarded(passed_on, by=cast.mei) == []
    assert offers.forwarded(replace(passed_on, forwarded=()), by=cast.bo) == []
    for ours in ("it@desk.example", "it+1.x@desk.example", "bo@corp.example"):
        assert offers.forwarded(replace(passed_on, forwarded=("Olga", ours, "x")), by=cast.bo) == []


def test_an_auditor_passes_nothing_on(cast: Cast) -> None:
    from firstline.catalog.models import Membership

    Membership.objects.create(person=cast.omar, desk=cast.it, team=None, role="auditor")
    assert offers.forwarded(replace(PLAIN, forwarded=OLGA), by=cast.omar) == []


def test_whoever_filled_in_a_form_is_offered_where_the_writer_is_a_program_or_unknown(cast: Cast) -> None:
    form = replace(PLAIN, reply_to=OLGA[:2], address="noreply@www.example", text=" Please help. ")
    offered = [*OLGA, offers.BY_REPLY_TO]
    assert offers.customer(form, by=cast.mei, introduced=False) == offered
    assert offers.customer(replace(form, address="mei@corp.example"), by=cast.mei, introduced=True) == offered
    assert offers.customer(replace(form, address="mei@corp.example"), by=cast.mei, introduced=False) == []
    assert offers.customer(replace(form, reply_to=()), by=cast.mei, introduced=True) == []
    assert offers.customer(replace(form, away=True), by=cast.mei, introduced=True) == []
    for automatic, wanted in (("precedence", []), ("list", []), ("auto", offered)):
        assert offers.customer(replace(form, automatic=automatic), by=cast.mei, introduced=True) == wanted
    for ours in ("it@desk.example", "it+x@desk.example", "noreply@customer.example"):
        assert offers.customer(replace(form, reply_to=("x", ours)), by=cast.mei, introduced=True) == []


def test_a_letter_that_says_it_is_from_one_of_our_addresses_is_from_ourselves(cast: Cast) -> None:
    assert senders.is_ourselves(replace(PLAIN, address="IT@Desk.example"))
    assert not senders.is_ourselves(PLAIN)


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


def test_a_person_is_known_by_a_certain_address_while_they_are_here(cast: Cast) -> None:
    assert senders.known(PLAIN) == cast.mei
    assert senders.known(replace(PLAIN, address="MEI@corp.example")) == cast.mei
    for unknown in ({"certain": False}, {"address": ""}, {"address": "nobody@corp.example"}):
        assert senders.known(replace(PLAIN, **unknown)) is None
    assert senders.gone(PLAIN) is senders.gone(replace(PLAIN, address="")) is None
    Person.objects.filter(pk=cast.mei.pk).update(is_active=False)
    assert senders.known(PLAIN) is None
    assert senders.gone(PLAIN) == senders.gone(replace(PLAIN, certain=False)) == cast.mei


def introduced(cast: Cast, **more: Any) -> tuple[str, str | None, str]:
    person = senders.introduce(replace(PLAIN, **more))
    assert not person.has_usable_password()
    assert not person.has_account
    return person.name, person.email, person.language


# Whom a letter introduces: name and address as they stand there; name, address and language as they are kept
INTRODUCED: list[tuple[str, str, tuple[str, str | None, str]]] = [
    ("Nora New", "nora@else.example", ("Nora New", "nora@else.example", "en")),
    ("诺拉", "nora@else.example", ("诺拉", "nora@else.example", "zh-hans")),
    ("", "nora@else.example", ("nora", "nora@else.example", "en")),
    ("NORA@else.example", "nora@else.example", ("nora", "nora@else.example", "en")),
    ("Nora New", "", ("Nora New", None, "en")),
    ("", "", ("Unknown sender", None, "en")),
    ("Mei", "mei@corp.example", ("Mei", None, "en")),
    ("The desk", "it@desk.example", ("The desk", None, "en")),
    ("x" * 130, "nora@else.example", ("x" * 120, "nora@else.example", "en")),
]


@pytest.mark.parametrize(("name", "address", "wanted"), INTRODUCED)
def test_somebody_new_is_who_the_letter_says_without_an_address_of_somebody_else(
    cast: Cast, name: str, address: str, wanted: tuple[str, str | None, str]
) -> None:
    assert introduced(cast, name=name, address=address) == wanted


def test_one_who_is_deactivated_is_introduced_by_name_and_address(cast: Cast) -> None:
    Person.objects.filter(pk=cast.mei.pk).update(is_active=False)
    assert introduced(cast)[:2] == ("Lin Mei <mei@corp.example>", None)
    assert introduced(cast, name="")[:2] == ("mei@corp.example", None)
    beside = " <mei@corp.example>"
    fits = "x" * (120 - len(beside))
    assert introduced(cast, name=fits)[0] == fits + beside
    assert introduced(cast, name=fits + "x")[0] == "mei@corp.example"


def test_who_has_no_address_is_the_same_only_where_a_letter_introduced_them(cast: Cast) -> None:
    first = senders.nobody(PLAIN)
    assert (first.name, first.email) == ("Unknown sender", None)
    assert senders.nobody(PLAIN) != first  # nothing introduced the first one
    InboundMessage.objects.create(key="1", sha256="x", raw=b"x", person=first, introduced=False)
    assert senders.nobody(PLAIN) != first
    InboundMessage.objects.create(key="2", sha256="x", raw=b"x", person=first, introduced=True)
    assert senders.nobody(PLAIN) == first
    assert senders.nobody(replace(PLAIN, text="坏了")) != first  # in another language it has another name
    Person.objects.filter(pk=first.pk).update(email="known@else.example")
    assert senders.nobody(PLAIN) != first


def test_a_stranger_is_known_by_a_letter_alone_and_never_signed_in(cast: Cast) -> None:
    nora = Person.objects.create_person(name="Nora", email="nora@else.example")
    assert not senders.is_stranger(nora)
    row = InboundMessage.objects.create(key="1", sha256="x", raw=b"x", person=nora, introduced=True)
    assert senders.is_stranger(nora)
    assert not senders.is_stranger(cast.mei)
    Person.objects.filter(pk=nora.pk).update(last_login=row.received_at)
    assert not senders.is_stranger(nora)


# What nobody reads what is written to, and what only begins like it
MACHINES = (
    "noreply no-reply no_reply no.reply not-reply donotreply do-not-reply dont-reply mailer mailer-daemon postmaster "
    "bounce bounces bounces+1 notification notifications alert alerts web website webform webmaster webmail web-form "
    "form forms contact-form contactforms wordpress www www-data apache nobody root system robot bot NoReply"
).split()
PEOPLE = "norah mei reply webb formosa wwwilliam bottom contact contacts notify mail admin".split()


@pytest.mark.parametrize("name", MACHINES)
def test_an_address_that_no_person_reads_is_a_machines(name: str) -> None:
    assert offers.is_machine(f"{name}@corp.example")


@pytest.mark.parametrize("name", PEOPLE)
def test_an_address_of_a_person_is_no_machines(name: str) -> None:
    assert not offers.is_machine(f"{name}@noreply.example")


def test_only_a_form_that_the_inbox_lists_asks_for_another(cast: Cast) -> None:
    inbox = Inbox.objects.get(address="it@desk.example")
    inbox.forms = ["form@www.example"]
    form = replace(PLAIN, address="Form@www.example", reply_to=OLGA[:2], signed="IT-1")
    asked = offers.by_form(form, inbox)
    assert asked == replace(form, name="Olga", address="olga@customer.example", reply_to=(), signed="")
    assert offers.by_form(form, None) is None
    assert offers.by_form(replace(form, address="mei@corp.example"), inbox) is None
    assert offers.by_form(replace(form, reply_to=()), inbox) is None
    for nobodys in ("it@desk.example", "noreply@customer.example"):
        assert offers.by_form(replace(form, reply_to=("x", nobodys)), inbox) is None


def test_who_is_in_copy_twice_is_suggested_once_by_the_last_name(ticket: Ticket) -> None:
    assert in_copy(ticket, ("N", "nora@else.example"), NEW) == [list(NEW)]


def test_the_language_is_seen_in_the_first_500_characters() -> None:
    for dots, language in ((499, "zh-hans"), (500, "en")):
        assert senders.language_of(replace(PLAIN, text="." * dots + "坏")) == language
