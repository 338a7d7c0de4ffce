"""An address from which letters come back, on the pages: where it is said, and who has it tried again."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from firstline.audit.models import AuditEntry
from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.models import Ticket
from tests.background import run_jobs
from tests.cast import Cast
from tests.deliveries import marked
from tests.web.conftest import As

SAID = "Emails to mei@corp.example come back"
BUTTON = "Try this address again"


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    ticket = cast.ask()
    run_jobs()
    marked(cast.mei)
    return ticket


def test_the_agent_is_told_beside_the_requester_and_above_what_he_writes(cast: Cast, ticket: Ticket, as_: As) -> None:
    page = as_(cast.bo).get(f"/desk/tickets/{ticket.number}/").content.decode()
    assert f"<b>{SAID}</b><p>This address does not exist. Since " in page
    assert f"{SAID}: a reply can be read on the portal, and is not sent." in page
    assert BUTTON in page


def test_it_is_said_wherever_a_person_is_chosen(cast: Cast, ticket: Ticket, as_: As) -> None:
    for path in ("/desk/people/?q=mei", f"/desk/record/?person={cast.mei.pk}"):
        assert "Emails come back" in as_(cast.bo).get(path).content.decode()
    assert SAID in as_(cast.bo).get(f"/desk/people/{cast.mei.pk}/").content.decode()
    ada = as_(cast.ada)
    assert "Emails come back" in ada.get("/settings/people/?q=mei").content.decode()
    assert "Emails come back" in ada.get("/settings/people/suggest/?person=mei").content.decode()
    page = ada.get(f"/settings/people/{cast.mei.pk}/").content.decode()
    assert SAID in page
    assert BUTTON in page


def test_each_who_takes_part_is_marked_and_costs_no_query(cast: Cast, ticket: Ticket, as_: As) -> None:
    bo, path = as_(cast.bo), f"/desk/tickets/{ticket.number}/"
    bo.get(path)
    with CaptureQueriesContext(connection) as alone:
        bo.get(path)
    for person in (cast.omar, cast.hana, cast.ada):
        actions.add_participant(ticket, by=cast.mei, person=marked(person))
    bo.get(path)
    with CaptureQueriesContext(connection) as together:
        page = bo.get(path).content.decode()
    assert page.count(">Emails come back<") == 3
    assert len(together) <= len(alone) + 1  # whoever names persons in its happenings asks for their names, once


def test_an_agent_has_it_tried_again_and_comes_back_to_the_ticket(cast: Cast, ticket: Ticket, as_: As) -> None:
    path = f"/desk/tickets/{ticket.number}/"
    bo = as_(cast.bo)
    response = bo.post(f"/desk/people/{cast.mei.pk}/try-address/", {"next": path}, follow=True)
    assert response.redirect_chain == [(path, 302)]
    page = response.content.decode()
    assert "Emails to mei@corp.example are sent again." in page
    assert SAID not in page
    assert not Person.objects.get(pk=cast.mei.pk).is_bounced
    again = bo.post(f"/desk/people/{cast.mei.pk}/try-address/", {"next": path}, follow=True)
    assert "Nothing holds emails to this address back." in again.content.decode()


def test_who_had_it_tried_again_is_in_the_audit_log_once(cast: Cast, ticket: Ticket, as_: As) -> None:
    for _twice in range(2):
        as_(cast.bo).post(f"/desk/people/{cast.mei.pk}/try-address/")
    entry = AuditEntry.objects.get(name="address_tried")
    assert (entry.by, entry.about, entry.words) == (cast.bo, cast.mei, {"address": "mei@corp.example"})
    page = as_(cast.ada).get("/settings/audit/?name=address_tried").content.decode()
    assert "Address tried again" in page
    assert "mei@corp.example" in page


def test_one_who_only_reads_is_told_and_changes_nothing(cast: Cast, ticket: Ticket, as_: As) -> None:
    cast.dana.memberships.update(role="auditor")  # type: ignore[attr-defined]
    dana = as_(cast.dana)
    for path in (f"/desk/tickets/{ticket.number}/", f"/desk/people/{cast.mei.pk}/"):
        page = dana.get(path).content.decode()
        assert SAID in page
        assert BUTTON not in page
    assert dana.post(f"/desk/people/{cast.mei.pk}/try-address/").status_code == 404
