"""Replying, from both sides."""

from datetime import timedelta

import pytest

from firstline.kit import clock
from firstline.people.models import Person
from firstline.tickets import actions, files, replay
from firstline.tickets.actions.conversation import Unseen
from firstline.tickets.errors import NotAllowed, WrongState
from firstline.tickets.models import Message
from tests.cast import Cast, fresh

pytestmark = pytest.mark.django_db


def test_an_agents_answer_accepts_and_engages():
    cast = Cast.make()
    ticket = cast.ask()
    message = actions.reply(ticket, by=cast.bo, text="Please restart.")
    ticket = fresh(ticket)
    assert (message.kind, ticket.phase, ticket.assignee) == ("reply", "in_progress", cast.bo)
    assert ticket.first_response_at
    assert ticket.unanswered_since is None
    assert replay.differences(ticket) == []


def test_the_requesters_answer_ends_waiting_for_him():
    cast = Cast.make()
    ticket = cast.ask()
    actions.hold(ticket, by=cast.bo, reason="requester")
    message = actions.reply(ticket, by=cast.mei, text="It is a ThinkPad.")
    assert (message.kind, fresh(ticket).phase) == ("request", "in_progress")
    assert fresh(ticket).unanswered_since


def test_the_requesters_answer_does_not_end_waiting_for_a_vendor():
    cast = Cast.make()
    ticket = cast.ask()
    actions.hold(ticket, by=cast.bo, reason="vendor")
    actions.reply(ticket, by=cast.mei, text="Any news?")
    assert fresh(ticket).status_id == "waiting_vendor"


def test_an_answer_to_a_solution_reopens():
    cast = Cast.make()
    ticket = cast.ask()
    actions.resolve(ticket, by=cast.bo, resolution="Restarted.")
    actions.reply(ticket, by=cast.mei, text="It is still broken.")
    assert (fresh(ticket).phase, fresh(ticket).reopened) == ("in_progress", 1)
    assert replay.differences(ticket) == []


@pytest.mark.parametrize(
    "text",
    [
        *("Thanks!", "ok, thank you very much", "谢谢您！", "好的，收到"),
        *("Thanks!\n\nLin", "Thanks, Lin Mei", "Many thanks\nBest regards\nMei", "谢谢\nLin Mei", "OK\nLinMei"),
        *("👍", "👍🏽", "❤️", "✅ thanks", "👍\n\nMei", ":-)", "谢谢 🙏🙏🙏"),
        "👍\n\nLin Mei reacted via Gmail <https://www.google.com/gmail/about/?utm_source=x>",
        *("Lin Mei reacted to your message:\n\n👍", "Lin Mei hat auf Ihre Nachricht reagiert:\n\n❤️"),
        *(
            "👍\n\nLin Mei hat über Gmail reagiert",
            "Lin Mei 通过 Gmail 做出了回应",
            "Lin Mei 对你的消息作出了反应:\n👍",
        ),
    ],
)
def test_mere_thanks_do_not_reopen(text):
    cast = Cast.make()
    ticket = cast.ask()
    actions.resolve(ticket, by=cast.bo, resolution="Restarted.")
    actions.reply(ticket, by=cast.mei, text=text)
    assert fresh(ticket).phase == "resolved"


def test_a_reply_is_held_back_when_something_unseen_arrived():
    cast = Cast.make()
    ticket = cast.ask()
    seen = ticket.messages.get().pk
    actions.reply(ticket, by=cast.mei, text="Now it burns.")
    with pytest.raises(Unseen):
        actions.reply(ticket, by=cast.bo, text="Please restart.", seen=seen)
    last = ticket.messages.order_by("-id").first().pk
    actions.reply(ticket, by=cast.bo, text="Leave the building.", seen=last)


def test_an_empty_answer_is_refused():
    cast = Cast.make()
    with pytest.raises(WrongState):
        actions.reply(cast.ask(), by=cast.bo, text="  \n ")


def test_a_colleague_takes_part_only_when_added():
    cast = Cast.make()
    ticket = cast.ask()
    with pytest.raises(NotAllowed):
        actions.reply(ticket, by=cast.omar, text="Me too")
    actions.add_participant(ticket, by=cast.mei, person=cast.omar)
    assert actions.reply(ticket, by=cast.omar, text="Me too").kind == "request"


def test_a_closed_ticket_takes_no_answer():
    cast = Cast.make()
    ticket = cast.ask()
    actions.resolve(ticket, by=cast.bo, resolution="Done.")
    actions.close(ticket, by=cast.mei)
    with pytest.raises(WrongState, match="closed"):
        actions.reply(ticket, by=cast.mei, text="Again.")


def test_who_is_not_at_the_desk_sees_a_reply_only_after_it_left():
    cast = Cast.make()
    ticket = cast.ask()
    message = actions.reply(ticket, by=cast.bo, text="Restart.", undo_seconds=15)
    assert message not in Message.objects.visible_to(cast.mei, ticket)
    assert message in Message.objects.visible_to(cast.chen, ticket)
    with clock.moved(clock.now() + timedelta(seconds=16)):
        assert message in Message.objects.visible_to(cast.mei, ticket)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "👎",
            "?",
            "???",
            "👍?",
            "👍 👎",
            "😡",
            "❌",
            "Thanks?",
            "Mei",
            "Lin Mei",
            "Regards\nMei",
            "Thanks\nBo",
            "Best",
        ),
        *("Lin Mei reacted to your message:\n\n👎", "👎\n\nLin Mei reacted via Gmail <https://www.google.com/>"),
        *("Thanks, but no", "👍 and the printer", "Somebody reacted to your message: it is still broken", "好了吗"),
        "Lin Mei reacted via Gmail <https://www.google.com/>\nand it is broken",
    ],
)
def test_what_asks_or_complains_or_says_no_thanks_reopens(text):
    cast = Cast.make()
    ticket = cast.ask()
    actions.resolve(ticket, by=cast.bo, resolution="Restarted.")
    actions.reply(ticket, by=cast.mei, text=text)
    assert (fresh(ticket).phase, fresh(ticket).reopened) == ("in_progress", 1)


@pytest.mark.parametrize("words", ["Thanks!", "好的，收到", ""])
def test_thanks_with_a_screenshot_are_more_than_thanks(words):
    cast = Cast.make()
    solved, held, snoozed = cast.ask(), cast.ask(), cast.ask()
    actions.resolve(solved, by=cast.bo, resolution="Restarted.")
    actions.hold(held, by=cast.bo, reason="requester")
    actions.snooze(snoozed, by=cast.bo, until=clock.now() + timedelta(days=1))
    for ticket in (solved, held, snoozed):
        shot = files.keep(b"\x89PNG\r\n\x1a\n" + b"0" * 40, name="error.png", by=cast.mei)
        actions.reply(ticket, by=cast.mei, text=words, attachments=[shot])
    assert (fresh(solved).phase, fresh(solved).reopened) == ("in_progress", 1)
    assert fresh(held).phase == "in_progress"
    assert fresh(snoozed).snoozed_until is None
    assert all(fresh(ticket).unanswered_since for ticket in (solved, held, snoozed))


def test_mere_thanks_end_no_waiting_and_ask_for_no_answer():
    cast = Cast.make()
    ticket = cast.ask()
    actions.hold(ticket, by=cast.bo, reason="requester")
    before = fresh(ticket).unanswered_since
    actions.reply(ticket, by=cast.mei, text="Thank you so much")
    assert (fresh(ticket).status_id, fresh(ticket).unanswered_since) == ("waiting_requester", before)


@pytest.mark.parametrize("reason", ["vendor", "approval"])
def test_an_answer_ends_no_waiting_for_others(reason):
    cast = Cast.make()
    ticket = cast.ask()
    actions.hold(ticket, by=cast.bo, reason=reason)
    actions.reply(ticket, by=cast.mei, text="Any news?")
    assert fresh(ticket).status_id == f"waiting_{reason}"


def test_what_failed_its_proof_is_nobodys_word():
    cast = Cast.make()
    ticket = cast.ask()
    for by in (cast.mei, cast.bo):
        with pytest.raises(NotAllowed, match="proof"):
            actions.reply(ticket, by=by, text="x", proof="failed", channel="email")
    assert ticket.messages.count() == 1


def test_only_what_others_say_to_both_sides_holds_a_reply_back():
    cast = Cast.make()
    ticket = cast.ask()
    seen = ticket.messages.get().pk
    actions.note(ticket, by=cast.chen, text="inside")
    actions.reply(ticket, by=cast.bo, text="Please wait.")
    actions.reply(ticket, by=cast.bo, text="Please restart.", seen=seen)
    actions.reply(ticket, by=cast.mei, text="I did.")
    for act in (
        lambda: actions.reply(ticket, by=cast.bo, text="Again.", seen=seen),
        lambda: actions.resolve(ticket, by=cast.bo, resolution="Restart.", seen=seen),
    ):
        with pytest.raises(Unseen):
            act()
    actions.resolve(ticket, by=cast.bo, resolution="Restart.")


def test_who_takes_part_is_no_asker_to_whom_something_could_be_said():
    cast = Cast.make()
    ticket = cast.ask(participants=[cast.omar])
    actions.watch(ticket, by=cast.chen)
    with pytest.raises(WrongState, match="Nobody asked this"):
        actions.reply(ticket, by=cast.bo, text="x", to_askers=True)


def test_a_longest_text_is_taken_and_one_more_is_not():
    cast = Cast.make()
    ticket = cast.ask()
    assert len(actions.reply(ticket, by=cast.bo, text="\n " + "x" * 99_999 + "\n\n ").text) == 100_000
    with pytest.raises(WrongState, match="too long"):
        actions.reply(ticket, by=cast.bo, text="x" * 100_001)


@pytest.mark.parametrize(
    ("channel", "by", "proof"),
    [
        ("portal", "mei", "signed_in"),
        ("api", "mei", "signed_in"),
        ("alert", "mei", ""),
        ("email", "mei", "none"),
        ("chat", "mei", "none"),
        ("portal", "system", ""),
    ],
)
def test_what_the_way_alone_proves_of_the_writer(channel: str, by: str, proof: str):
    cast = Cast.make()
    person = Person.objects.system() if by == "system" else cast.mei
    assert actions.reply(cast.ask(), by=person, text="x", channel=channel).proof == proof


@pytest.mark.parametrize("channel", ["phone", "walk_in"])
def test_what_is_written_down_is_recorded_by_whoever_wrote_it(channel: str):
    cast = Cast.make()
    assert actions.write_down(cast.ask(), by=cast.bo, text="x", channel=channel).proof == "recorded"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("\n  a  b\n c \n\n", "  a  b\n c"),
        (" \n\t\nx", "x"),
        ("x", "x"),
    ],
)
def test_the_first_line_keeps_its_indent_and_blank_ends_go(text: str, kept: str):
    cast = Cast.make()
    assert actions.reply(cast.ask(), by=cast.mei, text=text).text == kept
