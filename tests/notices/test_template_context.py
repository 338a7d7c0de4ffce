"""What a letter can speak of: every name with its value, and in which letters it is one."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils.translation import override

from firstline.kit import clock, mailtext
from firstline.notices import links
from firstline.notices.models import Delivery
from firstline.notices.template_context import facts_of
from firstline.people.models import Person
from firstline.tickets import actions, files, jobs
from firstline.tickets.following import LIVES
from firstline.tickets.models import Ticket
from tests.background import run_jobs
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db

ALWAYS = {"reply_line", "language", "company", "desk", "line", "person", "requester", "number", "subject", "by"}
SAID = {"text", "text_html"}
# The letter and its reader; what they can be told beside that which stands in every letter
NAMES: dict[tuple[str, str], set[str]] = {
    ("received", "mei"): {"link"},
    ("replied", "mei"): {"link", *SAID, "files", "large"},
    ("replied", "omar"): {"link", *SAID, "files", "large"},
    ("replied", "visitor"): {"link", "link_days", *SAID, "files", "large"},
    ("resolved", "mei"): {"link", *SAID, "ratings"},
    ("resolved", "omar"): {"link", *SAID},
    ("answered", "bo"): {"link", *SAID},
    ("assigned", "bo"): {"link"},
    ("clock_breached", "dana"): {"link", "clock", "due", "minutes"},
    ("dissatisfied", "dana"): {"link", "words"},
}


@pytest.fixture
def visitor(cast: Cast) -> Person:
    """Known by an email alone, without an account."""
    return Person.objects.create_person(name="Vera", email="visitor@corp.example", zone="Europe/Berlin")


@pytest.fixture
def ticket(cast: Cast, visitor: Person, settings: Any) -> Ticket:
    """A request about which all of these letters are written."""
    settings.CONFIG = settings.CONFIG.model_copy(update={"mail_attached_mb": 0.00001, "company": "Example Ltd"})
    with clock.moved(MONDAY):
        ticket = cast.ask(verified=True)
        for each in (cast.omar, visitor):
            actions.add_participant(ticket, by=cast.mei, person=each)
        actions.assign(ticket, by=cast.dana, to=cast.bo)
        actions.classify(ticket, by=cast.bo, kind="incident", service=None)
        run_jobs()
    with clock.moved(MONDAY + timedelta(minutes=40)):
        jobs.watch_clocks(0)
        run_jobs()
    with clock.moved(MONDAY + timedelta(minutes=50)):
        kept = [files.keep(b"x" * size, name=name, by=cast.bo) for name, size in (("a.txt", 5), ("b.txt", 500))]
        actions.reply(ticket, by=cast.bo, text="Use **this**.", format="markdown", attachments=kept)
    with clock.moved(MONDAY + timedelta(minutes=60)):
        run_jobs()
        actions.reply(ticket, by=cast.mei, text="It is not enough.")
        actions.resolve(ticket, by=cast.bo, resolution="New profile.")
    with clock.moved(MONDAY + timedelta(minutes=70)):
        run_jobs()
        actions.rate(ticket, by=cast.mei, score=3, words="Too slow.")
        run_jobs()
    return ticket


def letter(template: str, reader: str) -> Delivery:
    found = Delivery.objects.select_related("ticket", "person", "message")
    return found.filter(template=template, person__email=f"{reader}@corp.example").latest("pk")


def facts(template: str, reader: str) -> dict[str, Any]:
    return facts_of(letter(template, reader))


@pytest.mark.parametrize(("template", "reader"), list(NAMES))
def test_a_letter_can_speak_of_these_and_of_nothing_else(ticket: Ticket, template: str, reader: str) -> None:
    assert set(facts(template, reader)) == ALWAYS | NAMES[template, reader]


def test_every_name_has_its_value(cast: Cast, ticket: Ticket) -> None:
    said = facts("replied", "omar")
    assert {name: said[name] for name in ALWAYS} == {
        "reply_line": mailtext.REPLY_LINE,
        "language": "en",
        "company": "Example Ltd",
        "desk": "IT service desk",
        "line": "Line 1",
        "person": "Omar Haddad",
        "requester": "Lin Mei",
        "number": ticket.number,
        "subject": "VPN keeps dropping",
        "by": "Bo Wen",
    }
    assert said["text"] == "Use **this**."
    assert said["text_html"].strip() == "<p>Use <strong>this</strong>.</p>"
    assert said["files"] == ["a.txt"]
    assert [str(each) for each in said["large"]] == ["b.txt (500\xa0bytes)"]
    assert said["link"] == links.request_link(ticket)
    assert "/files/" in said["large"][0].link


def test_whoever_has_no_account_gets_a_link_of_their_own_and_the_large_files_behind_it(ticket: Ticket) -> None:
    said = facts("replied", "visitor")
    assert said["link"] not in (links.request_link(ticket), links.ticket_link(ticket))
    assert said["link_days"] == LIVES.days
    assert [each.link for each in said["large"]] == [said["link"]]


def test_a_clock_is_said_in_the_readers_zone(ticket: Ticket) -> None:
    said = facts("clock_breached", "dana")
    # Nine o'clock in Shanghai is two in Berlin.
    assert (said["clock"], said["minutes"]) == ("First response", 30)
    assert "02:30" in said["due"]


def test_the_desk_is_led_to_its_workspace_and_reads_what_was_said_of_it(ticket: Ticket) -> None:
    assert facts("assigned", "bo")["link"] == links.ticket_link(ticket)
    assert facts("dissatisfied", "dana")["words"] == "Too slow."
    assert facts("answered", "bo")["text"] == "It is not enough."


def test_the_requester_alone_is_asked_for_a_verdict_in_their_language(ticket: Ticket) -> None:
    with override("zh-hans"):
        said = facts("resolved", "mei")
    assert said["language"] == "zh-Hans"
    assert [link for _label, link in said["ratings"]] == [links.rating_link(ticket, score) for score in (1, 2, 3)]


def test_who_wrote_what_nobody_proved_is_said_with_that_doubt(ticket: Ticket) -> None:
    answered = letter("answered", "bo")
    assert answered.message is not None
    assert facts_of(answered)["by"] == "Lin Mei"
    answered.message.proof = "none"
    assert answered.message.is_doubted
    assert facts_of(answered)["by"] == f"Lin Mei <mei@corp.example> ({answered.message.get_proof_display()})"


def test_only_the_confirmation_of_what_nobody_proved_hides_its_subject(cast: Cast) -> None:
    def subject(template: str, **more: Any) -> str:
        asked = cast.asked(**more)
        row = Delivery(ticket=asked, person=cast.mei, event=asked.events.get(), template=template)
        row.payload = {"subject": "Cheap pills", "number": asked.number, "by": "Lin Mei"}
        return str(facts_of(row)["subject"])

    doubtful = {"channel": "email", "verified": False}
    assert subject("received", **doubtful) == "Your request"
    assert subject("replied", **doubtful) == subject("received", channel="email") == "Cheap pills"


def test_the_desk_is_told_of_whom_and_by_whom_with_the_address_where_the_name_may_be_anybodys(cast: Cast) -> None:
    known = Person.objects.create_person(name="Vera", email="vera@far.example")
    doubtful, proved = cast.asked(by=known, channel="email", verified=False), cast.asked(by=cast.mei)

    def said(asked: Ticket, reader: Person, **payload: Any) -> dict[str, Any]:
        row = Delivery(ticket=asked, person=reader, event=asked.events.get(), template="assigned")
        row.payload = {"subject": "x", "number": asked.number, **payload}
        return facts_of(row)

    assert said(doubtful, cast.bo)["requester"] == "Vera <vera@far.example>"
    assert said(doubtful, cast.omar)["requester"] == "Vera"
    assert said(proved, cast.bo)["requester"] == "Lin Mei"
    forged = cast.asked(by=cast.mei, channel="email", verified=False)
    assert said(forged, cast.bo)["requester"] == "Lin Mei <mei@corp.example>"
    assert "by" not in said(proved, cast.bo)
    assert said(proved, cast.bo, by="Lin Mei")["by"] == "Lin Mei"
    assert said(doubtful, cast.bo, by="Vera")["by"] == "Vera <vera@far.example>"


def test_the_verdict_is_quoted_in_the_letter_about_it_alone(cast: Cast, ticket: Ticket) -> None:
    row = letter("dissatisfied", "dana")
    assert facts_of(row)["words"] == "Too slow."
    row.template = "answered"
    assert "words" not in facts_of(row)


def test_a_request_that_is_on_no_line_speaks_of_none(cast: Cast) -> None:
    asked = cast.asked()
    asked.line = None
    row = Delivery(ticket=asked, person=cast.bo, event=asked.events.get(), template="assigned", payload={})
    found = facts_of(row)
    assert "line" not in found
    assert "number" not in found


def test_a_picture_in_the_text_is_named_as_no_file(cast: Cast) -> None:
    asked = cast.asked()
    kept = [
        files.keep(b"x", name=name, by=cast.bo, inline=inline) for name, inline in (("a.png", True), ("b.txt", False))
    ]
    message = actions.reply(asked, by=cast.bo, text="Here.", attachments=kept)
    row = Delivery(ticket=asked, person=cast.mei, event=asked.events.last(), template="replied", message=message)
    row.payload = {"subject": "x", "number": asked.number}
    assert facts_of(row)["files"] == ["b.txt"]


def test_a_clock_without_a_time_says_none(cast: Cast, ticket: Ticket) -> None:
    row = letter("clock_breached", "dana")
    row.payload = {**row.payload, "due_at": None}
    assert "due" not in facts_of(row)


@pytest.mark.parametrize(("active", "said"), [("en", "en"), ("zh-hans", "zh-Hans"), (None, "en")])
def test_the_language_is_the_active_one(cast: Cast, active: str | None, said: str) -> None:
    asked = cast.asked()
    row = Delivery(ticket=asked, person=cast.bo, event=asked.events.get(), template="assigned", payload={})
    with override(active):
        assert facts_of(row)["language"] == said
