"""Who calls a letter of ours unwanted opens no request; the letter that it is about is found, and nothing is undone."""

import pytest

from firstline.channels import bounces, intake
from firstline.channels.email.ingest import keep
from firstline.channels.models import InboundMessage
from firstline.notices.models import Delivery
from firstline.tickets.models import Ticket
from tests.background import run_jobs
from tests.cast import Cast
from tests.channels.email.catalogue import notices

pytestmark = pytest.mark.django_db


def test_a_complaint_is_put_to_the_letter_that_it_is_about() -> None:
    cast = Cast.make()
    ticket = cast.ask()
    run_jobs()
    Delivery.objects.update(state="sent")
    ours = Delivery.objects.get(template="received").letter_id.encode()
    complaint = next(sample for sample in notices() if sample.name == "complaint")
    received = keep(complaint.raw.replace(b"{ours}", ours), inbox=None, sender="", recipients=["it@desk.example"])
    intake.take(received.pk)
    found = InboundMessage.objects.get(pk=received.pk)
    assert (found.state, found.reason, found.ticket) == ("bounce", bounces.UNWANTED, ticket)
    assert Ticket.objects.count() == 1
    assert not Delivery.objects.exclude(state="sent").exists()
