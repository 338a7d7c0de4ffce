"""Files."""

from datetime import timedelta

import pytest
from django.urls import reverse

from firstline.kit import clock
from firstline.notices.models import Delivery
from firstline.people.models import Person
from firstline.tickets import actions, files
from firstline.tickets.errors import WrongState
from firstline.tickets.models import Attachment
from tests.background import run_jobs
from tests.cast import Cast, fresh
from tests.signing import signed_in

pytestmark = pytest.mark.django_db


def test_files_are_bound_by_their_uploader_once():
    cast = Cast.make()
    ticket = cast.ask()
    shot = files.keep(b"\x89PNG\r\n\x1a\n" + b"0" * 40, name="../../etc/shot.png", by=cast.mei)
    assert (shot.name, shot.type) == ("shot.png", "image/png")
    waits = files.keep(b"x", name="not-sent-yet.txt", by=cast.mei)
    actions.attach(ticket, by=cast.mei, attachments=[shot])
    assert ticket.attachments.get() == shot
    assert Attachment.objects.get(ticket=None) == waits
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


def test_a_file_has_to_be_chosen():
    cast = Cast.make()
    with pytest.raises(WrongState, match="Choose a file"):
        actions.attach(cast.ask(), by=cast.mei, attachments=[])


def test_two_files_at_once_are_both_there_or_neither():
    cast = Cast.make()
    ticket = cast.ask()
    mine = [files.keep(b"%d" % n, name=f"{n}.txt", by=cast.mei) for n in range(2)]
    foreign = files.keep(b"x", name="x.txt", by=cast.omar)
    with pytest.raises(WrongState, match="no longer there"):
        actions.attach(ticket, by=cast.mei, attachments=[*mine, foreign])
    assert not ticket.attachments.exists()
    actions.attach(ticket, by=cast.mei, attachments=[*mine, mine[0]])
    assert {each.name for each in ticket.attachments.all()} == {"0.txt", "1.txt"}


@pytest.mark.parametrize("who", ["mei", "hana"])
def test_whom_a_merge_brought_attaches_to_their_own_request_and_an_asker_says_it_to_askers(who: str):
    """Hana asked for Mei, and Mei herself: without words a file would be anybody's of both requests."""
    cast = Cast.make()
    one, two = cast.ask(by=cast.hana, requester=cast.mei), cast.ask(by=cast.omar)
    actions.merge(one, by=cast.bo, into=two)
    by = getattr(cast, who)
    file = files.keep(b"x", name="x.txt", by=by)
    actions.attach(two, by=by, attachments=[file])
    said = two.messages.latest("pk")
    assert (said.author, said.kind, said.text, said.channel, said.origin) == (by, "request", "", "portal", one)
    assert (said.to_askers, said.attachments.get()) == (who == "hana", file)
    assert not Attachment.objects.visible_to(cast.omar).filter(pk=file.pk).exists()
    assert Attachment.objects.visible_to(cast.mei).filter(pk=file.pk).exists()


def log(by: Person, name: str = "CANARY.log") -> Attachment:
    return files.keep(b"the log that you asked for", name=name, by=by)


def test_a_file_of_the_asking_side_is_the_answer_that_was_waited_for(cast: Cast) -> None:
    ticket = cast.asked()
    actions.accept(ticket, by=cast.bo)
    actions.reply(fresh(ticket), by=cast.bo, text="Send us the log, please.")
    actions.hold(fresh(ticket), by=cast.bo, reason="requester")
    run_jobs()
    actions.attach(fresh(ticket), by=cast.mei, attachments=[log(cast.mei)])
    run_jobs()
    assert (fresh(ticket).status_id, fresh(ticket).unanswered_since is not None) == ("in_progress", True)
    assert Delivery.objects.filter(person=cast.bo, template="answered").exists()


def test_a_file_reopens_what_was_solved_and_brings_back_what_was_snoozed(cast: Cast) -> None:
    ticket, other = cast.asked(), cast.asked()
    actions.resolve(ticket, by=cast.bo, resolution="Done.")
    actions.snooze(other, by=cast.bo, until=clock.now() + timedelta(days=2))
    for each in (ticket, other):
        actions.attach(fresh(each), by=cast.mei, attachments=[log(cast.mei)])
    assert (fresh(ticket).phase, fresh(other).snoozed_until) == ("in_progress", None)


def test_a_file_of_the_desk_answers_nothing(cast: Cast) -> None:
    ticket = cast.asked()
    actions.attach(ticket, by=cast.bo, attachments=[log(cast.bo)])
    assert (fresh(ticket).phase, fresh(ticket).first_response_at) == ("pending", None)


@pytest.mark.parametrize("who", ["mei", "bo"])
@pytest.mark.parametrize("is_loose", [False, True], ids=["now", "of an earlier version"])
def test_files_without_words_go_where_a_merge_takes_their_conversation_and_back(
    cast: Cast, who: str, is_loose: bool
) -> None:
    one, two, by = cast.asked(), cast.asked(by=cast.omar), getattr(cast, who)
    file = log(by)
    if is_loose:
        Attachment.objects.filter(pk=file.pk).update(ticket=one)
    else:
        actions.attach(one, by=by, attachments=[file])
    actions.merge(fresh(one), by=cast.bo, into=fresh(two))
    assert "CANARY.log" in signed_in(cast.bo).get(reverse("ticket", args=[two.number])).content.decode()
    assert file in Attachment.objects.visible_to(cast.mei)
    assert file not in Attachment.objects.visible_to(cast.omar)
    actions.unmerge(fresh(one), by=cast.bo)
    assert one.attachments.get() == file
    assert not two.attachments.exists()
    assert "CANARY.log" in signed_in(cast.bo).get(reverse("ticket", args=[one.number])).content.decode()


def test_a_message_of_files_alone_becomes_a_request_of_its_own_with_them(cast: Cast) -> None:
    ticket = cast.asked()
    actions.attach(ticket, by=cast.mei, attachments=[log(cast.mei)])
    new = actions.split(fresh(ticket), by=cast.bo, message=ticket.messages.latest("pk"), subject="The log")
    assert [file.name for file in new.messages.get().attachments.all()] == ["CANARY.log"]
    assert "CANARY.log" in signed_in(cast.bo).get(reverse("ticket", args=[new.number])).content.decode()
