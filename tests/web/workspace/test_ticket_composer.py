"""Writing on a ticket: replies, notes, drafts, undo, answers, and what holds a reply back."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from firstline.catalog.models import CannedReply
from firstline.config import config
from firstline.kit import clock
from firstline.notices.models import Delivery
from firstline.tickets import actions, files
from firstline.tickets.models import Attachment, Draft, Message, Participant, Ticket
from tests.background import run_jobs
from tests.cast import Cast, fresh
from tests.web.conftest import As


def send(client: Client, ticket: Ticket, text: str, mode: str = "reply", **more: object):
    return client.post(f"/desk/tickets/{ticket.number}/send/", {"text": text, "mode": mode, **more})


def page(client: Client, ticket: Ticket, query: str = "") -> str:
    return client.get(f"/desk/tickets/{ticket.number}/{query}").content.decode()


def test_a_reply_is_sent_and_can_be_undone(cast: Cast, as_: As) -> None:
    ticket, client = cast.asked(), as_(cast.bo)
    with clock.moved(clock.now()):
        answer = send(client, ticket, "Please restart.")
    said = Message.objects.get(kind="reply")
    assert answer["Location"] == f"/desk/tickets/{ticket.number}/#message-{said.pk}"
    assert said.leaves_at - said.created_at == timedelta(seconds=config().undo_seconds)
    shown = page(client, ticket)
    assert f"/messages/{said.pk}/undo/" in shown
    assert "Leaves in a moment" in shown
    client.post(f"/desk/tickets/{ticket.number}/messages/{said.pk}/undo/")
    said.refresh_from_db()
    assert said.withdrawn_at
    again = page(client, ticket)
    assert "Taken back before it was sent" in again
    assert ">Please restart.</textarea>" in again


def test_undo_comes_too_late_after_it_left(cast: Cast, as_: As) -> None:
    ticket, client = cast.asked(), as_(cast.bo)
    send(client, ticket, "Please restart.")
    said = Message.objects.get(kind="reply")
    with clock.moved(clock.now() + timedelta(seconds=config().undo_seconds + 1)):
        client.post(f"/desk/tickets/{ticket.number}/messages/{said.pk}/undo/")
    assert "This reply has already been sent." in page(client, ticket)
    assert not Draft.objects.exists()


def test_nobody_undoes_the_reply_of_somebody_else(cast: Cast, as_: As) -> None:
    ticket = cast.asked()
    said = actions.reply(ticket, by=cast.bo, text="Mine.", undo_seconds=60)
    as_(cast.dana).post(f"/desk/tickets/{ticket.number}/messages/{said.pk}/undo/")
    said.refresh_from_db()
    assert said.withdrawn_at is None


def test_send_and_wait_waits_and_undo_takes_both_back(cast: Cast, as_: As) -> None:
    ticket, client = cast.asked(), as_(cast.bo)
    send(client, ticket, "Which room?", then="wait")
    assert fresh(ticket).status_id == "waiting_requester"
    said = Message.objects.get(kind="reply")
    client.post(f"/desk/tickets/{ticket.number}/messages/{said.pk}/undo/")
    assert fresh(ticket).phase == "in_progress"


@pytest.mark.parametrize("then", ["resolve", "next"])
def test_send_and_resolve_can_be_undone(cast: Cast, as_: As, then: str) -> None:
    ticket, other, client = cast.asked(), cast.asked(), as_(cast.bo)
    send(client, ticket, "It works again.", then=then)
    assert fresh(ticket).phase == "resolved"
    said = Message.objects.get(kind="reply")
    path = f"/desk/tickets/{ticket.number}/messages/{said.pk}/undo/"
    assert path in page(client, other if then == "next" else ticket)
    assert client.post(path)["Location"] == f"/desk/tickets/{ticket.number}/"
    assert fresh(ticket).phase == "in_progress"
    assert ">It works again.</textarea>" in page(client, ticket)
    run_jobs()
    with clock.moved(clock.now() + timedelta(seconds=config().undo_seconds + 1)):
        run_jobs()
    assert not Delivery.objects.filter(template__in=["resolved", "replied"]).exists()


def test_send_and_resolve_says_it_once(cast: Cast, as_: As) -> None:
    ticket, client = cast.asked(), as_(cast.bo)
    kept = files.keep(b"log", name="a.log", by=cast.bo)
    send(client, ticket, "It works again.", then="resolve", files=[str(kept.pk)])
    assert fresh(ticket).phase == "resolved"
    said = Message.objects.get(kind="reply")
    assert said.text == "It works again."
    assert [file.name for file in said.attachments.all()] == ["a.log"]


def test_send_resolve_and_next(cast: Cast, as_: As) -> None:
    ticket, other = cast.asked(), cast.asked()
    assert send(as_(cast.bo), ticket, "Done.", then="next")["Location"] == f"/desk/tickets/{other.number}/"


@pytest.mark.parametrize("then", ["", "wait", "resolve", "next"])
def test_a_message_that_was_not_seen_holds_the_reply_back(cast: Cast, as_: As, then: str) -> None:
    ticket, client = cast.asked(), as_(cast.bo)
    seen = Message.objects.latest("pk").pk
    actions.reply(ticket, by=cast.mei, text="I solved it myself.")
    answer = send(client, ticket, "Please restart.", seen=seen, then=then)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "A message arrived while you were writing." in shown
    assert "I solved it myself." in shown
    assert ">Please restart.</textarea>" in shown
    assert not Message.objects.filter(kind="reply").exists()
    newest = Message.objects.latest("pk").pk
    assert f'name="seen" value="{newest}"' in shown
    assert send(client, ticket, "Please restart.", seen=newest, then=then).status_code == 302


def test_a_note_is_not_held_back_and_is_never_shown_outside(cast: Cast, as_: As) -> None:
    ticket = cast.asked()
    seen = Message.objects.latest("pk").pk
    actions.reply(ticket, by=cast.mei, text="More.")
    assert send(as_(cast.bo), ticket, "CANARY-7351 @Chen Rui", mode="note", seen=seen).status_code == 302
    for path in (f"/requests/{ticket.number}/", "/requests/", "/", f"/api/v1/tickets/{ticket.number}"):
        assert "CANARY-7351" not in as_(cast.mei).get(path).content.decode()
    assert "CANARY-7351" in page(as_(cast.chen), ticket)


def test_who_is_called_in_a_note_watches_from_then_on(cast: Cast, as_: As) -> None:
    ticket = cast.asked()
    send(as_(cast.bo), ticket, "@Chen Rui and @Dana Weiss，看一下; not @Lin Mei, not chen@Yu Hanx", mode="note")
    assert set(Participant.objects.values_list("person__name", "role")) == {
        ("Chen Rui", "watcher"),
        ("Dana Weiss", "watcher"),
    }
    assert ticket.events.filter(name="mentioned").count() == 1


def test_placeholders_hold_a_reply_back_but_not_a_note(cast: Cast, as_: As) -> None:
    ticket, client = cast.asked(), as_(cast.bo)
    answer = send(client, ticket, "We come on {visit.date}.")
    assert answer.status_code == 422
    assert "Fill in {visit.date} before you send this." in answer.content.decode()
    assert ">We come on {visit.date}.</textarea>" in answer.content.decode()
    assert send(client, ticket, "{visit.date}", then="resolve").status_code == 422
    assert send(client, ticket, "{visit.date}", mode="note").status_code == 302


def test_nothing_is_refused_in_a_sentence(cast: Cast, as_: As) -> None:
    answer = send(as_(cast.bo), cast.asked(), "  ")
    assert answer.status_code == 422
    assert "Please write something first." in answer.content.decode()


def test_a_refusal_keeps_the_files(cast: Cast, as_: As) -> None:
    ticket, client = cast.asked(), as_(cast.bo)
    kept = files.keep(b"log", name="kept.log", by=cast.bo)
    answer = send(client, ticket, "{visit.date}", files=[str(kept.pk)])
    assert "kept.log" in answer.content.decode()
    assert str(kept.pk) in answer.content.decode()


def test_an_undone_reply_gives_its_files_back(cast: Cast, as_: As) -> None:
    ticket, client = cast.asked(), as_(cast.bo)
    kept = files.keep(b"log", name="kept.log", by=cast.bo)
    send(client, ticket, "See the file.", files=[str(kept.pk)])
    said = Message.objects.get(kind="reply")
    client.post(f"/desk/tickets/{ticket.number}/messages/{said.pk}/undo/")
    back = Attachment.objects.get(ticket__isnull=True)
    assert str(back.pk) in page(client, ticket)
    send(client, ticket, "See the file.", files=[str(back.pk)])
    assert [file.name for file in Message.objects.latest("pk").attachments.all()] == ["kept.log"]


def test_files_without_script_come_with_the_form(cast: Cast, as_: As) -> None:
    ticket = cast.asked()
    send(as_(cast.bo), ticket, "", files_plain=SimpleUploadedFile("plain.txt", b"hello"))
    assert [file.name for file in Message.objects.get(kind="reply").attachments.all()] == ["plain.txt"]


def test_drafts_are_kept_by_person_and_mode_and_forgotten_when_sent(cast: Cast, as_: As) -> None:
    ticket, client = cast.asked(), as_(cast.bo)
    draft = f"/desk/tickets/{ticket.number}/draft/"
    assert client.post(draft, {"mode": "reply", "text": "Half a rep"}).status_code == 204
    assert client.post(draft, {"mode": "note", "text": "Half a note"}).status_code == 204
    actions.change_priority(ticket, by=cast.dana, impact=3, urgency=3)
    shown = page(client, ticket)
    assert ">Half a rep</textarea>" in shown
    assert "Half a note" in shown
    assert ">Half a note</textarea>" in page(client, ticket, "?mode=note")
    assert "Half a rep" not in page(as_(cast.chen), ticket)
    send(client, ticket, "A whole reply.")
    assert list(Draft.objects.values_list("kind", flat=True)) == ["note"]
    client.post(draft, {"mode": "note", "text": " "})
    assert not Draft.objects.exists()


def test_a_draft_of_no_known_mode_or_endless_length_is_not_kept(cast: Cast, as_: As) -> None:
    ticket, client = cast.asked(), as_(cast.bo)
    draft = f"/desk/tickets/{ticket.number}/draft/"
    assert client.post(draft, {"mode": "shout", "text": "x"}).status_code == 422
    assert client.post(draft, {"mode": "note", "text": "x" * 100_001}).status_code == 422


def test_answers_are_in_the_requesters_language_and_say_what_is_missing(cast: Cast, as_: As) -> None:
    CannedReply.objects.create(
        desk=cast.it, name_en="Visit", name_zh="上门", text_en="Hello", text_zh="{requester.name}您好，{visit.date}见"
    )  # fmt: skip
    ticket, client = cast.asked(), as_(cast.bo)
    found = client.get(f"/desk/tickets/{ticket.number}/answers/", headers={"HX-Request": "true"}).content.decode()
    assert "Lin Mei您好，{visit.date}见" in found
    assert "There is no placeholder {visit.date}." in found
    answer = CannedReply.objects.get()
    assert "Lin Mei您好" in page(client, ticket, f"?answer={answer.pk}")
    assert client.get(f"/desk/tickets/{ticket.number}/?answer=x").status_code == 200


def test_on_a_closed_ticket_only_notes_are_offered(cast: Cast, as_: As) -> None:
    ticket, client = cast.asked(), as_(cast.bo)
    actions.resolve(ticket, by=cast.bo, resolution="Done.")
    actions.close(ticket, by=cast.bo)
    shown = page(client, ticket)
    assert 'name="mode" value="note"' in shown
    assert 'name="mode" value="reply"' not in shown
    refused = send(client, ticket, "One more thing.")
    assert refused.status_code == 422
    assert ">One more thing.</textarea>" in refused.content.decode()


def test_a_colleague_is_called_by_name_or_by_the_letters_of_the_address(cast: Cast, as_: As) -> None:
    ticket = cast.ask()
    told = as_(cast.bo).get(f"/desk/tickets/{ticket.number}/colleagues/").json()["colleagues"]
    assert {"name": cast.chen.name, "also": "chen"} in told
    assert cast.bo.name not in {each["name"] for each in told}


def test_the_composer_names_everybody_who_reads_a_reply(cast: Cast, as_: As) -> None:
    ticket, client = cast.asked(), as_(cast.bo)
    assert "Lin Mei reads this" in page(client, ticket)
    other = cast.asked(by=cast.omar)
    actions.merge(other, by=cast.bo, into=ticket)
    assert "Lin Mei and Omar Haddad read this" in page(client, ticket)
    actions.add_participant(ticket, by=cast.bo, person=cast.hana)
    assert "Lin Mei, Omar Haddad, and Hana Sato read this" in page(client, ticket)
    actions.add_participant(ticket, by=cast.bo, person=cast.ada)
    assert "Lin Mei, Omar Haddad, Hana Sato, and 1 other read this" in page(client, ticket)
    actions.add_participant(ticket, by=cast.bo, person=cast.dana)
    assert "Lin Mei, Omar Haddad, Hana Sato, and 2 others read this" in page(client, ticket)
    actions.unmerge(fresh(other), by=cast.bo)
    assert "Lin Mei, Hana Sato, Ada Okoye, and 1 other read this" in page(client, ticket)
    client.cookies["firstline_language"] = "zh-hans"
    assert "以下人员会看到：Lin Mei、Hana Sato、Ada Okoye、另外 1 人" in page(client, ticket)


def test_who_asked_for_somebody_else_is_named_by_the_tick_alone(cast: Cast, as_: As) -> None:
    ticket = cast.asked(requester=cast.omar)
    shown = page(as_(cast.bo), ticket)
    assert "Omar Haddad reads this" in shown
    assert "Lin Mei, who asked for it, reads this too" in shown
