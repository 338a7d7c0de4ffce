"""Files."""

import pytest

from firstline.tickets import actions, files
from firstline.tickets.models import Attachment
from firstline.tickets.refusals import WrongState
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_files_are_bound_by_their_uploader_once():
    cast = Cast.make()
    ticket = cast.ask()
    shot = files.keep(b"\x89PNG\r\n\x1a\n" + b"0" * 40, name="../../etc/shot.png", by=cast.mei)
    assert (shot.name, shot.type) == ("shot.png", "image/png")
    actions.attach(ticket, by=cast.mei, attachments=[shot])
    assert ticket.attachments.get() == shot
    with pytest.raises(WrongState):
        actions.attach(ticket, by=cast.mei, attachments=[shot])


def test_another_persons_upload_cannot_be_taken():
    cast = Cast.make()
    foreign = files.keep(b"secret", name="a.txt", by=cast.omar)
    with pytest.raises(WrongState):
        cast.ask(attachments=[foreign])


def test_a_file_of_a_note_is_seen_inside_only():
    cast = Cast.make()
    ticket = cast.ask()
    log = files.keep(b"line", name="a.log", by=cast.bo)
    actions.note(ticket, by=cast.bo, text="see log", attachments=[log])
    assert log in Attachment.objects.visible_to(cast.chen)
    assert log not in Attachment.objects.visible_to(cast.mei)
    assert log not in Attachment.objects.visible_to(cast.hana)


def test_an_empty_file_is_refused():
    cast = Cast.make()
    with pytest.raises(WrongState, match="empty"):
        files.keep(b"", name="a.txt", by=cast.mei)
