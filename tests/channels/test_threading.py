"""Which ticket a letter joins, what it may say there, and what an answer to something closed becomes."""

from datetime import timedelta

import pytest

from firstline.kit import clock
from firstline.notices.models import Delivery
from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.models import Link, Message, Ticket
from tests.background import run_jobs
from tests.cast import Cast, fresh
from tests.letters import arrives, back_to, happened, letter, spoken, told

pytestmark = pytest.mark.django_db


def test_an_answer_at_the_signed_address_joins_its_ticket_without_quote_and_signature(cast: Cast) -> None:
    ticket = cast.ask()
    actions.reply(ticket, by=cast.bo, text="Which client?")
    arrives(
        letter(
            to=back_to(ticket),
            subject="Re: anything at all",
            text="Version 5.\n\n-- \nLin Mei\nFinance\n\nOn Mon, Bo wrote:\n> Which client?\n",
        )
    )
    message = ticket.messages.last()
    assert (message.kind, message.text, message.author) == ("request", "Version 5.", cast.mei)
    assert "Which client?" in message.quoted
    assert "Finance" in message.quoted


def test_an_answer_at_a_signed_address_joins_that_ticket_and_no_other(cast: Cast) -> None:
    older, other, newer = cast.ask(), cast.ask(), cast.ask()
    arrives(letter(to=back_to(other), subject="Re: anything", text="Of the second."))
    assert [len(spoken(each)) for each in (older, other, newer)] == [1, 2, 1]


def test_an_answer_is_found_by_the_letter_that_it_answers(cast: Cast) -> None:
    ticket = cast.ask()
    run_jobs()
    ours = Delivery.objects.get(template="received").letter_id
    arrives(letter(answers=ours, text="One more thing."))
    arrives(letter(answers="<one@corp.example>", letter_id="<two@corp.example>", text="And another."))
    assert [text for _kind, text in spoken(ticket)][1:] == ["One more thing.", "And another."]


def test_the_number_in_the_subject_counts_only_for_those_who_take_part_and_are_proved(
    cast: Cast, proving: dict[str, str]
) -> None:
    ticket = cast.ask()
    subject = f"Re: [{ticket.number}] VPN"
    omar = {"letter_id": "<o@corp.example>"} | proving
    arrives(letter(subject=subject, text="Hers.", **proving))
    arrives(letter("Omar Haddad <omar@corp.example>", subject=subject, text="His.", **omar))
    assert [text for _kind, text in spoken(ticket)] == ["Since this morning.", "Hers."]
    his = Ticket.objects.get(requester=cast.omar)
    assert ticket.number not in his.subject


def test_a_guessable_number_under_a_name_that_nobody_proved_opens_a_ticket_with_a_hint(cast: Cast) -> None:
    ticket = cast.ask()
    received = arrives(letter(subject=f"Re: [{ticket.number}] VPN", text="Tell me the password."))
    assert len(spoken(ticket)) == 1
    assert received.ticket is not None
    assert received.ticket.verified is False
    assert [kind for kind, _text in spoken(received.ticket)] == ["request"]
    for language, words in (("en", "not proved"), ("zh-hans", "未经证实")):
        (said,) = happened(received.ticket, "named_another", language=language)
        assert ticket.number in said
        assert words in said


def test_a_stranger_with_the_signed_address_is_heard_by_the_desk_alone(cast: Cast) -> None:
    ticket = cast.ask()
    arrives(letter("Eve <eve@elsewhere.example>", to=back_to(ticket), text="Send me the logs."))
    kind, text = spoken(ticket)[-1]
    assert kind == "note"
    assert "eve@elsewhere.example" in text
    assert not Message.objects.visible_to(cast.mei, ticket).filter(text__contains="logs").exists()
    assert not ticket.participants.exists()
    assert not Person.objects.filter(email="eve@elsewhere.example").exists()


def test_a_guessed_signature_reaches_nothing(cast: Cast) -> None:
    ticket = cast.ask()
    other = cast.ask()
    guesses = [f"it+{ticket.number}.{'a' * 16}@desk.example", back_to(other).replace(other.number, ticket.number)]
    for number, guess in enumerate(guesses):
        arrives(letter("Eve <eve@elsewhere.example>", to=guess, letter_id=f"<{number}@elsewhere.example>"))
    assert len(spoken(ticket)) == 1


def test_an_agents_letter_is_a_note_and_never_an_answer(cast: Cast) -> None:
    ticket = cast.ask()
    actions.assign(ticket, by=cast.dana, to=cast.bo)
    run_jobs()
    notice = Delivery.objects.get(template="assigned")
    arrives(
        letter("Bo Wen <bo@corp.example>", to=back_to(ticket), answers=notice.letter_id, text="Tell her to reboot.")
    )
    kind, text = spoken(ticket)[-1]
    assert kind == "note"
    assert "not verified" in text
    assert fresh(ticket).first_response_at is None
    assert "replied" not in told(cast.mei)


def test_an_answer_to_a_merged_ticket_reaches_the_one_it_was_merged_into(cast: Cast) -> None:
    ticket, into = cast.ask(), cast.ask()
    actions.merge(ticket, by=cast.bo, into=into)
    arrives(letter(to=back_to(ticket), text="More."))
    assert spoken(into)[-1] == ("request", "More.")


def test_an_answer_to_a_closed_ticket_opens_one_that_follows_it(cast: Cast) -> None:
    ticket = cast.ask()
    actions.resolve(ticket, by=cast.bo, resolution="New profile.")
    actions.close(ticket, by=cast.mei)
    received = arrives(letter(to=back_to(ticket), text="It drops again, since noon."))
    assert received.ticket != ticket
    link = Link.objects.get(kind="follows")
    assert (link.ticket, link.other) == (received.ticket, ticket)
    assert fresh(ticket).phase == "closed"


def test_mere_thanks_to_a_closed_ticket_open_nothing(cast: Cast) -> None:
    ticket = cast.ask()
    actions.resolve(ticket, by=cast.bo, resolution="New profile.")
    actions.close(ticket, by=cast.mei)
    arrives(letter(to=back_to(ticket), text="谢谢！"))
    assert Ticket.objects.count() == 1
    assert spoken(ticket)[-1][0] == "note"


def test_an_agent_who_answers_a_notice_about_a_closed_ticket_opens_nothing(cast: Cast) -> None:
    ticket = cast.ask()
    actions.resolve(ticket, by=cast.bo, resolution="New profile.")
    actions.rate(ticket, by=cast.mei, score=3)
    actions.close(ticket, by=cast.mei)
    run_jobs()
    notice = Delivery.objects.get(template="dissatisfied")
    arrives(letter("Dana Weiss <dana@corp.example>", answers=notice.letter_id, text="I will call her."))
    arrives(
        letter(
            "Printer <p@corp.example>",
            to=back_to(ticket),
            Auto_Submitted="auto-generated",
            letter_id="<p@corp.example>",
        )
    )
    assert Ticket.objects.count() == 1
    assert [kind for kind, _text in spoken(ticket)][-2:] == ["note", "note"]


def test_a_stranger_who_answers_something_closed_is_not_lost(cast: Cast) -> None:
    ticket = cast.ask()
    actions.cancel(ticket, by=cast.mei)
    received = arrives(letter("Eve <eve@elsewhere.example>", to=back_to(ticket), text="I have the same."))
    assert received.ticket != ticket
    assert received.person is not None
    assert not Ticket.objects.visible_to(received.person).filter(pk=ticket.pk).exists()


def test_thanks_with_a_picture_to_a_closed_ticket_are_more_than_thanks(cast: Cast) -> None:
    ticket = cast.ask()
    actions.resolve(ticket, by=cast.bo, resolution="New profile.")
    actions.close(ticket, by=cast.mei)
    thanks = letter(to=back_to(ticket), text="Thanks!")
    thanks.add_attachment(b"\x89PNG\r\n\x1a\n" + b"0" * 40, maintype="image", subtype="png", filename="error.png")
    received = arrives(thanks)
    assert received.ticket not in (ticket, None)
    assert Link.objects.get(kind="follows").other == ticket


# Marks of which each alone says that a machine wrote it, and nobody reads what it answers.
MARKS = [
    {"Precedence": "auto_reply"},
    {"Precedence": "auto-reply"},
    {"X-Precedence": "auto_reply"},
    {"Auto-Submitted": "auto-replied"},
    {"X-Autoreply": "yes"},
]


@pytest.mark.parametrize("mark", MARKS, ids=str)
@pytest.mark.parametrize("stands", ["waits", "is solved", "is snoozed"])
def test_an_away_note_by_whichever_mark_wakes_nothing(cast: Cast, mark: dict[str, str], stands: str) -> None:
    ticket = cast.ask()
    if stands == "waits":
        actions.hold(ticket, by=cast.bo, reason="requester")
    elif stands == "is solved":
        actions.resolve(ticket, by=cast.bo, resolution="New profile.")
    else:
        actions.snooze(ticket, by=cast.bo, until=clock.now() + timedelta(days=1))
    before = fresh(ticket)
    arrives(letter(to=back_to(ticket), text="I am on leave until Monday.", **mark))
    after = fresh(ticket)
    for column in ("status_id", "phase", "snoozed_until", "reopened", "resolved_at"):
        assert getattr(after, column) == getattr(before, column), column
    assert spoken(ticket)[-1][0] == "note"


def test_a_persons_answer_by_a_mailing_list_ends_waiting(cast: Cast) -> None:
    ticket = cast.ask()
    actions.hold(ticket, by=cast.bo, reason="requester")
    arrives(letter(to=back_to(ticket), text="It is a ThinkPad.", Precedence="list"))
    assert fresh(ticket).phase == "in_progress"
