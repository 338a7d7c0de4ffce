"""Machines that answer each other, and forgers who make us write to somebody: how many letters leave stays bounded."""

from datetime import timedelta
from random import Random

import pytest

from firstline.catalog.models import Inbox
from firstline.channels.email.signed import reply_address
from firstline.channels.email.writing import outgoing
from firstline.channels.models import InboundMessage
from firstline.kit import clock
from firstline.notices.models import Delivery
from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.models import Ticket
from tests.background import run_jobs
from tests.cast import MONDAY, Cast
from tests.channels.spellings import spelled
from tests.letters import arrives, letter

pytestmark = pytest.mark.django_db

HOURS = 24
FORGED = 24
BUDGET = 3
ROBOT = "desk@robot.example"


def left(**which: str) -> list[Delivery]:
    """What left or is to leave: all but what was dropped."""
    rows = Delivery.objects.filter(**which).exclude(state="dropped")
    return list(rows.select_related("ticket", "person", "message").order_by("pk"))


def test_a_desk_that_answers_everything_as_a_new_request_gets_three_letters_an_hour(cast: Cast) -> None:
    """It is scripted: it follows no RFC 3834, never threads, and answers each letter of ours at once."""
    answered = 0
    for hour in range(0, HOURS, 3):
        with clock.moved(MONDAY + timedelta(hours=hour, minutes=1)):
            if not hour:
                arrives(letter(f"Robot <{ROBOT}>", subject="Ticket 0", letter_id="<0@robot.example>"))
            letters = left(address=ROBOT)
            for each in letters[answered:]:
                ours = outgoing(each)
                arrives(letter(f"Robot <{ROBOT}>", subject=f"[R-{each.pk}] {ours.subject}", letter_id=f"<{each.pk}@r>"))
            answered = len(letters)
            # It also asks by itself, so that the loop never ends on its side.
            for number in range(1):
                arrives(letter(f"Robot <{ROBOT}>", subject=f"{hour} {number}", letter_id=f"<{hour}.{number}@r>"))
    assert len(left(address=ROBOT)) <= BUDGET * HOURS / 3
    assert len(left(address=ROBOT)) > BUDGET  # a loop that never turned proves nothing


def test_two_desks_of_ours_do_not_write_to_each_other(cast: Cast) -> None:
    desks = list(Inbox.objects.values_list("address", flat=True))
    for number in range(10):
        arrives(letter(f"Desk <{desks[0]}>", to=desks[1], letter_id=f"<{number}@desk.example>", subject=str(number)))
    assert left() == []


def test_nor_do_they_from_an_address_of_ours_with_something_behind_a_plus(cast: Cast) -> None:
    ticket = cast.asked()
    signed = reply_address(ticket, "it@desk.example")
    own = [signed, reply_address(ticket, "firstline@desk.example"), "it+x@desk.example", "IT+x@desk.example"]
    own += ["firstline@desk.example", "firstline+x@desk.example"]
    run_jobs()
    before = {each.pk for each in left()}
    for number, address in enumerate(own):
        arrives(letter(f"IT <{address}>", letter_id=f"<{number}@x.example>", subject=str(number)))
    assert {each.pk for each in left()} == before
    assert not Person.objects.filter(email__endswith="@desk.example").exists()
    assert Ticket.objects.exclude(pk=ticket.pk).count() == len(own)


def test_a_vacation_bot_that_says_nothing_of_being_one_brings_no_further_letter(cast: Cast) -> None:
    ticket = cast.ask()
    run_jobs()
    actions.reply(ticket, by=cast.bo, text="Which client?")
    run_jobs()
    before = len(left())
    for hour in range(0, HOURS, 3):
        with clock.moved(MONDAY + timedelta(hours=hour)):
            arrives(letter(subject="Out of office: VPN", letter_id=f"<{hour}@corp.example>", text="I am away."))
    assert len(left()) == before


def test_a_vacation_bot_that_titles_each_letter_of_ours_in_its_own_words_ends_by_itself(cast: Cast) -> None:
    """It writes anew each time, names no letter that it answers, and says nothing of being away."""
    robot = "Robot <bot@else.example>"
    with clock.moved(MONDAY):
        arrives(letter(robot, subject="Printer", letter_id="<0@robot.example>", text="It is dead."))
    answered = 0
    for hour in range(1, HOURS):
        with clock.moved(MONDAY + timedelta(hours=hour)):
            letters = left(address="bot@else.example")
            for each in letters[answered:]:
                subject = f"Out of office: {outgoing(each).subject}"
                arrives(letter(robot, subject=subject, letter_id=f"<{each.pk}@r>", text="Call 123. Need more help?"))
            answered = len(letters)
    assert 1 <= len(left(address="bot@else.example")) <= BUDGET


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Out of office reply does not work", "How do I set my out of office reply in Outlook?"),
        ("Out of office", "Please help me to switch it on for two weeks."),
        ("Automatic reply is not sent", "I need my automatic reply from tomorrow on."),
        ("自动回复", "请帮我设置自动回复，谢谢"),
        ("自动回复无法打开", "麻烦处理一下"),
        ("I'm away until Monday please reset my password by then", "It has expired."),
    ],
)
def test_somebody_who_asks_about_an_absence_gets_their_confirmation(cast: Cast, subject: str, text: str) -> None:
    arrives(letter(subject=subject, text=text))
    assert [each.template for each in left()] == ["received"]


def test_many_forged_requests_bring_their_victim_three_letters_however_they_write_him(cast: Cast) -> None:
    """Each a new letter, in one hour; `python -m tests.faults.burst --forged` pours 10,000."""
    dice = Random(7)
    with clock.moved(MONDAY):
        for number in range(FORGED):
            forged = letter("x@else.example", letter_id=f"<{number}@bot.example>", subject=f"Spam {number}")
            del forged["From"]
            raw = b"From: " + spelled(dice, number).encode() + b"\n" + forged.as_bytes()
            arrives(raw, at="it@desk.example")
        arrives(letter("O <other@else.example>", letter_id="<other@bot.example>"))
    assert InboundMessage.objects.filter(state="done").count() == FORGED + 1
    assert len(left(address="other@else.example")) == 1
    assert {str(each.address).lower().partition("+")[0].partition("@")[0] for each in left()} == {"victim", "other"}
    assert len(left()) == BUDGET + 1


def test_a_forger_gets_somebody_three_confirmations_an_hour_and_no_more(cast: Cast) -> None:
    for number in range(6):
        arrives(
            letter("Victim <victim@elsewhere.example>", letter_id=f"<{number}@bot.example>", subject=f"Spam {number}")
        )
    assert Ticket.objects.count() == 6
    assert Delivery.objects.exclude(state="dropped").count() == 3
