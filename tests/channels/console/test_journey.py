"""A second channel, of which nothing in firstline knows: who asks by it is told there, answers there, and rates."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from firstline.catalog.models import Inbox
from firstline.channels import inbound, registry
from firstline.channels.base import Unverified
from firstline.channels.models import InboundMessage
from firstline.kit import clock
from firstline.notices.models import Delivery
from firstline.people import identities
from firstline.people.models import Identity, Person
from firstline.retention.erasing import erase_person
from firstline.tickets import actions, channels
from firstline.tickets.models import Message, Ticket
from tests.background import run_jobs
from tests.cast import MONDAY, Cast, fresh
from tests.channels.console.channel import Console, says

pytestmark = pytest.mark.django_db
WINDOW = timedelta(minutes=1)


def lies_in(folder: Path) -> list[dict[str, Any]]:
    files = sorted(folder.iterdir(), key=lambda path: int(path.stem.removeprefix("out-")))
    return [json.loads(path.read_text()) for path in files]


def asked(cast: Cast, **more: Any) -> Ticket:
    says("nora", "The VPN drops\nSince this morning.", **({"id": "m1", "thread": "t1"} | more))
    run_jobs()
    return Ticket.objects.get(requester__name="Nora Berg")


def test_from_asking_to_rating_by_the_console_alone(cast: Cast, told: Path) -> None:
    with clock.moved(MONDAY):
        ticket = asked(cast)
        nora = ticket.requester
        assert (ticket.subject, ticket.channel, ticket.desk, ticket.verified) == (
            *("The VPN drops", "console", cast.it),
            True,
        )
        assert (nora.email, nora.account) == (None, "")
        [identity] = nora.identities.all()
        assert (identity.kind, identity.subject, identity.verified_how, identity.preferred) == (
            *("console", "nora"),
            *("channel", True),
        )
        [confirmed] = lies_in(told)
        assert (confirmed["to"], confirmed["thread"]) == ("nora", "t1")
        assert f"Its number is {ticket.number}: The VPN drops" in confirmed["text"]

        ticket = actions.accept(fresh(ticket), by=cast.bo)
        actions.reply(ticket, by=cast.bo, text="Which client?")
    with clock.moved(MONDAY + WINDOW):
        run_jobs()
        answered = lies_in(told)[-1]
        assert answered["thread"] == "t1"
        assert "Bo Wen wrote about your request" in answered["text"]
        assert "Which client?" in answered["text"]
        assert "email" not in answered["text"]

        says("nora", "The new one.", id="m2", thread="t1")
        run_jobs()
        message = Message.objects.filter(ticket=ticket).order_by("pk").last()
        assert message is not None
        assert (message.text, message.author, message.channel, message.proof) == (
            *("The new one.", nora),
            *("console", "channel"),
        )
        assert Ticket.objects.count() == 1

        actions.resolve(fresh(ticket), by=cast.bo, resolution="New profile.")
    with clock.moved(MONDAY + 2 * WINDOW):
        run_jobs()
        solved = lies_in(told)[-1]["text"]
        assert "New profile." in solved
        link = re.search(r"https?://[^/]+(/\S+)", solved.split("One click is enough", 1)[1])
        assert link is not None
        page = Client().get(link[1])
        assert page.status_code == 200
        assert Client().post(link[1], {"satisfaction": "satisfied"}).status_code in (200, 302)
        assert fresh(ticket).satisfaction == 1

        says("nora", "Thanks!", id="m3", thread="t1")
        run_jobs()
    assert fresh(ticket).phase == "resolved"
    assert [each.state for each in Delivery.objects.filter(person=nora)] == ["sent"] * 3
    assert [each.remote_id for each in Delivery.objects.filter(person=nora).order_by("pk")] == [
        "out-1",
        "out-2",
        "out-3",
    ]
    assert set(Delivery.objects.filter(person=nora).values_list("channel", "medium", "thread")) == {
        ("console", "chat", "t1")
    }


def test_what_comes_again_is_the_same_where_channel_account_and_remote_id_are(cast: Cast, told: Path) -> None:
    first = says("nora", "The VPN drops", id="m1", thread="t1")
    assert says("nora", "Something else", id="m1", thread="t2").pk == first.pk
    run_jobs()
    assert says("nora", "The VPN drops", id="m1", thread="t1").pk == first.pk
    Inbox.objects.create(desk=cast.hr, kind="console", address="h q")
    other = says("omar", "Another", id="m1", thread="t9", account="h q")
    assert other.pk != first.pk
    run_jobs()
    assert InboundMessage.objects.count() == Ticket.objects.count() == 2
    assert set(InboundMessage.objects.values_list("account", "letter_id", "thread")) == {
        ("hq", "m1", "t1"),
        ("h q", "m1", "t9"),
    }


@pytest.mark.parametrize(
    ("one", "other"), [(("a b", "c"), ("a", "b c")), (("a%20b", "c"), ("a b", "c")), (("", "a b"), ("a", "b"))]
)
def test_no_account_and_id_make_the_key_of_others(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert inbound.key_of(*one) != inbound.key_of(*other)
    assert len(inbound.key_of("a" * 100, "x" * 5_000)) == 64


def test_what_the_console_did_not_sign_is_not_kept(cast: Cast, told: Path) -> None:
    with pytest.raises(Unverified):
        says("nora", "The VPN drops", id="m1", thread="t1", signature="0" * 64)
    assert not InboundMessage.objects.exists()


def test_what_cannot_be_read_is_kept_and_put_aside(cast: Cast, told: Path) -> None:
    from tests.channels.console.channel import signed

    row = inbound.receive("console", b"{", account="hq", remote_id="m1", head={"signature": signed(b"{")})
    run_jobs()
    row.refresh_from_db()
    assert (row.state, row.reason) == ("unreadable", "What the console said cannot be read.")


def test_a_thread_leads_nobody_to_speak_on_a_request_in_which_they_take_no_part(cast: Cast, told: Path) -> None:
    ticket = asked(cast)
    says("omar", "Give me access as well", id="m2", thread="t1")
    run_jobs()
    assert Ticket.objects.count() == 1
    note = Message.objects.filter(ticket=ticket).order_by("pk").last()
    assert note is not None
    assert (note.internal, note.author.is_machine) == (True, True)
    assert note.text == (
        "By Console from Omar Berg <omar>, who takes no part in this request:\n\nGive me access as well"
    )


def test_whom_the_console_calls_as_somebodys_address_is_not_them(cast: Cast, told: Path) -> None:
    says("mei@corp.example", "I am Mei", id="m1", thread="t1")
    run_jobs()
    assert Ticket.objects.get().requester != cast.mei


def test_who_prefers_the_console_is_told_there_and_who_prefers_email_by_email(cast: Cast, told: Path) -> None:
    at_console = identities.add(cast.mei, "console", "mei", how=Identity.How.ADMINISTRATOR)
    assert not at_console.preferred
    cast.ask(by=cast.mei)
    run_jobs()
    identities.prefer(at_console)
    cast.ask(by=cast.mei)
    run_jobs()
    rows = Delivery.objects.filter(person=cast.mei).order_by("pk").values_list("channel", "medium", "address", "state")
    first, last = list(rows)
    assert last == ("console", "chat", "mei", "sent")
    assert first[:3] == ("email", "email", "mei@corp.example")
    assert [each["to"] for each in lies_in(told)] == ["mei"]
    assert Person.objects.get(pk=cast.mei.pk).email == "mei@corp.example"


def test_what_waits_for_an_identity_that_was_taken_away_does_not_leave(cast: Cast, told: Path) -> None:
    with clock.moved(MONDAY):
        ticket = asked(cast)
        actions.reply(actions.accept(fresh(ticket), by=cast.bo), by=cast.bo, text="Which client?")
    count = len(lies_in(told))
    with clock.moved(MONDAY + WINDOW):
        assert identities.remove(ticket.requester.identities.get())
        run_jobs()
    assert len(lies_in(told)) == count
    left = Delivery.objects.filter(template="replied").values_list("state", "reason")
    assert list(left) in ([], [("dropped", "not_for_them")])


def test_what_the_console_does_not_take_now_waits_and_what_it_never_takes_fails(cast: Cast, told: Path) -> None:
    told.rmdir()
    asked(cast)
    waiting = Delivery.objects.get()
    assert (waiting.state, waiting.reason, waiting.remote_id) == ("queued", "away", "")
    told.mkdir()
    Inbox.objects.all()
    says("nobody", "It fails", id="m2", thread="t2")
    run_jobs()
    failed = Delivery.objects.exclude(pk=waiting.pk).get()
    assert (failed.state, failed.reason) == ("failed", "no_address")


def test_what_was_sent_is_edited_by_its_remote_id(cast: Cast, told: Path) -> None:
    asked(cast)
    sent = Delivery.objects.get()
    channel = registry.channel_of("console")
    sending = channel.sending([sent])
    channel.edit(sent, sending.render(sent))
    assert len(lies_in(told)) == 1
    with pytest.raises(NotImplementedError):
        registry.channel_of("email").edit(sent, None)


def test_nothing_of_an_erased_person_is_left_of_the_console(cast: Cast, told: Path) -> None:
    with clock.moved(MONDAY):
        ticket = asked(cast)
        actions.resolve(actions.accept(fresh(ticket), by=cast.bo), by=cast.bo, resolution="Done.")
        actions.close(fresh(ticket), by=Person.objects.system())
    erase_person(ticket.requester, by=cast.ada)
    assert not Identity.objects.filter(kind="console").exists()
    [row] = InboundMessage.objects.all()
    assert (row.account, row.letter_id, row.thread, bytes(row.raw)) == ("", "", "", b"")
    assert set(Delivery.objects.values_list("address", "remote_id", "thread")) == {("", "", "")}


def test_the_registry_alone_says_which_channels_there_are(cast: Cast, told: Path) -> None:
    assert channels.label("console") == "Console"
    assert "console" in dict(Ticket._meta.get_field("channel").flatchoices)  # type: ignore[union-attr]
    registry.forget("console")
    assert "console" not in channels.known()
    assert channels.label("console") == "console"
    registry.register(registry.Row("console", "Console", "tests.channels.console.channel.Console"))


def test_nothing_in_firstline_knows_of_the_console() -> None:
    root = Path(registry.__file__).parents[1]
    adapter = re.compile(r"tests\.channels|[\"']console[\"']")
    found = {path.relative_to(root).as_posix() for path in root.rglob("*.py") if adapter.search(path.read_text())}
    assert found <= {"kit/logs.py"}  # where it is the one that a program writes to
    assert len(Path(__file__).with_name("channel.py").read_text().splitlines()) <= 120
    assert Console.key == "console"
