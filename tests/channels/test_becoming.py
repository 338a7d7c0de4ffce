"""Everything that a letter holds, and where it stands afterwards: as a request, as an answer, and as a note."""

from dataclasses import asdict, replace
from typing import Any

import pytest

from firstline.catalog.models import Inbox
from firstline.channels import outcomes
from firstline.channels.base import File
from firstline.channels.email.incoming import IncomingMail
from firstline.channels.email.sender_authentication import FAIL, NONE, PASS, Proof
from firstline.channels.models import InboundMessage
from firstline.channels.outcomes import BY_MACHINE, NO_DESK, OLD, OWN, SILENT, TWICE, Heard, Outcome, outcome_of
from firstline.notices.models import Delivery
from firstline.people.models import Person
from firstline.tickets import actions, files
from firstline.tickets.models import Link, Message, Ticket
from firstline.tickets.say import MOST_CHARACTERS
from tests.cast import Cast, fresh
from tests.letters import arrives, back_to, letter

pytestmark = pytest.mark.django_db

MAIL = IncomingMail("email", "<x@corp.example>", "Lin Mei", "mei@corp.example", True, "VPN", "It drops.")
PROOFS = {result: Proof(result, "", "") for result in (PASS, NONE, FAIL)}
FILES = (
    File("a.txt", "text/plain", b"one", content_id="c1", inline=True),
    File("b.txt", "text/plain", b"two"),
    File("empty.txt", "text/plain", b""),
)
KEYS = iter(range(10**9))


def becomes(cast: Cast, proof: str = PASS, *, at: str = "it", quiet: bool = False, **more: Any) -> Outcome:
    """What becomes of the letter at this desk; the person whom it names is who has the address."""
    key = f"<{next(KEYS)}@corp.example>"
    incoming = replace(MAIL, **{"remote_id": key, **more})
    inbox = Inbox.objects.filter(address=f"{at}@desk.example").first()
    received = InboundMessage.objects.create(key=key, sha256="", raw=b"", inbox=inbox, quiet=quiet)
    person = Person.objects.filter(email=incoming.address).first() if incoming.address else None
    outcome = outcome_of(received, Heard(incoming, PROOFS[proof], person))
    received.letter_id, received.state = incoming.remote_id, outcome.state
    received.ticket, received.message, received.digest = (
        outcome.ticket,
        outcome.message,
        outcomes.deduplication.digest_of(incoming),
    )
    received.person, received.introduced = outcome.person, outcome.introduced
    received.proof = asdict(PROOFS[proof])
    received.save()
    return outcome


def held(message: Message) -> list[tuple[str, bytes, str, bool]]:
    found = message.attachments.order_by("name")
    return [(file.name, files.read(file).read(), file.content_id, file.inline) for file in found]


KEPT = [("a.txt", b"one", "c1", True), ("b.txt", b"two", "", False)]


def test_a_request_holds_all_that_its_letter_held(cast: Cast) -> None:
    outcome = becomes(cast, html="<p>It drops.</p>", quoted="> old", files=FILES)
    ticket, message = outcome.ticket, outcome.message
    assert ticket is not None
    assert message is not None
    assert (outcome.state, outcome.reason, outcome.person, outcome.introduced) == ("done", "", cast.mei, False)
    assert (ticket.subject, ticket.requester, ticket.creator, ticket.desk) == ("VPN", cast.mei, cast.mei, cast.it)
    assert (ticket.channel, ticket.verified, ticket.requester_email) == ("email", True, "mei@corp.example")
    assert message.text.startswith("It drops.\n\n")
    assert "empty.txt" in message.text
    assert (message.html, message.quoted, message.channel) == ("<p>It drops.</p>", "> old", "email")
    assert (message.proof, held(message)) == (PROOFS[PASS].of_message, KEPT)
    assert not Link.objects.exists()
    assert not Delivery.objects.exists()


def test_an_answer_holds_all_that_its_letter_held(cast: Cast) -> None:
    ticket = cast.asked()
    outcome = becomes(cast, signed=ticket.number, html="<p>It drops.</p>", quoted="> old", files=FILES)
    message = outcome.message
    assert message is not None
    assert (outcome.ticket, outcome.person, outcome.state, outcome.introduced) == (ticket, cast.mei, "done", False)
    assert (message.author, message.kind, message.html, message.quoted) == (
        *(cast.mei, "request", "<p>It drops.</p>"),
        "> old",
    )
    assert (message.channel, message.proof, held(message)) == ("email", PROOFS[PASS].of_message, KEPT)


def test_a_note_holds_all_that_its_letter_held(cast: Cast) -> None:
    ticket = cast.asked(by=cast.omar)
    outcome = becomes(cast, NONE, signed=ticket.number, files=FILES)
    message = outcome.message
    assert message is not None
    assert (outcome.ticket, outcome.person, message.kind) == (ticket, cast.mei, "note")
    assert (message.author, message.proof) == (Person.objects.system(), PROOFS[NONE].of_message)
    assert message.text.split("\n\n")[1:2] == ["It drops."]
    assert held(message) == KEPT
    event = ticket.events.get(name="noted")
    assert event.data["wrote"] == {"writer": cast.mei.pk, "proved": False}


@pytest.mark.parametrize(
    ("proof", "more", "wrote"),
    [
        (PASS, {}, {"writer": "mei", "proved": True}),
        (NONE, {"address": "x@far.example"}, {"writer": None, "proved": False}),
        (FAIL, {}, {"writer": None, "proved": False}),
        (PASS, {"text": "Thanks!"}, None),
        (PASS, {"text": "Thanks!", "files": FILES[:1]}, {"writer": "mei", "proved": True}),
        (PASS, {"away": True}, None),
        *((PASS, {"automatic": silent}, None) for silent in sorted(SILENT)),
        (PASS, {"automatic": "list"}, {"writer": "mei", "proved": True}),
        (PASS, {"automatic": "precedence"}, {"writer": "mei", "proved": True}),
    ],
    ids=str,
)
def test_a_note_says_who_wrote_it_where_anybody_is_told(
    cast: Cast, proof: str, more: dict[str, Any], wrote: dict[str, Any] | None
) -> None:
    ticket = cast.asked(by=cast.omar)
    becomes(cast, proof, signed=ticket.number, **more)
    found = ticket.events.get(name="noted").data.get("wrote")
    assert found == (wrote and {**wrote, "writer": cast.mei.pk if wrote["writer"] else None})


def test_those_that_no_person_wrote_are_these() -> None:
    assert {"auto-submitted", "mailer-daemon", "null-sender", "report", "away-subject"} == SILENT


def test_words_beyond_what_a_message_holds_are_attached_whole(cast: Cast) -> None:
    for length, attached in ((MOST_CHARACTERS, []), (MOST_CHARACTERS + 1, ["letter.txt"])):
        text = "x" * length
        message = becomes(cast, text=text, subject=f"{length}").message
        assert message is not None
        assert message.text == "x" * MOST_CHARACTERS
        assert [file.name for file in message.attachments.all()] == attached
        for file in message.attachments.all():
            assert (files.read(file).read(), file.type) == (text.encode(), "text/plain")
    ticket = cast.asked()
    for signed in (ticket.number, cast.asked(by=cast.omar).number):
        message = becomes(cast, text="y" * (MOST_CHARACTERS + 1), signed=signed).message
        assert message is not None
        assert len(message.text) == MOST_CHARACTERS


# Whose letter, how proved: whether the request is verified, of whom it is, and whether they are new
OPENED = [
    ("mei@corp.example", PASS, True, "Lin Mei", False),
    ("mei@corp.example", NONE, False, "Lin Mei", False),
    ("mei@corp.example", FAIL, False, "Unknown sender", True),
    ("nora@far.example", PASS, False, "Lin Mei", True),
    ("nora@far.example", NONE, False, "Lin Mei", True),
]


@pytest.mark.parametrize(("address", "proof", "verified", "name", "introduced"), OPENED)
def test_a_request_is_of_whom_the_proof_lets_it_be(
    cast: Cast, address: str, proof: str, verified: bool, name: str, introduced: bool
) -> None:
    outcome = becomes(cast, proof, address=address)
    ticket = outcome.ticket
    assert ticket is not None
    assert (ticket.verified, ticket.requester_name, outcome.introduced) == (verified, name, introduced)
    assert outcome.person == ticket.requester
    notes = ticket.messages.filter(kind="note")
    assert notes.count() == (1 if proof == FAIL else 0)
    assert all("forged" in note.text and note.proof == "failed" for note in notes)


def test_one_whom_a_letter_introduced_is_not_verified_by_the_next(cast: Cast) -> None:
    for number in range(2):
        ticket = becomes(cast, address="nora@far.example", subject=f"{number}").ticket
        assert ticket is not None
        assert not ticket.verified
    Person.objects.filter(email="nora@far.example").update(last_login=ticket.created_at)
    ticket = becomes(cast, address="nora@far.example", subject="3").ticket
    assert ticket is not None
    assert ticket.verified


def test_of_one_who_is_deactivated_a_note_says_so_and_what_it_mentions(cast: Cast) -> None:
    own = cast.asked()
    Person.objects.filter(pk=cast.mei.pk).update(is_active=False)
    incoming = replace(MAIL, named=(own.number,))
    received = InboundMessage.objects.create(key="x", sha256="", raw=b"", inbox=Inbox.objects.get(desk=cast.it))
    ticket = outcome_of(received, Heard(incoming, PROOFS[PASS], None)).ticket
    assert ticket is not None
    note = ticket.messages.get(kind="note")
    assert "deactivated" in note.text
    assert own.number in note.text
    assert (note.author, note.proof) == (Person.objects.system(), PROOFS[PASS].of_message)


# What is nobody's request
NOTHING: list[tuple[dict[str, Any], str, str, str]] = [
    ({"automatic": "own-loop"}, "it", "ignored", OWN),
    ({"away": True}, "it", "bounce", outcomes.AWAY),
    ({}, "nowhere", "unreadable", NO_DESK),
]


@pytest.mark.parametrize(("more", "at", "state", "reason"), NOTHING)
def test_what_asks_for_nothing_opens_nothing(
    cast: Cast, more: dict[str, Any], at: str, state: str, reason: str
) -> None:
    outcome = becomes(cast, at=at, **more)
    assert (outcome.state, outcome.reason, outcome.ticket, outcome.message) == (state, reason, None, None)
    assert not Ticket.objects.exists()


def test_what_could_not_be_read_says_why(cast: Cast) -> None:
    received = InboundMessage.objects.create(key="x", sha256="", raw=b"")
    assert outcome_of(received, Heard(unreadable="Because.")) == Outcome("unreadable", "Because.")


# Which request is confirmed to nobody, and why
HUSHED: list[tuple[dict[str, Any], str]] = [
    ({"automatic": "list"}, BY_MACHINE),
    ({"quiet": True}, OLD),
    ({"quiet": True, "automatic": "list"}, OLD),
    ({"address": "it@desk.example"}, BY_MACHINE),
]


@pytest.mark.parametrize(("more", "why"), HUSHED, ids=str)
def test_to_machines_and_of_old_letters_nothing_is_confirmed(cast: Cast, more: dict[str, Any], why: str) -> None:
    becomes(cast, NONE, **more)
    assert Delivery.objects.values_list("state", "error").get() == ("dropped", why)


def test_a_letter_that_comes_again_leads_to_what_became_of_the_first(cast: Cast) -> None:
    first = becomes(cast)
    incoming = replace(MAIL, remote_id=InboundMessage.objects.get().letter_id)
    received = InboundMessage.objects.create(key="again", sha256="", raw=b"", inbox=Inbox.objects.get(desk=cast.it))
    again = outcome_of(received, Heard(incoming, PROOFS[PASS], cast.mei))
    assert (again.state, again.reason, again.ticket, again.message) == ("ignored", TWICE, first.ticket, first.message)
    assert (again.person, again.introduced) == (None, False)


def test_a_letter_that_two_desks_get_is_a_request_at_each_and_comes_again_at_either(cast: Cast) -> None:
    desks = {key: becomes(cast, at=key, remote_id="<both@corp.example>") for key in ("it", "hr")}
    assert [(key, each.state, each.ticket and each.ticket.desk) for key, each in desks.items()] == [
        *(("it", "done", cast.it), ("hr", "done", cast.hr))
    ]
    # At no desk, it is any of them.
    for at, first in (("it", "it"), ("hr", "hr"), ("nowhere", "it")):
        again = becomes(cast, at=at, remote_id="<both@corp.example>")
        assert (again.state, again.reason, again.ticket) == ("ignored", TWICE, desks[first].ticket)


# Who answers an email of one desk at another one, and whether the new request there tells of the first
ANSWERING = [
    *(("mei@corp.example", PASS, True), ("mei@corp.example", NONE, True), ("omar@corp.example", PASS, True)),
    *(("mei@corp.example", FAIL, False), ("bo@corp.example", PASS, False), ("eve@far.example", PASS, False)),
]


@pytest.mark.parametrize(("address", "proof", "told"), ANSWERING)
def test_an_answer_at_another_desk_tells_of_what_it_answers_where_its_writer_takes_part(
    cast: Cast, address: str, proof: str, told: bool
) -> None:
    ticket = becomes(cast).ticket
    assert ticket is not None
    actions.add_participant(ticket, by=cast.mei, person=cast.omar)
    answered = InboundMessage.objects.get().letter_id
    other = becomes(cast, proof, at="hr", address=address, answers=(answered,), addressed=("hr@desk.example",)).ticket
    assert other is not None
    assert other.desk == cast.hr
    events = [event.data for event in other.events.filter(name="named_another")]
    assert [(data["other"], data["answers"]) for data in events] == ([(ticket.pk, True)] if told else [])
    assert list(Link.objects.values_list("ticket", "other", "kind")) == (
        [(other.pk, ticket.pk, "related")] if told else []
    )


@pytest.mark.parametrize(("proof", "proved"), [(PASS, None), (NONE, False)])
def test_what_names_a_request_without_proof_says_so_beside_it(cast: Cast, proof: str, proved: bool | None) -> None:
    own = cast.asked()
    outcome = becomes(cast, proof, named=(own.number,))
    assert outcome.ticket is not None
    if proved is None:
        assert outcome.ticket == own
        return
    data = outcome.ticket.events.get(name="named_another").data
    found = (data["other"], data["person"], data["proved"])
    assert found == (own.pk, cast.mei.pk, proved)
    assert outcome.ticket.events.get(name="named_another").by == Person.objects.system()


def test_an_answer_to_what_is_closed_follows_it_at_its_desk(cast: Cast) -> None:
    ticket = cast.asked(desk=cast.hr)
    actions.resolve(ticket, by=cast.hana, resolution="Done.")
    actions.close(fresh(ticket), by=cast.mei)
    outcome = becomes(cast, signed=ticket.number, at="nowhere")
    assert outcome.ticket is not None
    assert outcome.ticket.desk == cast.hr
    link = Link.objects.get()
    assert (link.ticket, link.other, link.kind) == (outcome.ticket, ticket, "follows")
    event = outcome.ticket.events.get(name="linked")
    assert event.by == Person.objects.system()
    failed = becomes(cast, FAIL, signed=ticket.number, at="it", text="It is broken again, since noon.")
    assert failed.ticket is not None
    assert failed.ticket.requester_name == "Unknown sender"


# How it is proved and marked, and who is offered beside its sender
PASSED_ON: list[tuple[str, dict[str, Any], list[str]]] = [
    (PASS, {"address": "bo@corp.example"}, ["Olga", "olga@customer.example", "Please."]),
    (NONE, {"address": "bo@corp.example"}, []),
    (PASS, {"address": "bo@corp.example", "automatic": "list"}, []),
    (PASS, {"address": "omar@corp.example"}, []),
]


@pytest.mark.parametrize(("proof", "more", "offered"), PASSED_ON, ids=str)
def test_whose_letter_was_passed_on_is_offered_where_an_agent_is_proved(
    cast: Cast, proof: str, more: dict[str, Any], offered: list[str]
) -> None:
    becomes(cast, proof, forwarded=("Olga", "olga@customer.example", "Please."), **more)
    assert InboundMessage.objects.get().forwarded == offered


def test_who_filled_in_a_form_is_offered_where_nobody_else_is(cast: Cast) -> None:
    form = {"address": "noreply@www.example", "reply_to": ("Olga", "olga@customer.example")}
    becomes(cast, NONE, **form)
    assert InboundMessage.objects.get().forwarded == ["Olga", "olga@customer.example", "It drops.", "reply-to"]


@pytest.mark.parametrize(
    "name", ["System Administrator <ops@far.example>", "系统管理员 <ops@far.example>", "Ops <postmaster@far.example>"]
)
def test_who_is_only_called_like_a_postman_speaks_where_they_take_part(cast: Cast, name: str) -> None:
    ticket = arrives(letter(name, subject="VPN", text="It is down.", letter_id="<a@x>")).ticket
    assert ticket is not None
    actions.reply(ticket, by=cast.bo, text="Which gateway?")
    actions.hold(fresh(ticket), by=cast.bo, reason="requester")
    arrives(letter(name, to=back_to(ticket), subject="Re: VPN", text="The one in Berlin.", letter_id="<b@x>"))
    assert (fresh(ticket).status_id, ticket.messages.latest("pk").kind) == ("in_progress", "request")
    # In what is another's it is no word of the asking side, and nobody is told that a server wrote.
    others = cast.ask()
    arrives(letter(name, to=back_to(others), subject="Re: VPN", text="Could not be read.", letter_id="<c@x>"))
    assert others.messages.latest("pk").kind == "note"
    assert "wrote" not in others.events.get(name="noted").data
