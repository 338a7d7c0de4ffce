"""Of whoever wrote what an agent forwarded, or what a form wrote for them, nothing is left once they are erased."""

import pytest

from firstline.channels.email.forwards import ask_for
from firstline.channels.models import InboundMessage
from firstline.people.models import Person
from firstline.retention.erasing import erase_person
from firstline.tickets import actions, files
from firstline.tickets.models import Attachment
from firstline.tickets.replay import differences
from firstline.tickets.verifying import verify
from tests.background import run_jobs
from tests.cast import Cast, fresh
from tests.retention.test_erasing import in_tables

pytestmark = pytest.mark.django_db

FORWARD = """Bo here, KEPT.

---------- Forwarded message ---------
From: Olga Wiedehopf <olga@customer.example>
Date: Mon, Nov 30, 2026 at 9:00 AM
Subject: Printer
To: <bo@corp.example>

Please help, CANARY.
"""


@pytest.mark.parametrize("is_asked", [False, True])
@pytest.mark.parametrize("how", ["inline", "attached", "by a form"])
def test_of_whoever_wrote_a_forwarded_email_the_agents_copy_keeps_nothing(how: str, is_asked: bool) -> None:
    cast = Cast.make()
    inner = b"From: Olga <olga@customer.example>\r\nSubject: x\r\n\r\nCANARY\r\n"
    kept = [files.keep(inner, name="x.eml", by=cast.bo, declared="message/rfc822")] if how == "attached" else []
    text = {"inline": FORWARD, "attached": "Bo here, KEPT.", "by a form": "CANARY of Olga's"}[how]
    ticket = cast.asked(by=cast.bo, channel="email", subject="FW: Printer", text=text, attachments=kept)
    said = [
        "Olga Wiedehopf",
        "olga@customer.example",
        "Please help, CANARY.",
        *(["reply-to"] if how == "by a form" else []),
    ]
    row = InboundMessage.objects.create(
        key="1",
        raw=b"CANARY",
        ticket=ticket,
        message=ticket.messages.get(),
        state="done",
        person=cast.bo,
        forwarded=said,
    )
    if is_asked:
        asked = ask_for(ticket, by=cast.bo)
        assert asked is not None
        actions.resolve(fresh(asked), by=cast.bo, resolution="ok")
        actions.close(fresh(asked), by=cast.bo)
        olga = asked.requester
    else:
        olga = Person.objects.create_person(name="Olga Wiedehopf", email="olga@customer.example")
    erase_person(olga, by=cast.ada)
    run_jobs()
    row.refresh_from_db()
    assert bytes(row.raw) == b""
    assert in_tables(["canary", "olga@customer", "wiedehopf"]) == {}
    assert not Attachment.objects.exists()
    assert ("KEPT" in ticket.messages.order_by("pk")[0].text) == (how != "by a form")
    assert (differences(ticket), verify().broken) == ([], ())


def test_a_forwarded_email_that_was_asked_for_its_writer_by_an_earlier_version_goes_as_well() -> None:
    cast = Cast.make()
    ticket = cast.asked(by=cast.bo, channel="email", subject="FW: Printer")
    said = ["Olga Wiedehopf", "olga@customer.example", "Please help."]
    row = InboundMessage.objects.create(key="1", raw=FORWARD.encode(), ticket=ticket, state="done", forwarded=said)
    asked = ask_for(ticket, by=cast.bo)
    assert asked is not None
    actions.resolve(fresh(asked), by=cast.bo, resolution="ok")
    actions.close(fresh(asked), by=cast.bo)
    InboundMessage.objects.update(forwarded=[])
    erase_person(asked.requester, by=cast.ada)
    row.refresh_from_db()
    assert bytes(row.raw) == b""
