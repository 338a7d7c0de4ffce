"""After a person is erased nothing of him is found anywhere, and everything else is as it was."""

import argparse
from collections.abc import Iterable
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.urls import reverse

from firstline.api.models import Token
from firstline.audit.log import audit
from firstline.audit.models import AuditEntry
from firstline.catalog.models import SettingChange
from firstline.channels.models import DemoLetter, InboundMessage
from firstline.cli import erase as command
from firstline.people import identities
from firstline.people.models import Identity, Person
from firstline.retention.erasing import erase_person, preview
from firstline.tickets import actions, files
from firstline.tickets.errors import NotAllowed, WrongState
from firstline.tickets.models import Attachment, Draft, Event, Ticket
from firstline.tickets.replay import differences
from firstline.tickets.sealing import seal
from firstline.tickets.verifying import verify
from firstline.web.admin import saving
from tests.background import run_jobs
from tests.cast import MONDAY, Cast, fresh
from tests.letters import arrives, back_to, letter
from tests.web.admin.hands import as_

pytestmark = pytest.mark.django_db

# Each is planted in one place; the words of a person have nothing else in common.
CANARIES = ("kanari", "zeisig", "stieglitz", "dompfaff", "gimpel", "buchfink", "bluthaenfling", "girlitz", "grünfink")


@pytest.fixture
def mei() -> Person:
    """Mei, whose name, requests, letters and files are full of birds; nothing of hers is open."""
    cast = Cast.make()
    mei = cast.mei
    mei.name, mei.phone, mei.email = "Mei Kanari", "+86 kanari", "kanari@corp.example"
    mei.save()
    file = files.keep(b"the bytes of stieglitz", name="stieglitz.txt", by=mei)
    ticket = cast.ask(
        subject="The zeisig is broken",
        text="My zeisig, 金丝雀 grünfink.",
        attachments=[file],
        answers={"bird": "dompfaff"},
    )
    actions.reply(ticket, by=cast.bo, text="Please try again.", undo_seconds=0)
    actions.reply(ticket, by=mei, text="It says gimpel.", channel="portal")
    actions.classify(ticket, by=cast.bo, kind="incident", service=None)
    actions.resolve(ticket, by=cast.bo, resolution="Replaced.")
    actions.close(ticket, by=mei)
    actions.rate(ticket, by=mei, score=3, stars=1, words="bluthaenfling")
    arrives(
        letter(
            "Mei Kanari <kanari@corp.example>",
            subject="By letter: girlitz",
            text="A girlitz by mail.",
            letter_id="<girlitz@x>",
        )
    )
    run_jobs()
    for other in Ticket.objects.filter(subject__contains="girlitz"):
        actions.resolve(
            actions.classify(actions.accept(other, by=cast.bo), by=cast.bo, kind="incident", service=None),
            by=cast.bo,
            resolution="Done.",
        )
        actions.close(other, by=cast.bo)
    Draft.objects.create(person=mei, ticket=ticket, text="buchfink, not sent")
    Token.issue(mei, scopes=["read"], name="buchfink program")
    audit("sign_in_failed", by=None, about=mei, words={"address": "kanari@corp.example"})
    as_(cast.ada).post(reverse("settings-person", args=[mei.pk]), changed(mei))
    client = Client()
    client.force_login(mei)
    client.get("/")
    run_jobs()
    seal()
    return Person.objects.get(pk=mei.pk)


def test_nothing_of_an_erased_person_is_found_anywhere(mei: Person) -> None:
    assert set(found()) == set(CANARIES)  # or the search would be blind
    ada = Person.objects.get(name="Ada Okoye")
    expected = preview(mei)
    counts = erase_person(mei, by=ada)
    assert {name: counts[name] for name in expected} == expected
    run_jobs()
    seal()
    assert in_tables(("wiedehopf", "upupa")) == {}


# What may be left of a person's row: what says nothing of who they were. A new field is decided here.
STAYS = {"id", "kind", "created_at", "session_round"}
SAID = {
    "name": "Mei Kanari",
    "email": "kanari@corp.example",
    "phone": "+423 555",
    "language": "zh-hans",
    "zone": "Europe/Vaduz",
    "country": "LI",
    "city": "Vaduz",
    "department": "Finance",
    "vip": True,
    "account": Person.Account.ADMINISTRATOR,
    "password": "argon2$kanari",
    "last_login": MONDAY,
    "bounced_at": MONDAY,
    "bounced_address": "kanari@corp.example",
    "bounced_why": "unknown",
}
NEVER_OF_ONE_ERASED = {"admin"}
"""Administrators cannot be erased."""


def test_nothing_in_the_persons_own_row_says_who_they_were(mei: Person) -> None:
    fields = {field.name for field in Person._meta.concrete_fields}
    assert fields == STAYS | SAID.keys() | NEVER_OF_ONE_ERASED | {"manager", "is_active"}
    dana = Person.objects.get(email="dana@corp.example")
    Person.objects.filter(pk=mei.pk).update(**SAID, manager=dana)
    erase_person(Person.objects.get(pk=mei.pk), by=Person.objects.get(email="ada@corp.example"))
    left = Person.objects.get(pk=mei.pk)
    assert {name for name, said in SAID.items() if getattr(left, name) == said} == set()
    assert (left.manager, left.is_active, left.has_usable_password()) == (None, False, False)
    for name in SAID.keys() - {"name", "password"}:
        field = Person._meta.get_field(name)
        assert getattr(left, name) == (None if field.null else field.default if field.has_default() else ""), name


def test_the_shape_of_the_requests_stays_and_the_logs_are_whole(mei: Person) -> None:
    ticket = Ticket.objects.get(subject="The zeisig is broken")
    before = shape(ticket)
    events = list(Event.objects.order_by("id").values_list("id", "name", "at", "by"))
    erase_person(mei, by=Person.objects.get(name="Ada Okoye"))
    run_jobs()
    assert shape(fresh(ticket)) == before
    assert list(Event.objects.order_by("id").values_list("id", "name", "at", "by")) == events
    for each in Ticket.objects.all():
        assert differences(each) == []
    assert verify().broken == ()
    entry = AuditEntry.objects.filter(name="erased").get()
    assert (entry.by.name, entry.about_id, entry.data["tickets"]) == ("Ada Okoye", mei.pk, 2)
    assert "Please try again." in ticket.messages.values_list("text", flat=True)
    assert Ticket.objects.containing("zeisig").count() == 0
    assert Ticket.objects.containing("again").count() == 1


def test_what_others_wrote_goes_too_when_it_is_asked_for(mei: Person) -> None:
    ticket = Ticket.objects.get(subject="The zeisig is broken")
    erase_person(mei, by=Person.objects.get(name="Ada Okoye"), everything=True)
    assert set(ticket.messages.values_list("text", flat=True)) == {"—"}
    assert verify().broken == ()


def test_answers_and_demo_letters_about_a_longer_number_stay(mei: Person) -> None:
    """IT-1001 is no IT-10011."""
    number = Ticket.objects.filter(requester=mei).order_by("pk")[0].number
    omar = Person.objects.get(email="omar@corp.example")
    Token.issue(omar, scopes=["read"])
    token = Token.objects.get(person=omar)
    for each in (number, f"{number}1", f"X{number}"):
        token.answers.create(key=each, request="", body={"number": each, "subject": f"[{number}] is done."})
        DemoLetter.objects.create(address="omar@corp.example", letter_id=each, subject=f"[{each}] Done", raw=b"")
    erase_person(mei, by=Person.objects.get(email="ada@corp.example"))
    assert sorted(token.answers.values_list("key", flat=True)) == [f"{number}1", f"X{number}"]
    assert sorted(DemoLetter.objects.values_list("letter_id", flat=True)) == [f"{number}1", f"X{number}"]


ALIKE = ("127.0.0.1", "Bo", "network", "IT service desk", "true", "1")


@pytest.mark.parametrize("alike", ALIKE)
def test_what_only_looks_like_a_persons_name_address_or_phone_stays(alike: str) -> None:
    cast = Cast.make()
    ada, mei, omar = cast.ada, cast.mei, cast.omar
    mei.name, mei.phone = alike, alike[:40]
    mei.save()
    named_so_too = Person.objects.create_person(name=alike, email="other@corp.example")
    audit("signed_in", by=omar, about=omar, words={"address": alike})
    audit("signed_in", by=mei, about=mei, words={"address": "10.9.8.7"})
    audit("role_changed", by=mei, about=omar, words={"address": "10.9.8.7"})
    audit("address_tried", by=mei, about=omar, words={"address": "omar@corp.example"})
    as_(ada).post(reverse("settings-person", args=[omar.pk]), {**changed(omar), "department": alike})
    as_(ada).post(reverse("settings-person", args=[cast.bo.pk]), {**changed(cast.bo), "manager": "mei@corp.example"})
    as_(ada).post(reverse("settings-person", args=[cast.yu.pk]), {**changed(cast.yu), "manager": "other@corp.example"})
    seat = cast.it.memberships.create(person=mei, role="auditor")
    saving.note(seat, "added", {"person": [None, mei.name]}, by=ada, desk=cast.it)
    ticket = cast.ask(by=omar, requester=omar, subject=f"About {alike}", text=f"I am not {alike}.")
    actions.tag(ticket, by=cast.bo, tags=[alike.lower()])
    Token.issue(omar, scopes=["read"])
    token = Token.objects.get(person=omar)
    token.answers.create(key="his", request="", body={"number": ticket.number, "subject": alike, "requester": alike})
    token.answers.create(key="hers", request="", body={"id": mei.pk, "name": alike, "email": mei.email})
    entries = {entry.pk: entry.words for entry in AuditEntry.objects.exclude(by=mei)}

    erase_person(mei, by=ada)

    left = {entry.pk: entry.words for entry in AuditEntry.objects.filter(pk__in=entries)}
    told = [AuditEntry.objects.get(pk=pk) for pk, words in left.items() if words != entries[pk]]
    assert {(entry.about_id, "manager" in str(entries[entry.pk])) for entry in told} == {
        (mei.pk, False),
        (cast.bo.pk, True),
    }
    assert "10.9.8.7" not in str(list(AuditEntry.objects.values("words")))
    assert {"address": "omar@corp.example"} in AuditEntry.objects.values_list("words", flat=True)
    changes = {(row.row, row.kind): row.changes for row in SettingChange.objects.all()}
    assert changes[omar.pk, "people.person"]["department"][1] == alike
    assert changes[cast.bo.pk, "people.person"]["manager"] == [None, None]
    assert changes[cast.yu.pk, "people.person"]["manager"] == [None, alike]
    assert changes[seat.pk, "catalog.membership"] == {}
    kept = fresh(ticket)
    assert (kept.subject, kept.tags) == (f"About {alike}", [alike.lower()])
    assert kept.messages.get().text == f"I am not {alike}."
    assert list(token.answers.values_list("key", flat=True)) == ["his"]
    assert Person.objects.get(pk=named_so_too.pk).name == alike
    assert verify().broken == ()


def test_a_file_that_somebody_else_has_too_stays(mei: Person) -> None:
    bo = Person.objects.get(name="Bo Wen")
    same = files.keep(b"the bytes of stieglitz", name="mine.txt", by=bo)
    erase_person(mei, by=Person.objects.get(name="Ada Okoye"))
    run_jobs()
    assert files.read(same).read() == b"the bytes of stieglitz"
    assert Attachment.objects.get() == same


def test_who_may_not_be_erased_and_by_whom() -> None:
    cast = Cast.make()
    with pytest.raises(NotAllowed):
        erase_person(cast.omar, by=cast.dana)
    with pytest.raises(WrongState):
        erase_person(cast.ada, by=cast.ada)
    cast.ask()
    with pytest.raises(WrongState):
        erase_person(cast.mei, by=cast.ada)


def test_the_command_counts_first_and_then_erases(mei: Person, capsys: pytest.CaptureFixture[str]) -> None:
    args = argparse.Namespace(person="kanari@corp.example", everything=False, dry_run=True)
    assert command.erase(args) == 0
    assert "Nothing was changed." in capsys.readouterr().out
    args.dry_run = False
    assert command.erase(args) == 0
    assert command.erase(args) == 1


def changed(person: Person) -> dict[str, Any]:
    return {
        "name": person.name,
        "email": person.email,
        "phone": "kanari 2",
        "language": "en",
        "zone": person.zone,
        "is_active": "on",
    }


def shape(ticket: Ticket) -> list[Any]:
    clocks = list(ticket.clocks.order_by("kind", "round").values_list("kind", "round", "state", "due_at", "spent"))
    return [ticket.status_id, ticket.created_at, ticket.closed_at, ticket.satisfaction, ticket.messages.count(), clocks]


def found() -> dict[str, list[str]]:
    """Which canaries are anywhere: in any column of any table, in their bytes, or in a stored file."""
    seen = in_tables(CANARIES)
    for attachment_folder in default_storage.listdir("")[0]:
        for name in default_storage.listdir(attachment_folder)[1]:
            content = default_storage.open(f"{attachment_folder}/{name}").read().lower()
            for word in CANARIES:
                if word.encode() in content:
                    seen.setdefault(word, []).append(name)
    return seen


def in_tables(canaries: Iterable[str]) -> dict[str, list[str]]:
    """By canary, the tables in which it is."""
    seen: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT lower(t::text) FROM "{table}" t')
            text = "\n".join(row[0] for row in cursor.fetchall())
            for word in canaries:
                if word in text or word.encode().hex() in text:
                    seen.setdefault(word, []).append(table)
    return seen


BIRD = "wiedehopf@corp.example"


def test_nothing_that_names_a_person_in_what_is_others_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """By real letters and verbs: in copy, as whom a form names, on the envelope, in a note about an email that was not
    theirs to write, quoted, as the writer of an email to others, asked for and given back."""
    monkeypatch.setattr("tests.retention.test_erasing.CANARIES", ("wiedehopf", "upupa"))
    cast = Cast.make()
    cast.mei.name = "Mei"
    cast.mei.save()
    copied = letter(subject="In copy", Cc=f"Upupa Epops <{BIRD}>", letter_id="<cc@x>")
    arrives(copied, envelope_sender=BIRD)
    form = letter("Web <noreply@shop.example>", subject="By form", letter_id="<form@x>")
    form["Reply-To"] = f"Upupa Epops <{BIRD}>"
    arrives(form)
    ticket = cast.ask(subject="Another's")
    arrives(letter(f"Upupa Epops <{BIRD}>", to=back_to(ticket), subject="Re", text="Not mine.", letter_id="<note@x>"))
    bird = Person.objects.by_email(BIRD) or Person.objects.create_person(name="Upupa Epops", email=BIRD)
    Person.objects.filter(pk=bird.pk).update(name="Upupa Epops", account="administrator")
    bird.refresh_from_db()
    actions.add_participant(ticket, by=cast.mei, person=bird)
    actions.reply(ticket, by=bird, text="Upupa's own")
    quoted = f"On Monday Upupa Epops <{BIRD}> wrote:\n> Upupa's own"
    actions.reply(ticket, by=cast.mei, text="Yes.", quoted=quoted, html=f"<p>{quoted}</p>")
    given_back = cast.ask(requester=bird, subject="For somebody else", text="Please.")
    actions.decline(given_back, by=bird)
    run_jobs()
    for each in Ticket.objects.filter(requester=bird):
        actions.cancel(each, by=cast.bo)
    run_jobs()
    seal()
    assert set(found()) == {"wiedehopf", "upupa"}
    assert {"channels_received", "tickets_message", "tickets_event", "notices_delivery", "people_person"} <= {
        table for tables in found().values() for table in tables
    }

    erase_person(Person.objects.get(pk=bird.pk), by=cast.ada)

    run_jobs()
    seal()
    assert in_tables(("wiedehopf", "upupa")) == {}
    assert verify().broken == ()
    assert {each.pk: differences(each) for each in Ticket.objects.all() if differences(each)} == {}
    assert "Yes." in ticket.messages.values_list("text", flat=True)


def test_who_only_has_a_longer_address_is_not_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = Cast.make()
    arrives(letter(subject="In copy", Cc=f"x{BIRD}, {BIRD}.uk", letter_id="<cc@x>"))
    before = InboundMessage.objects.values_list("suggested", "raw").get()
    erase_person(Person.objects.create_person(name="Upupa", email=BIRD), by=cast.ada)
    assert InboundMessage.objects.values_list("suggested", "raw").get() == before
    assert len(before[0]) == 2


def test_a_letter_whose_raw_bytes_went_before_loses_the_rest_as_well() -> None:
    cast = Cast.make()
    received = arrives(letter(subject="Early", Cc="Zoe <zoe@corp.example>"))
    InboundMessage.objects.filter(pk=received.pk).update(raw=b"")
    for each in Ticket.objects.filter(requester=cast.mei):
        actions.cancel(each, by=cast.bo)
    erase_person(cast.mei, by=cast.ada)
    left = InboundMessage.objects.get(pk=received.pk)
    assert (left.suggested, left.letter_id, left.digest, left.key) == ([], "", "", f"erased {left.pk}")


def test_what_came_from_a_second_address_and_what_channels_call_them_go_too() -> None:
    cast = Cast.make()
    away = letter(f"Upupa <{BIRD}>", subject="Out of office", text="Upupa is away.", letter_id="<away@x>")
    away["Auto-Submitted"] = "auto-replied"
    came = arrives(away)  # before anybody was known by the address
    bird = Person.objects.create_person(name="Upupa Epops", email="first@corp.example")
    identities.add(bird, "email", BIRD)
    identities.add(bird, "chat", "U0UPUPA")
    ticket = cast.ask(by=cast.mei, subject="Another's")
    arrives(
        letter("Mei <mei@corp.example>", to=back_to(ticket), text="See copy.", Cc=f"Upupa <{BIRD}>", letter_id="<c@x>")
    )
    assert preview(bird)["letters"] == 1
    erase_person(bird, by=cast.ada)
    assert bytes(InboundMessage.objects.get(pk=came.pk).raw) == b""
    assert not Identity.objects.filter(person=bird).exists()
    assert in_tables(("wiedehopf", "upupa")) == {}


@pytest.mark.parametrize("spelt", [BIRD, "Wiedehopf@CORP.example"])
def test_emails_of_which_nothing_was_made_go_with_their_writer(monkeypatch: pytest.MonkeyPatch, spelt: str) -> None:
    """An out-of-office reply, a second copy at another's request, one that cannot be read, one that a server sent back,
    before and after the person was known."""
    monkeypatch.setattr("tests.retention.test_erasing.CANARIES", ("wiedehopf", "upupa"))
    cast = Cast.make()
    sender = f"Upupa Epops <{spelt}>"
    away = letter(sender, subject="Out of office", text="Upupa is away.", letter_id="<away@x>")
    away["Auto-Submitted"] = "auto-replied"
    early = arrives(away)
    bird = Person.objects.create_person(name="Upupa Epops", email=BIRD)
    ticket = cast.ask(subject="Another's")
    actions.add_participant(ticket, by=cast.mei, person=bird)
    said = letter(sender, to=back_to(ticket), subject="Re", text="Upupa says so.", letter_id="<said@x>")
    arrives(said)
    again = letter(sender, to=back_to(ticket), subject="Re", text="Upupa says so.", letter_id="<said@x>")
    again["Received"] = "from elsewhere"
    arrives(again)
    broken = f"From: {sender}\nSubject: Upupa\n".encode() + b"X-A: b\n" * 2_100 + b"\nUpupa\n"
    unreadable = arrives(broken, at="it@desk.example")
    late = letter(sender, subject="Out of office", text="Upupa is away again.", letter_id="<late@x>")
    late["Auto-Submitted"] = "auto-replied"
    later = arrives(late)
    returned = f"From: mailer-daemon@far.example\nSubject: Undelivered\n\nFailed: {spelt} 5.1.1 (Upupa)\n".encode()
    came_back = arrives(returned, at="it@desk.example", envelope_sender="")
    assert [each.state for each in (early, unreadable, later)] == ["bounce", "unreadable", "bounce"]
    assert came_back.state == "bounce"
    assert later.person == bird
    others = arrives(
        letter("Omar <omar@corp.example>", subject="Out of office", letter_id="<o@x>", Auto_Submitted="auto-replied")
    )
    run_jobs()
    for each in Ticket.objects.filter(requester=bird):
        actions.cancel(each, by=cast.bo)
    run_jobs()
    seal()
    assert set(found()) == {"wiedehopf", "upupa"}

    counted = preview(Person.objects.get(pk=bird.pk))
    assert erase_person(Person.objects.get(pk=bird.pk), by=cast.ada)["letters"] == counted["letters"] >= 3
    run_jobs()
    seal()
    assert in_tables(("wiedehopf", "upupa")) == {}
    assert InboundMessage.objects.get(pk=others.pk).raw
