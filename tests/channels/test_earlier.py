"""In an answer to us only that is folded away which stands in the request, or in a letter that we sent."""

from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage

import pytest

from firstline.channels import intake
from firstline.channels.email import signed
from firstline.channels.email.ingest import keep
from firstline.channels.models import InboundMessage
from firstline.kit import clock, html
from firstline.notices.models import Delivery
from firstline.notices.render import render
from firstline.tickets import actions
from firstline.tickets.models import Message, Ticket
from tests.background import run_jobs
from tests.cast import Cast, fresh
from tests.signing import signed_in

pytestmark = pytest.mark.django_db

QUESTION = "Which version of the client do you use at home?\n\nAnd since when does it fail for you?"


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    ticket = cast.ask()
    actions.reply(ticket, by=cast.bo, text=QUESTION)
    run_jobs()
    Delivery.objects.update(state="sent", sent_at=ticket.created_at)
    return ticket


def letter(ticket: Ticket) -> Delivery:
    return Delivery.objects.get(ticket=ticket, template="replied")


def answered(
    ticket: Ticket, text: str, *, as_html: bool = False, sender: str = "mei@corp.example", **fields: str
) -> Message:
    """What stands on the ticket after the answer of Mei, or of another one."""
    message = EmailMessage()
    message["From"] = f"Somebody <{sender}>"
    message["To"] = signed.reply_address(ticket, "it@desk.example")
    message["Subject"] = fields.pop("subject", "Re: VPN")
    message["Message-ID"] = "<an-answer@corp.example>"
    for name, value in fields.items():
        message[name.replace("_", "-")] = value
    message.set_content(text, subtype="html" if as_html else "plain", charset="utf-8")
    received = keep(message.as_bytes(), inbox=None, sender=sender, recipients=[str(message["To"])])
    intake.take(received.pk)
    found = InboundMessage.objects.get(pk=received.pk)
    assert found.ticket == ticket
    assert found.message is not None
    return found.message


HEADS = {
    "Outlook": "\n\nFrom: IT Help <it@desk.example>\nSent: Sunday\nTo: Mei\nSubject: Re: VPN\n\n{old}",
    "an unknown language": "\n\nSag wgbhm 3 lo 2026, IT <it@desk.example> blorf:\n{marked}",
    "no opening at all": "\n\n{marked}",
    "Gmail": "\n\nOn Sun, Nov 22, 2026 at 9:00 AM IT <it@desk.example> wrote:\n{marked}",
}


@pytest.mark.parametrize("head", [*HEADS.values()], ids=[*HEADS])
@pytest.mark.parametrize("as_html", [False, True])
def test_our_own_letter_is_folded_however_it_is_quoted(ticket: Ticket, head: str, as_html: bool) -> None:
    sent = render(letter(ticket))
    old = html.text(sent.html) if as_html else sent.text
    marked = "\n".join(f"> {line}" for line in old.split("\n"))
    said = answered(ticket, "It is 7.2, since Monday." + head.format(old=old, marked=marked))
    assert said.text.startswith("It is 7.2, since Monday.")
    assert "Which version" not in said.text
    assert "since when does it fail" not in said.text
    assert "Which version" in said.quoted


def test_answers_inside_our_letter_are_shown(ticket: Ticket) -> None:
    old = (
        render(letter(ticket))
        .text.replace("at home?", "at home?\n\n7.2\n")
        .replace("for you?", "for you?\nsince Monday")
    )
    head = "From: IT Help <it@desk.example>\nSent: Sunday\nTo: Mei\nSubject: Re: VPN\n\n"
    said = answered(ticket, f"Hello,\n\n{head}{old}")
    assert said.text.split() == ["Hello,", "7.2", "since", "Monday"]
    assert "Which version" in said.quoted


@pytest.mark.parametrize("marked", [False, True])
@pytest.mark.parametrize("sign", ["✓", "✗", "👍", "👍🏻", "???", "!", "✔️ ✔️", "-", "√", "：-）", "……"])
def test_a_sign_typed_below_a_question_of_ours_is_an_answer(ticket: Ticket, sign: str, marked: bool) -> None:
    old = render(letter(ticket)).text.replace("at home?", f"at home?\n\n{sign}\n").replace("for you?", "for you?\n??")
    if marked:
        old = "\n".join(f"> {line}" for line in old.split("\n"))
        head = "On Sun, Nov 22, 2026 at 9:00 AM IT <it@desk.example> wrote:\n"
    else:
        head = "From: IT Help <it@desk.example>\nSent: Sunday\nTo: Mei\nSubject: Re: VPN\n\n"
    said = answered(ticket, f"See below.\n\n{head}{old}")
    assert [line.lstrip("> ") for line in said.text.split("\n") if line.strip("> ")] == ["See below.", sign, "??"]
    assert "Which version" in said.quoted


def test_signs_that_stood_in_our_letter_are_folded_with_it_and_others_are_not(ticket: Ticket, cast: Cast) -> None:
    actions.reply(ticket, by=cast.bo, text="We did the printer:\n✓\nand the gateway of your house:\n-----\n✗\nBo")
    run_jobs()
    Delivery.objects.update(state="sent", sent_at=ticket.created_at)
    old = render(Delivery.objects.filter(ticket=ticket, template="replied").latest("pk")).text
    marked = "\n".join(f"> {line}" for line in old.replace("\n✗", "\n✗\n> ???").split("\n"))
    said = answered(ticket, f"Thank you.\n\nOn Sun, Nov 22, 2026 at 9:00 AM IT <it@desk.example> wrote:\n{marked}")
    assert said.text.replace("> ", "").split() == ["Thank", "you.", "???"]
    assert "✓" in said.quoted
    assert "✗" in said.quoted


def test_answers_inside_our_letter_in_html_are_shown(ticket: Ticket) -> None:
    old = (
        html.from_text(QUESTION)
        .replace("at home?", "at home?<br>it is 7.2 here")
        .replace("for you?", "for you?<p>since Monday</p>")
    )
    said = answered(
        ticket,
        f'<div>On 23.11.26 09:00, IT wrote:</div><blockquote type="cite">{old}</blockquote><p>Regards, Mei</p>',
        as_html=True,
    )
    assert "it is 7.2 here" in said.text
    assert "since Monday" in said.text
    assert "Regards, Mei" in said.text
    assert "Which version" not in said.text


def test_a_quote_of_what_nobody_told_us_is_shown(ticket: Ticket) -> None:
    head = "From: Supplier <help@supplier.example>\nSent: Sunday\nTo: Mei\nSubject: Offer\n\n"
    said = answered(ticket, f"They say no.\n\n{head}We cannot deliver before March, sorry.\n\nShall I ask again?")
    assert "We cannot deliver before March" in said.text
    assert "Shall I ask again?" in said.text
    assert said.quoted == ""


def test_marks_before_words_that_nobody_said_are_shown(ticket: Ticket) -> None:
    said = answered(ticket, "The console shows\n> enable\n> interface vlan 20\nand hangs.")
    assert said.text.split() == "The console shows > enable > interface vlan 20 and hangs.".split()


def test_what_is_passed_on_is_shown_though_it_is_ours(ticket: Ticket) -> None:
    head = "-----Original Message-----\nFrom: IT Help <it@desk.example>\nSent: Sunday\nTo: Mei\nSubject: VPN\n\n"
    said = answered(ticket, f"See here\n\n{head}{QUESTION}", subject="FW: VPN")
    assert "Which version" in said.text


def test_a_note_is_no_text_that_anybody_can_quote(ticket: Ticket, cast: Cast) -> None:
    actions.note(ticket, by=cast.bo, text="The certificate of the gateway has run out.")
    said = answered(ticket, "It says\n> The certificate of the gateway has run out.")
    assert "The certificate of the gateway" in said.text


PASSWORD = "Your new password is Tr0ub4dor9 and the door code 4711"
GUESSES = "\n".join(f"> {letter}" for letter in "abcdefghijklmnopqrstuvwxyz0123456789" * 3)


def asked_by_omar(cast: Cast) -> tuple[Ticket, str]:
    ticket = cast.ask(by=cast.omar, requester=cast.mei)
    actions.reply(ticket, by=cast.bo, text=PASSWORD)
    return ticket, "omar@corp.example"


def let_in_late(cast: Cast) -> tuple[Ticket, str]:
    ticket = cast.ask()
    actions.reply(ticket, by=cast.bo, text=PASSWORD)
    with clock.moved(clock.now() + timedelta(minutes=5)):
        actions.add_participant(ticket, by=cast.bo, person=cast.omar)
    return ticket, "omar@corp.example"


def not_sent_yet(cast: Cast) -> tuple[Ticket, str]:
    ticket = cast.ask()
    actions.reply(ticket, by=cast.bo, text=PASSWORD, undo_seconds=3600)
    return ticket, "mei@corp.example"


def of_the_other_side(cast: Cast) -> tuple[Ticket, str]:
    ticket, own = cast.ask(), cast.ask(by=cast.omar)
    actions.reply(ticket, by=cast.bo, text=PASSWORD)
    actions.merge(own, by=cast.bo, into=ticket)
    return fresh(ticket), "omar@corp.example"


def quoted_by_the_requester(cast: Cast) -> tuple[Ticket, str]:
    ticket, late = let_in_late(cast)
    with clock.moved(clock.now() + timedelta(minutes=6)):
        actions.reply(ticket, by=cast.mei, text="Thank you.", quoted=f"> {PASSWORD}", channel="email")
    return ticket, late


@pytest.mark.parametrize(
    "given", [asked_by_omar, let_in_late, not_sent_yet, of_the_other_side, quoted_by_the_requester]
)
def test_nobody_has_words_read_out_by_quoting_what_they_guess(
    cast: Cast, given: Callable[[Cast], tuple[Ticket, str]]
) -> None:
    ticket, sender = given(cast)
    with clock.moved(clock.now() + timedelta(minutes=8)):
        text = f"Hello,\n\n> {PASSWORD}\n\nand\n\n> Your new password is\n{GUESSES}"
        said = answered(ticket, text, sender=sender)
    assert said.text.split() == text.split()
    assert said.quoted == ""


def test_what_they_may_read_is_folded_as_before(cast: Cast) -> None:
    ticket, _late = let_in_late(cast)
    said = answered(ticket, f"Thank you.\n\n> {PASSWORD}")
    assert said.text == "Thank you."


def test_a_letter_is_shown_whole_to_those_who_read_all_that_it_may_quote(cast: Cast) -> None:
    ticket, _late = let_in_late(cast)
    with clock.moved(clock.now() + timedelta(minutes=6)):
        said = actions.reply(
            ticket, by=cast.mei, text="Thank you.", html=f"<p>Thank you.</p><p>{PASSWORD}</p>", channel="email"
        )
    moved = clock.now() + timedelta(minutes=7)
    for reader, sees in ((cast.mei, True), (cast.omar, False)):
        with clock.moved(moved):
            page = signed_in(reader).get(f"/requests/{ticket.number}/").content.decode()
            letter = signed_in(reader).get(f"/requests/{ticket.number}/letters/{said.pk}/")
        assert "Thank you." in page
        assert (PASSWORD in page, f"/letters/{said.pk}/" in page, letter.status_code) == (
            sees,
            sees,
            200 if sees else 404,
        )
