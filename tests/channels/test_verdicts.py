"""Every cell of the table in `channels/verdicts.py`: a real letter for each, and what stands on the desk afterwards."""

from itertools import product

import pytest

from firstline.channels.models import InboundMessage
from firstline.channels.verdicts import VERDICTS, Sender, Way
from firstline.notices.models import Delivery
from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.errors import NotAllowed
from firstline.tickets.models import Message, Ticket
from tests.background import run_jobs
from tests.cast import Cast, fresh
from tests.letters import arrives, back_to, config, letter, spoken, told

pytestmark = pytest.mark.django_db

SAID = {
    "pass": "mx.desk.example; dmarc=pass header.from=corp.example",
    "none": "mx.desk.example; dmarc=none; dkim=none; spf=softfail smtp.mailfrom=corp.example",
    "fail": "mx.desk.example; dmarc=fail header.from=corp.example",
}
WHO = {
    "requester": "Lin Mei <mei@corp.example>",
    "participant": "Hana Sato <hana@corp.example>",
    "worker": "Bo Wen <bo@corp.example>",
    "outsider": "Omar Haddad <omar@corp.example>",
    "stranger": "Eve <eve@corp.example>",
}
JOINS, OPENS, UNKNOWN = "joins", "opens", "opens for an unknown sender"

# Written down here once more, so that a row that is changed there is noticed: proof, way; then in the order of WHO.
EXPECTED = {
    ("pass", "signed"): (JOINS, JOINS, "note", "note", "note"),
    ("pass", "answered"): (JOINS, JOINS, "note", "note", "note"),
    ("pass", "number"): (JOINS, JOINS, OPENS, OPENS, OPENS),
    ("pass", "none"): (OPENS,) * 5,
    ("none", "signed"): ("joins, doubted", "joins, doubted", "note", "note", "note"),
    ("none", "answered"): ("joins, doubted", "joins, doubted", "note", "note", "note"),
    ("none", "number"): ("opens with a hint", "opens with a hint", OPENS, OPENS, OPENS),
    ("none", "none"): (OPENS,) * 5,
    ("fail", "signed"): ("note",) * 5,
    ("fail", "answered"): ("note",) * 5,
    ("fail", "number"): (UNKNOWN,) * 5,
    ("fail", "none"): (UNKNOWN,) * 5,
}
CELLS = [(proof, who, way) for (proof, way), who in product(EXPECTED, WHO)]


@pytest.fixture
def ticket(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Ticket:
    config(monkeypatch, mail_authserv="mx.desk.example")
    asked = cast.ask()
    actions.add_participant(asked, by=cast.bo, person=cast.hana)
    run_jobs()
    return fresh(asked)


def written(ticket: Ticket, proof: str, who: str, way: str, **more: str) -> InboundMessage:
    to = back_to(ticket) if way == "signed" else "it@desk.example"
    subject = f"Re: [{ticket.number}] VPN" if way == "number" else "Re: VPN"
    ours = Delivery.objects.filter(ticket=ticket).order_by("pk")[0].letter_id if way == "answered" else ""
    given = {"text": "What I say now.", "letter_id": "<now@corp.example>", "Authentication_Results": SAID[proof]}
    return arrives(letter(WHO[who], to=to, subject=subject, answers=ours, **(given | more)))


def became(received: InboundMessage, ticket: Ticket) -> str:
    assert received.ticket is not None
    if received.ticket.pk == ticket.pk:
        last = ticket.messages.order_by("pk").last()
        assert last is not None
        return last.kind if last.kind == "note" else f"joins{', doubted' if last.is_doubted else ''}"
    notes = received.ticket.messages.filter(kind="note")
    if received.ticket.requester.email is None:
        assert notes.get().proof == "failed"
        return UNKNOWN
    return "opens with a hint" if received.ticket.events.filter(name="named_another").exists() else OPENS


@pytest.mark.parametrize(("proof", "who", "way"), CELLS, ids=["-".join(cell) for cell in CELLS])
def test_what_becomes_of_a_letter_is_as_the_table_says(ticket: Ticket, proof: str, who: str, way: str) -> None:
    expected = EXPECTED[proof, way][list(WHO).index(who)]
    assert became(written(ticket, proof, who, way), ticket) == expected


def test_the_table_has_every_cell() -> None:
    assert set(VERDICTS) == set(product(SAID, Sender, Way))
    assert {(proof, str(way)) for proof, _sender, way in VERDICTS} == set(EXPECTED)


@pytest.mark.parametrize("way", Way)
@pytest.mark.parametrize("phase", ["waiting", "snoozed", "resolved", "closed"])
def test_a_failed_proof_moves_nothing_in_anybodys_name(cast: Cast, ticket: Ticket, phase: str, way: str) -> None:
    if phase == "waiting":
        actions.reply(ticket, by=cast.bo, text="Which client?")
        actions.hold(ticket, by=cast.bo, reason="requester")
    elif phase in ("resolved", "closed"):
        actions.resolve(ticket, by=cast.bo, resolution="New profile.")
    if phase == "closed":
        actions.close(ticket, by=cast.mei)
    run_jobs()
    before, count = fresh(ticket), len(told())
    written(ticket, "fail", "requester", way, Cc="Pia <pia@corp.example>", text="It does not work.")
    after = fresh(ticket)
    assert (after.phase, after.status_id, after.reopened) == (before.phase, before.status_id, before.reopened)
    assert after.unanswered_since == before.unanswered_since
    assert not ticket.messages.filter(author=cast.mei, text__contains="does not work").exists()
    assert not Ticket.objects.exclude(pk=ticket.pk).filter(requester=cast.mei).exists()
    assert not InboundMessage.objects.exclude(suggested=[]).exists()
    assert not Message.objects.visible_to(cast.mei, ticket).filter(text__contains="does not work").exists()
    assert "received" not in told()[count:]


def test_a_failed_proof_makes_nobody_of_its_address(ticket: Ticket) -> None:
    written(ticket, "fail", "stranger", "none")
    assert not Person.objects.filter(email="eve@corp.example").exists()


def test_an_unproved_answer_wakes_and_reopens_but_is_marked(cast: Cast, ticket: Ticket) -> None:
    actions.resolve(ticket, by=cast.bo, resolution="New profile.")
    written(ticket, "none", "requester", "signed", text="It drops again.")
    assert fresh(ticket).phase == "in_progress"
    message = ticket.messages.last()
    assert (message.author, message.proof) == (cast.mei, "none")
    run_jobs()
    assert "reopened" in told(cast.bo)


def test_an_unproved_hint_and_a_failed_one_say_what_they_name(ticket: Ticket) -> None:
    named = written(ticket, "fail", "requester", "number").ticket
    assert named is not None
    note = spoken(named)[-1][1]
    assert ticket.number in note
    assert "mei@corp.example" in note
    assert "forged" in note


@pytest.mark.parametrize(("proof", "kept"), [("pass", "server"), ("none", "none"), ("fail", "failed")])
def test_a_note_of_what_somebody_wrote_keeps_what_was_proved_of_it(ticket: Ticket, proof: str, kept: str) -> None:
    written(ticket, proof, "stranger", "signed")
    note = ticket.messages.order_by("pk").last()
    assert note is not None
    assert (note.kind, note.proof) == ("note", kept)


def test_the_verb_takes_no_word_whose_proof_failed(cast: Cast, ticket: Ticket) -> None:
    with pytest.raises(NotAllowed):
        actions.reply(ticket, by=cast.mei, text="Mine.", channel="email", proof="failed")


def test_an_email_of_which_nothing_is_said_is_not_proved(cast: Cast, ticket: Ticket) -> None:
    assert actions.reply(ticket, by=cast.mei, text="Mine.", channel="email").proof == "none"
    assert actions.reply(ticket, by=cast.mei, text="Mine.").proof == "signed_in"
    assert actions.reply(ticket, by=cast.bo, text="Ours.").proof == "signed_in"


def test_each_proof_is_kept_with_its_words(cast: Cast, ticket: Ticket) -> None:
    written(ticket, "pass", "requester", "signed")
    assert ticket.messages.last().proof == "server"
