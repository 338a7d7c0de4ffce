"""In copy of a letter: a suggestion on the ticket's page, of which an agent makes a participant, or nothing."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from firstline.channels import cc_suggestions
from firstline.channels.models import InboundMessage
from firstline.people import identities
from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.models import Message, Ticket
from firstline.web.workspace import sidebar
from firstline.web.workspace.letters import letters_of
from tests.cast import Cast, fresh
from tests.letters import arrives, back_to, letter
from tests.web.conftest import As

ANNA = "Anna Berg <anna@else.example>"


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    received = arrives(letter(Cc=f"{ANNA}, carl@else.example, it@desk.example"))
    assert received.ticket is not None
    return received.ticket


def settle(client: Client, ticket: Ticket, address: str, then: str, **more: Any) -> Any:
    path = f"/desk/tickets/{ticket.number}/copied/"
    return client.post(path, {"address": address, "then": then}, follow=True, **more)


def test_an_agent_adds_one_and_dismisses_another(cast: Cast, ticket: Ticket, as_: As) -> None:
    bo = as_(cast.bo)
    page = bo.get(f"/desk/tickets/{ticket.number}/").content.decode()
    assert "In copy: anna@else.example" in page
    assert "In copy: carl@else.example" in page
    assert "In copy: it@desk.example" not in page
    page = settle(bo, ticket, "anna@else.example", "add").content.decode()
    assert "Anna Berg takes part from now on." in page
    assert "In copy: anna@else.example" not in page
    anna = Person.objects.get(email="anna@else.example")
    assert ticket in Ticket.objects.visible_to(anna)
    assert not Message.objects.visible_to(anna, ticket).exists()
    page = settle(bo, ticket, "carl@else.example", "dismiss").content.decode()
    assert "In copy:" not in page
    assert not Person.objects.filter(email="carl@else.example").exists()


def test_who_was_dismissed_is_not_suggested_by_the_next_letter(cast: Cast, ticket: Ticket, as_: As) -> None:
    settle(as_(cast.bo), ticket, "carl@else.example", "dismiss")
    said = ticket.messages.get()
    InboundMessage.objects.create(key="again", sha256="", raw=b"", ticket=ticket, message=said, state="done",
                            suggested=[["Carl", "carl@else.example"]])  # fmt: skip
    assert "In copy: carl" not in as_(cast.bo).get(f"/desk/tickets/{ticket.number}/").content.decode()


def test_an_address_that_no_letter_names_is_not_added(cast: Cast, ticket: Ticket, as_: As) -> None:
    for address in ("omar@corp.example", "", "x@else.example"):
        assert "No email suggests this address now." in settle(as_(cast.bo), ticket, address, "add").content.decode()
    assert not fresh(ticket).participants.exists()


def test_an_auditor_is_offered_nothing_and_a_form_of_another_page_is_refused(
    cast: Cast, ticket: Ticket, as_: As
) -> None:
    assert "In copy:" not in as_(cast.ada).get(f"/desk/tickets/{ticket.number}/").content.decode()
    assert settle(as_(cast.ada), ticket, "anna@else.example", "add").status_code == 403
    strict = as_(cast.bo, enforce_csrf_checks=True)
    assert settle(strict, ticket, "anna@else.example", "add").status_code == 403
    assert not fresh(ticket).participants.exists()


def test_a_letters_marks_stand_at_its_message(cast: Cast, ticket: Ticket, as_: As) -> None:
    assert "which was not checked" not in as_(cast.bo).get(f"/desk/tickets/{ticket.number}/").content.decode()
    InboundMessage.objects.filter(ticket=ticket).update(marks=["signed", "cut", "links"])
    page = as_(cast.bo).get(f"/desk/tickets/{ticket.number}/").content.decode()
    assert "Signed</span> · <span" in page
    assert "which was not checked" in page


def test_suggestions_cost_no_query_more_however_many_there_are(cast: Cast, ticket: Ticket, as_: As) -> None:
    bo = as_(cast.bo)
    costs = []
    for suggested in ([], [["", "a@else.example"]], [["", f"a{number}@else.example"] for number in range(30)]):
        InboundMessage.objects.filter(ticket=ticket).update(suggested=suggested, marks=["signed"])
        bo.get(f"/desk/tickets/{ticket.number}/")
        with CaptureQueriesContext(connection) as queries:
            page = bo.get(f"/desk/tickets/{ticket.number}/").content.decode()
        assert page.count("In copy:") == min(len(suggested), sidebar.MOST_COPIED)
        costs.append(len(queries))
    # One looks whose the addresses are.
    assert costs[2] == costs[1] == costs[0] + 1
    assert costs[0] <= 20


def test_who_is_in_copy_by_two_of_their_addresses_is_offered_once_and_settled_with_both(
    cast: Cast, ticket: Ticket, as_: As
) -> None:
    identities.add(cast.omar, "email", "omar@home.example")
    both = [["Omar", "omar@home.example"], ["Omar H.", "omar@corp.example"], ["Eve", "eve@else.example"]]
    InboundMessage.objects.filter(ticket=ticket).update(suggested=both)
    page = f"/desk/tickets/{ticket.number}/"
    bo = as_(cast.bo)
    assert bo.get(page).content.decode().count("In copy:") == 2
    cc_suggestions.let_in(ticket, "omar@home.example", by=cast.bo)
    assert list(ticket.participants.values_list("person", flat=True)) == [cast.omar.pk]
    assert bo.get(page).content.decode().count("In copy:") == 1
    row = InboundMessage.objects.get(ticket=ticket)
    assert [entry[2:] for entry in row.suggested] == [["aside"], ["aside"], []]


def test_who_takes_part_is_not_offered_by_a_second_address_that_they_got_since(
    cast: Cast, ticket: Ticket, as_: As
) -> None:
    named = [["Omar", "omar@home.example"], ["Mei", "mei@home.example"]]
    InboundMessage.objects.filter(ticket=ticket).update(suggested=named)
    actions.add_participant(ticket, by=cast.bo, person=cast.omar)
    page = f"/desk/tickets/{ticket.number}/"
    bo = as_(cast.bo)
    assert bo.get(page).content.decode().count("In copy:") == 2
    identities.add(cast.omar, "email", "omar@home.example")
    identities.add(cast.mei, "email", "mei@home.example")
    assert bo.get(page).content.decode().count("In copy:") == 0


def test_who_is_set_aside_is_so_by_all_their_addresses(cast: Cast, ticket: Ticket) -> None:
    identities.add(cast.omar, "email", "omar@home.example")
    both = [["Omar", "omar@home.example"], ["Omar H.", "omar@corp.example"], ["Eve", "eve@else.example"]]
    InboundMessage.objects.filter(ticket=ticket).update(suggested=both)
    assert cc_suggestions.set_aside(ticket, "omar@corp.example")
    row = InboundMessage.objects.get(ticket=ticket)
    assert cc_suggestions.open_ones([row.suggested]) == {"eve@else.example": "Eve"}


def test_one_who_takes_part_already_is_not_suggested(cast: Cast, ticket: Ticket, as_: As) -> None:
    InboundMessage.objects.filter(ticket=ticket).update(suggested=[["Omar", cast.omar.email]])
    actions.add_participant(ticket, by=cast.bo, person=cast.omar)
    assert "In copy:" not in as_(cast.bo).get(f"/desk/tickets/{ticket.number}/").content.decode()


def test_of_many_in_copy_the_first_are_named_and_all_can_be_dismissed_at_once(cast: Cast, as_: As) -> None:
    many = ", ".join(f"p{number}@else.example" for number in range(13))
    ticket = arrives(letter(Cc=many)).ticket
    assert ticket is not None
    client = as_(cast.bo)
    page = client.get(f"/desk/tickets/{ticket.number}/").content.decode()
    assert page.count("In copy: ") == 10
    assert "3 more were in copy." in page
    settle(client, ticket, "p0@else.example", "add")
    page = settle(client, ticket, "", "dismiss_all").content.decode()
    assert "12 addresses are not suggested any more." in page
    assert "in copy" not in page.lower()
    assert ticket.participants.filter(person__email="p0@else.example").exists()
    assert "No email suggests this address now." in settle(client, ticket, "", "dismiss_all").content.decode()


def test_of_many_links_the_newest_are_shown(cast: Cast, as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sidebar, "MOST_TIES", 2)
    ticket, others = cast.asked(), [cast.asked(subject=f"Other {number}") for number in range(3)]
    for place, other in enumerate(others):
        page = as_(cast.bo).get(f"/desk/tickets/{ticket.number}/").content.decode()
        assert "Only the newest links are shown." not in page, place
        actions.link(ticket, by=cast.bo, other=other, kind="related")
    page = as_(cast.bo).get(f"/desk/tickets/{ticket.number}/").content.decode()
    assert "Only the newest links are shown." in page
    shown = page[page.index("<h2>Links</h2>") :]
    assert [other.number in shown for other in others] == [False, True, True]


def test_a_request_suggests_each_once_and_a_hundred_at_most_and_of_other_emails_it_reads_nothing(
    cast: Cast, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cc_suggestions, "MOST_SUGGESTED", 5)
    named: list[str] = []
    for each in (
        "anna@else.example, c@else.example",
        "d@else.example",
        "c@else.example",
        "e@else.example, f@else.example",
    ):
        one = arrives(letter(letter_id=f"<{len(named)}@x.example>", to=back_to(ticket), Cc=each, text=f"More {each}."))
        assert one.ticket == ticket
        named += [address for _name, address in one.suggested]
    assert named == ["c@else.example", "d@else.example", "e@else.example"]  # two were there before
    said = list(ticket.messages.values_list("pk", flat=True))
    InboundMessage.objects.filter(ticket=ticket).update(marks=["signed"])
    with CaptureQueriesContext(connection) as asked:
        shown = letters_of(ticket, said[-1:])
    assert len(asked) == 1
    assert len(shown.copied) == 5
    assert said[1] in shown.marks  # it suggests somebody
    assert said[2] in shown.marks
    assert said[3] not in shown.marks
    assert said[-1] in shown.marks


def test_what_letters_tell_is_found_by_indexes(cast: Cast, ticket: Ticket) -> None:
    with connection.cursor() as cursor, CaptureQueriesContext(connection) as asked:
        cursor.execute("SET LOCAL enable_seqscan = off")
        letters_of(ticket, list(ticket.messages.values_list("pk", flat=True)))
        cursor.execute(f"EXPLAIN {asked.captured_queries[-1]['sql']}")
        plan = "\n".join(row for (row,) in cursor.fetchall())
    assert "Seq Scan" not in plan, plan
