"""What a letter to a desk becomes when it belongs to nothing yet: a ticket, with all that the letter held."""

import pytest

from firstline.channels.email.sender_authentication import UNSIGNED
from firstline.notices.models import Delivery
from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.models import Ticket
from tests.background import run_jobs
from tests.cast import Cast
from tests.letters import arrives, back_to, letter
from tests.signing import signed_in

pytestmark = pytest.mark.django_db


def test_a_letter_to_a_desk_opens_a_ticket_that_differs_in_nothing_but_its_channel(
    cast: Cast, proving: dict[str, str]
) -> None:
    asked = cast.asked()
    received = arrives(letter(**proving))
    ticket = Ticket.objects.get(channel="email")
    assert received.state == "done"
    assert (received.ticket, received.person, received.introduced) == (ticket, cast.mei, False)
    told_apart = {"id", "number", "channel", "created_at", "updated_at", "unanswered_since", "due_at", "search"}
    for field in Ticket._meta.concrete_fields:
        if field.name not in told_apart:
            assert getattr(ticket, field.attname) == getattr(asked, field.attname), field.name


def test_an_unknown_sender_becomes_a_person_who_cannot_sign_in(cast: Cast) -> None:
    received = arrives(letter("王芳 <wang@partner.example>", text="我无法登录 VPN。", subject="登录问题"))
    person = Person.objects.get(email="wang@partner.example")
    assert (person.name, person.language, person.has_usable_password()) == ("王芳", "zh-hans", False)
    assert received.introduced
    assert Ticket.objects.get(requester=person).verified is False
    arrives(letter("王芳 <wang@partner.example>", letter_id="<two@partner.example>", subject="还有一个问题"))
    assert set(Ticket.objects.filter(requester=person).values_list("verified", flat=True)) == {False}
    assert Person.objects.filter(name="王芳").count() == 1


def test_whoever_works_on_it_is_told_of_an_answer_by_email(cast: Cast) -> None:
    ticket = cast.ask()
    actions.assign(ticket, by=cast.dana, to=cast.bo)
    arrives(letter(to=back_to(ticket), text="Since Monday."))
    run_jobs()
    told = Delivery.objects.get(template="answered")
    assert (told.person, told.state in ("queued", "sent")) == (cast.bo, True)


def test_files_and_pictures_of_a_letter_are_kept(cast: Cast) -> None:
    message = letter(html='<p>See <img src="cid:shot"></p>')
    message.get_payload()[1].add_related(b"\x89PNG\r\n\x1a\n" + b"0" * 40, "image", "png", cid="<shot>")  # type: ignore[union-attr, index]
    message.add_attachment(b"line one\n", maintype="text", subtype="plain", filename="vpn.log")
    received = arrives(message)
    assert received.message is not None
    found = {file.name: file for file in received.message.attachments.all()}
    assert not found.pop("vpn.log").inline
    (picture,) = found.values()
    assert (picture.inline, picture.content_id, picture.type) == (True, "shot", "image/png")
    assert "cid:shot" in received.message.html


# What the letter holds beside its envelope, and the sentence that stands for its words.
WORDLESS = {
    "nothing": ({"subject": "", "text": ""}, "（这封邮件没有内容。）"),
    "a subject": ({"subject": "VPN", "text": " \n"}, "（这封邮件没有内容。）"),
    "a picture": ({"subject": "VPN", "text": "", "html": '<img src="https://x.example/a.png">'}, "没有可见的文字"),
}


@pytest.mark.parametrize(("held", "sentence"), WORDLESS.values(), ids=WORDLESS.keys())
def test_a_letter_without_words_opens_a_ticket_that_says_so(cast: Cast, held: dict[str, str], sentence: str) -> None:
    received = arrives(letter(**held))
    assert received.state == "done"
    assert received.message is not None
    assert sentence in received.message.text


def test_a_letter_without_any_sender_opens_a_ticket_of_somebody_unknown(cast: Cast) -> None:
    received = arrives(b"Subject: Fire\n\nOn the third floor.\n", envelope_sender="", at="it@desk.example")
    assert received.ticket is not None
    assert received.ticket.requester.name == "Unknown sender"
    assert received.ticket.requester.email is None


def test_the_tickets_page_says_why_its_sender_is_not_proved(cast: Cast) -> None:
    ticket = arrives(letter()).ticket
    assert ticket is not None
    page = signed_in(cast.bo).get(f"/desk/tickets/{ticket.number}/").content.decode()
    assert UNSIGNED.replace("'", "&#39;") in page
