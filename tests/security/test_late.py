"""Whom the desk lets in later, a Cc above all, reads nothing said before, whichever way he looks. Threat 12."""

import re
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from firstline.api.models import Token
from firstline.channels.email.writing import as_mime, outgoing
from firstline.kit import clock
from firstline.notices.models import Delivery
from firstline.people.models import Person
from firstline.tickets import actions, files, search
from firstline.tickets.models import Attachment, Message, Ticket
from tests.background import run_jobs
from tests.cast import MONDAY, Cast, fresh
from tests.web.conftest import As

EARLIER = re.compile("canary-earlier", re.IGNORECASE)
LATER = "canary-later"


def minutes(count: int) -> Any:
    return clock.moved(MONDAY + timedelta(minutes=count))


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """Asked at nine with a form and a file, answered at one past; a note and a file without words besides."""
    with minutes(0):
        kept = files.keep(b"canary-earlier", name="canary-earlier.txt", by=cast.mei)
        ticket = cast.ask(
            text="canary-earlier", attachments=[kept], html="<p>canary-earlier</p>", answers={"asset": "canary-earlier"}
        )
    with minutes(1):
        actions.reply(ticket, by=cast.bo, text="canary-earlier answer")
        actions.attach(ticket, by=cast.bo, attachments=[files.keep(b"x", name="canary-earlier-loose.txt", by=cast.bo)])
    return ticket


@pytest.fixture
def anna(cast: Cast, ticket: Ticket) -> Iterator[Person]:
    """She was in copy, and is let in at two past; at three past more is said, and she reads at four past."""
    anna = Person.objects.create_person(name="Anna", email="anna@corp.example", account="administrator")
    with minutes(2):
        actions.add_participant(ticket, by=cast.bo, person=anna)
    with minutes(3):
        run_jobs()
        kept = files.keep(b"canary-later", name="canary-later.txt", by=cast.bo)
        actions.reply(ticket, by=cast.bo, text=LATER, attachments=[kept])
        run_jobs()
        search.index(ticket.pk)
    with minutes(4):
        yield anna


def test_the_page_the_files_and_the_letter_show_her_what_was_said_since(ticket: Ticket, anna: Person, as_: As) -> None:
    browser = as_(anna)
    shown = browser.get(reverse("request", args=[ticket.number])).content.decode()
    assert LATER in shown
    assert not EARLIER.search(shown)
    for file in Attachment.objects.filter(ticket=ticket):
        status = browser.get(reverse("file", args=[file.pk])).status_code
        assert (file.name, status) == (file.name, 200 if file.name == "canary-later.txt" else 404)
    said = Message.objects.filter(ticket=ticket).order_by("pk")
    seen = [browser.get(reverse("letter", args=[ticket.number, each.pk])).status_code for each in said]
    assert seen == [404, 404, 404, 200]


def test_a_program_of_hers_and_her_searches_find_nothing_of_it(ticket: Ticket, anna: Person, as_: As) -> None:
    program = Client(headers={"Authorization": f"Bearer {Token.issue(anna, scopes=['read'])}"})
    read = {
        path: program.get(f"/api/v1/tickets{path}").content.decode()
        for path in ("", f"/{ticket.number}", f"/{ticket.number}/messages", "?q=canary", "?q=earlier")
    }
    assert LATER in read[f"/{ticket.number}/messages"]
    assert not [path for path, words in read.items() if EARLIER.search(words)]
    assert [ticket.number in read[path] for path in ("", "?q=canary", "?q=earlier")] == [True, False, False]
    found = as_(anna).get("/requests/", {"q": "earlier"}).content.decode()
    assert ticket.number not in found
    assert ticket.number in as_(anna).get("/requests/", {"q": ticket.number}).content.decode()


def test_no_letter_tells_her_of_it_even_if_the_worker_comes_late(ticket: Ticket, anna: Person) -> None:
    letters = Delivery.objects.filter(person=anna).select_related("ticket", "person", "message").order_by("pk")
    assert [each.template for each in letters] == ["added", "replied"]
    words = ""
    for each in letters:
        for part in message_from_bytes(as_mime(outgoing(each))).walk():
            words += str(part.get_payload(decode=True) or b"") + str(part.items())
    assert LATER in words
    assert not EARLIER.search(words)


def test_those_whom_the_requester_adds_and_those_who_were_there_read_all(
    cast: Cast, ticket: Ticket, anna: Person
) -> None:
    actions.add_participant(ticket, by=cast.mei, person=cast.omar)
    assert Message.objects.visible_to(cast.omar, ticket).count() == 4
    # Added by the desk, then by the requester himself: now it is shared.
    assert Message.objects.visible_to(anna, ticket).count() == 1
    actions.add_participant(ticket, by=cast.mei, person=anna)
    assert Message.objects.visible_to(anna, ticket).count() == 4
    assert Attachment.objects.visible_to(anna).filter(ticket=ticket).count() == 3


def test_what_she_said_herself_stays_hers(cast: Cast, ticket: Ticket, anna: Person) -> None:
    own = actions.reply(ticket, by=anna, text="mine")
    assert own in Message.objects.visible_to(anna, ticket)


def test_a_merge_brings_her_nothing_earlier_either(cast: Cast, ticket: Ticket, anna: Person) -> None:
    with minutes(1):
        other = cast.ask(subject="The same", text="canary-earlier elsewhere", by=cast.omar)
    with minutes(5):
        actions.merge(ticket, by=cast.bo, into=other)
        said = Message.objects.visible_to(anna, fresh(other)).values_list("text", flat=True)
        assert not [text for text in said if EARLIER.search(text)]
        assert LATER in said
