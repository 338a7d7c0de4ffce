"""What a letter that was passed on, or that a form wrote, becomes when it is asked for its writer."""

from typing import Any

import pytest

from firstline.channels.email import forwards
from firstline.channels.email.forwards import Original, ask_for, original_of
from firstline.channels.email.offers import BY_REPLY_TO
from firstline.channels.models import InboundMessage
from firstline.tickets import actions, files
from firstline.tickets.models import Link, Ticket
from firstline.tickets.say import MOST_CHARACTERS
from tests.cast import Cast, fresh

pytestmark = pytest.mark.django_db

OLGA = ["Olga", "olga@customer.example", "Please help."]
FORM = [*OLGA, BY_REPLY_TO]


def passed_on(cast: Cast, said: list[str], *, with_file: bool = True, **more: Any) -> Ticket:
    """A request of Bo's (or of a form's) that is offered to be asked for another."""
    ticket = cast.asked(by=cast.bo, channel="email", subject="FW: Printer", service=cast.vpn, **more)
    kept = [files.keep(b"smoke", name="smoke.txt", by=cast.bo)] if with_file else []
    message = actions.reply(ticket, by=cast.bo, text="x", attachments=kept)
    InboundMessage.objects.create(key="1", sha256="", raw=b"", ticket=ticket, message=message, forwarded=said)
    return fresh(ticket)


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ([], None),
        (OLGA[:2], None),
        (OLGA, Original("Olga", "olga@customer.example")),
        (FORM, Original("Olga", "olga@customer.example", by_form=True)),
        (["", *OLGA[1:]], Original("olga", "olga@customer.example")),
        ([*OLGA[:2], "", "", "asked"], None),
        ([*OLGA, "something"], Original("Olga", "olga@customer.example")),
    ],
)
def test_who_is_offered(cast: Cast, said: list[str], wanted: Original | None) -> None:
    assert original_of(cast.asked(), said) == wanted


def test_of_what_is_over_nobody_is_offered(cast: Cast) -> None:
    ticket = passed_on(cast, OLGA)
    actions.resolve(ticket, by=cast.bo, resolution="Done.")
    actions.close(ticket, by=cast.bo)
    assert original_of(fresh(ticket), OLGA) is None
    assert ask_for(fresh(ticket), by=cast.bo) is None


def test_where_nothing_was_passed_on_nothing_is_asked(cast: Cast) -> None:
    assert ask_for(cast.asked(), by=cast.bo) is None
    assert ask_for(passed_on(cast, []), by=cast.bo) is None


def test_the_writer_asks_and_the_agents_request_ends(cast: Cast) -> None:
    ticket = passed_on(cast, OLGA)
    asked = ask_for(ticket, by=cast.dana)
    assert asked is not None
    asked = fresh(asked)
    found = (asked.requester.name, asked.requester.email, asked.requester.language, asked.subject, asked.desk)
    assert found == ("Olga", "olga@customer.example", "en", "Printer", cast.it)
    assert (asked.creator, asked.channel, asked.service, asked.assignee) == (cast.dana, "email", cast.vpn, None)
    request = asked.messages.get(kind="request")
    assert (request.text, request.author) == ("Please help.", asked.requester)
    assert not request.attachments.exists()
    note = asked.messages.get(kind="note")
    assert note.text == "An agent forwarded it; the files are those of that email."
    assert [(file.name, files.read(file).read()) for file in note.attachments.all()] == [("smoke.txt", b"smoke")]
    link = Link.objects.get()
    assert (link.ticket, link.other, link.kind) == (asked, ticket, "follows")
    ticket = fresh(ticket)
    assert ticket.phase == "cancelled"
    assert ticket.messages.latest("pk").text == f"It goes on as {asked.number}."
    assert InboundMessage.objects.get().forwarded == [*OLGA[:2], "", "", "asked"]
    assert ask_for(ticket, by=cast.dana) is None


def test_without_a_file_the_note_speaks_of_none_in_the_agents_language(cast: Cast) -> None:
    asked = ask_for(passed_on(cast, OLGA, with_file=False), by=cast.dana)
    assert asked is not None
    assert asked.messages.get(kind="note").text == "An agent forwarded it."


def test_the_agent_reads_the_note_and_the_requester_the_end_in_their_own_languages(cast: Cast) -> None:
    cast.dana.language = "zh-hans"
    ticket = passed_on(cast, OLGA)
    asked = ask_for(ticket, by=cast.dana)
    assert asked is not None
    assert "forwarded" not in asked.messages.get(kind="note").text
    assert "goes on" in fresh(ticket).messages.latest("pk").text


def test_what_a_form_wrote_is_the_writers_with_its_files_and_no_note(cast: Cast) -> None:
    asked = ask_for(passed_on(cast, FORM), by=cast.dana)
    assert asked is not None
    message = asked.messages.get()
    assert (message.kind, [each.name for each in message.attachments.all()]) == ("request", ["smoke.txt"])


def test_who_had_it_in_hand_keeps_it_and_nobody_else(cast: Cast) -> None:
    ticket = passed_on(cast, OLGA)
    actions.assign(ticket, by=cast.dana, to=cast.bo)
    asked = ask_for(fresh(ticket), by=cast.bo)
    assert asked is not None
    assert (asked.assignee, asked.phase) == (cast.bo, "in_progress")


def test_one_of_two_letters_is_the_one_that_was_passed_on(cast: Cast) -> None:
    ticket = passed_on(cast, [])
    InboundMessage.objects.create(key="2", sha256="", raw=b"", ticket=ticket, forwarded=OLGA)
    InboundMessage.objects.create(key="3", sha256="", raw=b"", ticket=cast.asked(), forwarded=["X", "x@y.example", "z"])
    asked = ask_for(ticket, by=cast.dana)
    assert asked is not None
    assert asked.requester.name == "Olga"
    assert asked.messages.get(kind="note").text == "An agent forwarded it."


def test_long_words_and_names_are_cut_to_what_is_kept(cast: Cast) -> None:
    said = ["x" * 121, OLGA[1], "y" * (MOST_CHARACTERS + 1)]
    asked = ask_for(passed_on(cast, said), by=cast.dana)
    assert asked is not None
    assert asked.requester.name == "x" * 120
    assert asked.messages.get(kind="request").text == "y" * MOST_CHARACTERS


def test_whom_we_know_already_asks_as_who_they_are(cast: Cast) -> None:
    asked = ask_for(passed_on(cast, ["M.", "mei@corp.example", "Please."]), by=cast.dana)
    assert asked is not None
    assert asked.requester == cast.mei
    assert forwards.BY_REPLY_TO == "reply-to"
