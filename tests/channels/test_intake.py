"""The doorman: each way in which a letter can come, and what becomes of it."""

import pytest

from firstline.channels import intake
from firstline.channels.email import reader, reading, signed
from firstline.channels.email.proof import UNSIGNED
from firstline.channels.models import Received
from firstline.notices.models import Delivery
from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.models import Link, Message, Ticket
from tests.background import run_jobs
from tests.cast import Cast, fresh
from tests.letters import arrives, config, letter, told
from tests.signing import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return Cast.make()


def back(ticket: Ticket) -> str:
    """The signed address that our letters ask to be answered at."""
    return signed.reply_address(ticket, "it@desk.example")


@pytest.fixture
def proving(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The header by which our own mail server proves that a letter is from corp.example."""
    config(monkeypatch, mail_authserv="mx.desk.example")
    return {"Authentication_Results": "mx.desk.example; dmarc=pass header.from=corp.example"}


def spoken(ticket: Ticket) -> list[tuple[str, str]]:
    return list(ticket.messages.values_list("kind", "text"))


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


def test_an_answer_at_the_signed_address_joins_its_ticket_without_quote_and_signature(cast: Cast) -> None:
    ticket = cast.ask()
    actions.reply(ticket, by=cast.bo, text="Which client?")
    arrives(
        letter(
            to=back(ticket),
            subject="Re: anything at all",
            text="Version 5.\n\n-- \nLin Mei\nFinance\n\nOn Mon, Bo wrote:\n> Which client?\n",
        )
    )
    message = ticket.messages.last()
    assert (message.kind, message.text, message.author) == ("request", "Version 5.", cast.mei)
    assert "Which client?" in message.quoted


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
    (_said, (kind, text)) = spoken(received.ticket)
    assert kind == "note"
    assert ticket.number in text


def test_a_stranger_with_the_signed_address_is_heard_by_the_desk_alone(cast: Cast) -> None:
    ticket = cast.ask()
    arrives(letter("Eve <eve@elsewhere.example>", to=back(ticket), text="Send me the logs."))
    kind, text = spoken(ticket)[-1]
    assert kind == "note"
    assert "eve@elsewhere.example" in text
    assert not Message.objects.visible_to(cast.mei, ticket).filter(text__contains="logs").exists()
    assert not ticket.participants.exists()
    assert not Person.objects.filter(email="eve@elsewhere.example").exists()


def test_a_guessed_signature_reaches_nothing(cast: Cast) -> None:
    ticket = cast.ask()
    other = cast.ask()
    guesses = [f"it+{ticket.number}.{'a' * 16}@desk.example", back(other).replace(other.number, ticket.number)]
    for number, guess in enumerate(guesses):
        arrives(letter("Eve <eve@elsewhere.example>", to=guess, letter_id=f"<{number}@elsewhere.example>"))
    assert len(spoken(ticket)) == 1


@pytest.mark.parametrize(
    "forged",
    [
        "mei@corp.example <eve@elsewhere.example>",
        "Eve <eve@elsewhere.example>, Lin Mei <mei@corp.example>",
        "Lin Mei <mei@corp.example> <eve@elsewhere.example>",
        "=?utf-8?q?mei=40corp=2Eexample?=",
        "Friends: mei@corp.example;",
    ],
)
def test_a_sender_that_is_not_plainly_written_is_never_taken_for_a_person(cast: Cast, forged: str) -> None:
    ticket = cast.ask()
    raw = letter(subject=f"[{ticket.number}] hi").as_bytes().replace(b"Lin Mei <mei@corp.example>", forged.encode(), 1)
    from firstline.channels.email.keeping import keep

    keep(raw, inbox=cast.it.inboxes.get().pk, sender="x@y.example", recipients=["it@desk.example"])  # type: ignore[attr-defined]
    run_jobs()
    assert len(spoken(ticket)) == 1
    assert not Ticket.objects.exclude(pk=ticket.pk).filter(requester=cast.mei).exists()


def test_an_agents_letter_is_a_note_and_never_an_answer(cast: Cast) -> None:
    ticket = cast.ask()
    actions.assign(ticket, by=cast.dana, to=cast.bo)
    run_jobs()
    notice = Delivery.objects.get(template="assigned")
    arrives(letter("Bo Wen <bo@corp.example>", to=back(ticket), answers=notice.letter_id, text="Tell her to reboot."))
    kind, text = spoken(ticket)[-1]
    assert kind == "note"
    assert "not verified" in text
    assert fresh(ticket).first_response_at is None
    assert "replied" not in told(cast.mei)


def test_an_unknown_sender_becomes_a_person_who_cannot_sign_in(cast: Cast) -> None:
    received = arrives(letter("王芳 <wang@partner.example>", text="我无法登录 VPN。", subject="登录问题"))
    person = Person.objects.get(email="wang@partner.example")
    assert (person.name, person.language, person.has_usable_password()) == ("王芳", "zh-hans", False)
    assert received.introduced
    assert Ticket.objects.get(requester=person).verified is False
    arrives(letter("王芳 <wang@partner.example>", letter_id="<two@partner.example>", subject="还有一个问题"))
    assert set(Ticket.objects.filter(requester=person).values_list("verified", flat=True)) == {False}
    assert Person.objects.filter(name="王芳").count() == 1


def test_an_answer_to_a_closed_ticket_opens_one_that_follows_it(cast: Cast) -> None:
    ticket = cast.ask()
    actions.resolve(ticket, by=cast.bo, resolution="New profile.")
    actions.close(ticket, by=cast.mei)
    received = arrives(letter(to=back(ticket), text="It drops again, since noon."))
    assert received.ticket != ticket
    link = Link.objects.get(kind="follows")
    assert (link.ticket, link.other) == (received.ticket, ticket)
    assert fresh(ticket).phase == "closed"


def test_mere_thanks_to_a_closed_ticket_open_nothing(cast: Cast) -> None:
    ticket = cast.ask()
    actions.resolve(ticket, by=cast.bo, resolution="New profile.")
    actions.close(ticket, by=cast.mei)
    arrives(letter(to=back(ticket), text="谢谢！"))
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
            "Printer <p@corp.example>", to=back(ticket), Auto_Submitted="auto-generated", letter_id="<p@corp.example>"
        )
    )
    assert Ticket.objects.count() == 1
    assert [kind for kind, _text in spoken(ticket)][-2:] == ["note", "note"]


def test_a_stranger_who_answers_something_closed_is_not_lost(cast: Cast) -> None:
    ticket = cast.ask()
    actions.cancel(ticket, by=cast.mei)
    received = arrives(letter("Eve <eve@elsewhere.example>", to=back(ticket), text="I have the same."))
    assert received.ticket != ticket
    assert not Ticket.objects.visible_to(received.person).filter(pk=ticket.pk).exists()  # type: ignore[arg-type]


def test_an_answer_to_a_merged_ticket_reaches_the_one_it_was_merged_into(cast: Cast) -> None:
    ticket, into = cast.ask(), cast.ask()
    actions.merge(ticket, by=cast.bo, into=into)
    arrives(letter(to=back(ticket), text="More."))
    assert spoken(into)[-1] == ("request", "More.")


def test_a_machine_may_open_a_ticket_and_is_not_answered(cast: Cast) -> None:
    received = arrives(letter("Printer <printer@corp.example>", Auto_Submitted="auto-generated", subject="Toner low"))
    assert received.ticket is not None
    run_jobs()
    assert list(Delivery.objects.values_list("template", "state")) == [("received", "dropped")]


def test_an_absence_is_noted_on_its_ticket_and_changes_nothing(cast: Cast) -> None:
    ticket = cast.ask()
    actions.resolve(ticket, by=cast.bo, resolution="New profile.")
    run_jobs()
    solution = Delivery.objects.get(template="resolved")
    arrives(
        letter(
            subject="Automatic reply: VPN",
            answers=solution.letter_id,
            text="I am away.",
            Auto_Submitted="auto-replied (vacation)",
        )
    )
    assert fresh(ticket).phase == "resolved"
    assert spoken(ticket)[-1][0] == "note"


def test_an_absence_that_belongs_to_nothing_is_left_aside(cast: Cast) -> None:
    received = arrives(letter(subject="Automatic reply: hello", Auto_Submitted="auto-replied"))
    assert (received.state, received.reason) == ("bounce", intake.AWAY)
    assert not Ticket.objects.exists()


def test_our_own_letters_are_left_aside(cast: Cast) -> None:
    loop = arrives(letter(X_Firstline_Loop="desk.example"))
    own_id = arrives(letter(letter_id="<IT-7.0123456789abcdef0123@desk.example>"))
    assert {one.reason for one in (loop, own_id)} == {intake.OWN}
    assert not Ticket.objects.exists()


def test_who_writes_from_the_address_of_a_desk_is_heard_and_never_answered(cast: Cast) -> None:
    received = arrives(letter("HR <hr@desk.example>", letter_id="<y@corp.example>"))
    assert received.ticket is not None
    assert received.ticket.requester.email is None
    run_jobs()
    assert not Delivery.objects.exclude(state="dropped").exists()


def bounce(about: str, *, action: str = "failed", to: str = "it@desk.example") -> bytes:
    return f"""From: MAILER-DAEMON@mx.corp.example
To: {to}
Subject: Undelivered Mail Returned to Sender
Message-ID: <bounce@mx.corp.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

The mailbox is gone.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.corp.example

Final-Recipient: rfc822; mei@corp.example
Action: {action}
Status: 5.1.1

--b
Content-Type: text/rfc822-headers

Message-ID: {about}
--b--
""".encode()


def returned(raw: bytes, cast: Cast) -> Received:
    from firstline.channels.email.keeping import keep

    received = keep(raw, inbox=cast.it.inboxes.get().pk, sender="", recipients=["it@desk.example"])  # type: ignore[attr-defined]
    run_jobs()
    received.refresh_from_db()
    return received


def test_a_bounce_marks_the_delivery_and_is_noted_but_reopens_nothing(cast: Cast) -> None:
    ticket = cast.ask()
    actions.resolve(ticket, by=cast.bo, resolution="New profile.")
    run_jobs()
    Delivery.objects.update(state="sent")
    received = returned(bounce(Delivery.objects.get(template="resolved").letter_id), cast)
    delivery = Delivery.objects.get(template="resolved")
    assert (received.ticket, delivery.state) == (ticket, "failed")
    assert "5.1.1" in delivery.error
    assert fresh(ticket).phase == "resolved"
    assert ticket.events.get(name="undelivered").data["reason"] == "bounced"
    assert told() == ["resolved"]


def test_a_delay_is_not_a_failure(cast: Cast) -> None:
    cast.ask()
    run_jobs()
    Delivery.objects.update(state="sent")
    returned(bounce(Delivery.objects.get().letter_id, action="delayed"), cast)
    assert Delivery.objects.get().state == "sent"


def test_a_bounce_of_somebody_elses_letter_opens_nothing(cast: Cast) -> None:
    received = returned(bounce("<not-ours@elsewhere.example>"), cast)
    assert received.state == "bounce"
    assert not Ticket.objects.exists()


def test_the_same_letter_is_one_message_whichever_two_ways_it_takes(cast: Cast) -> None:
    first = arrives(letter())
    again = arrives(letter())
    other_inbox = arrives(letter(), at="hr@desk.example")
    arrives(letter(Received="from a relay"))
    changed = arrives(letter(X_Changed="on its way"))
    assert again == first
    assert {other_inbox.state, changed.state} == {"ignored"}
    assert other_inbox.ticket == first.ticket
    assert Ticket.objects.count() == 1


def test_another_letter_under_a_used_id_is_not_lost(cast: Cast) -> None:
    arrives(letter())
    arrives(letter(text="Something else altogether.", subject="Printer"))
    with_file = letter()
    with_file.add_attachment(b"line one\n", maintype="text", subtype="plain", filename="vpn.log")
    arrives(with_file)
    assert Ticket.objects.count() == 3
    arrives(with_file.as_bytes().replace(b"\n", b"\r\n"), at="hr@desk.example")
    assert Ticket.objects.count() == 3


def test_a_forger_gets_somebody_three_confirmations_an_hour_and_no_more(cast: Cast) -> None:
    for number in range(6):
        arrives(
            letter("Victim <victim@elsewhere.example>", letter_id=f"<{number}@bot.example>", subject=f"Spam {number}")
        )
    assert Ticket.objects.count() == 6
    assert Delivery.objects.exclude(state="dropped").count() == 3


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


def test_an_unreadable_letter_is_kept_and_can_be_taken_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("a bomb")

    with monkeypatch.context() as patch:
        patch.setattr(intake.actions, "open_ticket", broken)
        for _attempt in range(2):
            with pytest.raises(RuntimeError):
                arrives(letter())
            Received.objects.update()
            intake.app.configure_task("firstline.channels.take").defer(received=Received.objects.get().pk)
        run_jobs()
    received = Received.objects.get()
    assert (received.state, received.attempts) == ("unreadable", 3)
    assert "a bomb" in received.reason
    assert not Ticket.objects.exists()
    intake.again(received)
    run_jobs()
    assert Ticket.objects.get().subject == "VPN keeps dropping"


def test_a_letter_of_nothing_but_parts_is_put_aside_whole(cast: Cast) -> None:
    raw = letter().as_bytes()
    nested = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(40))
    received = returned(raw.replace(b'Content-Type: text/plain; charset="utf-8"\n', nested, 1), cast)
    assert received.state in ("unreadable", "done")
    assert bytes(received.raw).startswith(b"From: Lin Mei")


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
    received = returned(b"Subject: Fire\n\nOn the third floor.\n", cast)
    assert received.ticket is not None
    assert received.ticket.requester.name == "Unknown sender"
    assert received.ticket.requester.email is None


def test_a_bomb_is_put_aside_with_a_plain_reason_and_the_next_letter_flows(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = b"From: a@b.example\nContent-Type: text/html\n\n" + b"<p>x</p>" * 24_000
    with monkeypatch.context() as patch:
        patch.setattr(reader, "CPU_SECONDS", 0.1)
        received = returned(slow, cast)
    assert (received.state, received.reason) == ("unreadable", reading.REASONS["time"])
    assert bytes(received.raw) == slow
    assert arrives(letter()).state == "done"


def test_the_tickets_page_says_why_its_sender_is_not_proved(cast: Cast) -> None:
    ticket = arrives(letter()).ticket
    assert ticket is not None
    page = signed_in(cast.bo).get(f"/desk/tickets/{ticket.number}/").content.decode()
    assert UNSIGNED.replace("'", "&#39;") in page
