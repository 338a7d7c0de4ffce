"""Strings that occur nowhere else, planted where somebody may not read, are looked for in all that he can. Threats 1-4.

And what the desk does among itself changes nothing, not by a byte, of what the asking side is shown: no count, no
moment, no id tells of it.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from difflib import unified_diff
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from firstline.api.models import Token
from firstline.channels.email.writing import as_mime, outgoing
from firstline.kit import clock
from firstline.notices.models import Delivery
from firstline.notices.tell import tell
from firstline.people.models import Person
from firstline.tickets import access, actions, audience, files, search
from firstline.tickets.models import Draft, Event, Ticket
from firstline.web.live import Stream
from tests.cast import MONDAY, Cast, fresh
from tests.roles import Asking, asked_for_mei
from tests.web.addresses import addresses
from tests.web.conftest import As
from tests.web.matrix import GET

DESK = {"bo", "chen", "dana", "ivan", "ada"}
# what is planted: who may read it
MAY_READ: dict[str, set[str]] = {
    "canary-asked": {"mei", "pia", "sven", *DESK},
    "canary-form": {"mei", "pia", "sven", *DESK},
    "canary-whose": {"mei", "pia", "hana", *DESK},
    "canary-department": {"hana", "pia", "mei", *DESK},
    "canary-said": {"mei", "pia", *DESK},
    "canary-file-name": {"mei", "pia", *DESK},
    "canary-loose": {"mei", "pia", *DESK},
    "canary-answer": {"mei", "pia", *DESK},
    "canary-aside": {"mei", "pia", "sven", *DESK},
    "canary-note": DESK,
    "canary-note-file": DESK,
    "canary-handover": DESK,
    "canary-held": DESK,
    "canary-held-file": DESK,
    "canary-withdrawn": DESK,
    "canary-remarks": DESK,
    "canary-description": DESK,
    "canary-tag": DESK,
    "canary-draft": {"bo"},
    "canary-unsent": {"bo"},
    "canary-elsewhere": {"omar", "hana", "ada"},
    "canary-elsewhere-note": {"hana", "ada"},
}
CANARY = re.compile("|".join(sorted((re.escape(each) for each in MAY_READ), key=len, reverse=True)), re.IGNORECASE)
PROGRAMS = ["/persons/me", "/desks", "/services", "/request-types", "/tickets", "/tickets?q=canary", "/tickets?limit=1"]
SEARCHES = [
    "/requests/?show=all",
    "/requests/?q=canary",
    "/find/?q=canary",
    "/desk/palette/?q=canary",
]
SEARCHES += ["/desk/queue/all/?q=canary", "/desk/queue/mine/?q=canary", "/desk/people/?q=a", "/requests/?show=solved"]
LINK = re.compile(r'(?:href|src|hx-get|data-url)="(/(?!static|/)[^"#]*)"')
CHANGES_ALWAYS = re.compile(
    r"""csrf[^"]*(?:token)?[^>]{0,40}?[A-Za-z0-9]{32,64}|"X-CSRFToken": "\w+"|'(?:X-Request-I[Dd]|Expires)': '[^']*'""",
    re.IGNORECASE,
)


def plant(cast: Cast, roles: dict[str, Any]) -> tuple[Ticket, Ticket]:
    Person.objects.filter(pk=cast.mei.pk).update(name="Canary-Whose Mei", department="canary-department")
    cast.mei.refresh_from_db()
    ticket = asked_for_mei(cast, roles, subject="canary-asked", answers={"asset": "canary-form"})
    file = files.keep(b"words", name="canary-file-name.txt", by=cast.mei)
    actions.reply(ticket, by=cast.mei, text="canary-said", attachments=[file])
    loose = files.keep(b"words", name="canary-loose.txt", by=cast.mei)
    actions.attach(ticket, by=cast.mei, attachments=[loose])
    actions.reply(ticket, by=cast.bo, text="canary-answer")
    actions.reply(ticket, by=cast.bo, text="canary-aside", to_askers=True)
    among_themselves(ticket, cast)
    elsewhere = cast.asked(by=cast.omar, desk=cast.hr, subject="canary-elsewhere", text="canary-elsewhere")
    actions.note(elsewhere, by=cast.hana, text="canary-elsewhere-note")
    actions.watch(elsewhere, by=cast.ada)
    return fresh(ticket), fresh(elsewhere)


def among_themselves(ticket: Ticket, cast: Cast) -> None:
    """All that a desk does with a request of which its requester is shown nothing."""
    inside = files.keep(b"canary-note-file", name="canary-note-file.txt", by=cast.bo)
    note = actions.note(ticket, by=cast.bo, text="canary-note", attachments=[inside])
    actions.mention(ticket, by=cast.bo, persons=[cast.chen], message=note)
    actions.watch(ticket, by=cast.dana)
    actions.tag(ticket, by=cast.bo, tags=["canary-tag"])
    actions.file(
        ticket, by=cast.bo, module=None, cause=None, business=None, repeated=True,
        description="canary-description", remarks="canary-remarks",
    )  # fmt: skip
    actions.link(ticket, by=cast.bo, other=cast.asked(by=cast.bo, subject="Another"), kind="related")
    actions.withdraw(actions.reply(ticket, by=cast.bo, text="canary-withdrawn", undo_seconds=20), by=cast.bo)
    held = files.keep(b"canary-held-file", name="canary-held-file.txt", by=cast.bo)
    actions.reply(ticket, by=cast.bo, text="canary-held", attachments=[held], undo_seconds=20)
    actions.snooze(ticket, by=cast.bo, until=clock.now() + timedelta(hours=2))
    Draft.objects.create(person=cast.bo, ticket=ticket, text="canary-draft")
    files.keep(b"canary-unsent", name="canary-unsent.txt", by=cast.bo)


@pytest.fixture
def at_nine() -> Iterator[None]:
    with clock.moved(MONDAY):
        yield


def test_nobody_reads_what_is_not_for_him(cast: Cast, asking: Asking, roles: dict[str, Any], at_nine: None) -> None:
    ticket, elsewhere = plant(cast, roles)
    actions.escalate(ticket, by=cast.bo, to=cast.network, handover="canary-handover")
    for each in (ticket, elsewhere):
        search.index(each.pk)
    token = {role: Token.issue(person, scopes=["read"]) for role, person in roles.items() if person}
    seen: dict[str, set[str]] = {}
    for role in roles:
        read = dict(pages(asking, role, cast, roles, [ticket, elsewhere]))
        read |= dict(by_program(token.get(role, ""), [ticket, elsewhere]))
        read["letters"] = letters_to(roles[role])
        for words in read.values():
            for found in CANARY.findall(words):
                seen.setdefault(found.lower(), set()).add(role)
    too_much = {canary: sorted(seen.get(canary, set()) - may) for canary, may in MAY_READ.items()}
    assert {canary: who for canary, who in too_much.items() if who} == {}
    # A search that finds nothing proves nothing: each is read by somebody who may.
    assert {canary for canary in MAY_READ if not seen.get(canary)} == {
        "canary-unsent",
        "canary-note-file",
    } - seen.keys()


def test_what_the_desk_does_among_itself_changes_nothing_that_others_see(
    cast: Cast, asking: Asking, roles: dict[str, Any], at_nine: None
) -> None:
    ticket = asked_for_mei(cast, roles, subject="VPN")
    actions.accept(ticket, by=cast.bo)
    outside = ("mei", "pia", "sven", "omar", "hana")
    token = {role: Token.issue(roles[role], scopes=["read"]) for role in outside}

    def shown() -> dict[tuple[str, str], str]:
        with transaction.atomic(), clock.moved(MONDAY + timedelta(minutes=1, seconds=10)):
            found = {}
            for role in outside:
                read = dict(pages(asking, role, cast, roles, [fresh(ticket)]))
                read |= dict(by_program(token[role], [fresh(ticket)]))
                read.pop("/metrics")  # how much the machine did; only itself is shown it
                found |= {(role, path): CHANGES_ALWAYS.sub("", words) for path, words in read.items()}
            transaction.set_rollback(True)
        return found

    before = shown()
    with clock.moved(MONDAY + timedelta(minutes=1)):
        among_themselves(ticket, cast)
        search.index(ticket.pk)
    after = shown()
    assert {at: difference(before[at], after[at]) for at in before if before[at] != after[at]} == {}
    # The notes, held replies and files that there are now do not exist for them.
    assert {words[:4] for at, words in after.items() if at not in before} == {"404 "}


def test_the_stream_tells_each_role_of_what_it_may_see_and_of_nothing_else(
    cast: Cast, roles: dict[str, Any], at_nine: None
) -> None:
    """Threat 4. Of a note, a held and a withdrawn reply the asking side hears not even that something happened."""
    ticket, _elsewhere = plant(cast, roles)
    left = actions.reply(ticket, by=cast.bo, text="It has left.")
    quiet = Event.objects.filter(ticket=ticket, internal=True) | Event.objects.filter(ticket=ticket, name="replied")
    aloud = set(ticket.messages.aloud().values_list("pk", flat=True))
    inner = [event for event in quiet if event.data.get("message") not in aloud]
    assert {"noted", "withdrawn", "replied", "tagged", "mentioned"} <= {event.name for event in inner}
    assert hearing([event.pk for event in inner], roles) == DESK
    aside = actions.reply(ticket, by=cast.bo, text="To Sven as well.", to_askers=True)
    own = actions.reply(ticket, by=roles["sven"], text="Sven's.")
    for said, who in ((left, {"mei", "pia"}), (aside, {"mei", "pia", "sven"}), (own, {"mei", "pia", "sven"})):
        assert hearing([Event.objects.get(ticket=ticket, data__message=said.pk).pk], roles) == DESK | who
    actions.resolve(ticket, by=cast.bo, resolution="Solved.")
    assert "sven" in hearing([Event.objects.latest("pk").pk], roles)  # where it stands, askers are shown


def test_of_merged_requests_neither_side_is_told_anything_of_the_other(
    cast: Cast, roles: dict[str, Any], as_: As, at_nine: None
) -> None:
    """Threat 12. Mei's, asked by Sven, into which goes Quinn's, asked by Tess; nothing was shared."""
    sides = (
        {"mei": cast.mei, "pia": roles["pia"], "sven": roles["sven"]},
        {"quinn": person("Quinn"), "tess": person("Tess")},
    )
    mine, other = plant_sides(cast, *sides)
    actions.merge(other, by=cast.bo, into=mine)
    with clock.moved(MONDAY + timedelta(minutes=1)):
        talk_on(cast, fresh(mine), *sides)
        search.index(mine.pk, other.pk)
    with clock.moved(MONDAY + timedelta(minutes=2)):
        actions.resolve(fresh(mine), by=cast.bo, resolution="to both in the end", to_askers=True)
        actions.rate(fresh(mine), by=cast.mei, score=3, words="ourside-rating")
    with clock.moved(MONDAY + timedelta(minutes=3)):
        everybody = sides[0] | sides[1]
        asking = Asking(everybody, as_)
        for role, who in everybody.items():
            read = dict(pages(asking, role, cast, roles, [fresh(mine), fresh(other)]))
            read |= dict(by_program(Token.issue(who, scopes=["read"]), [fresh(mine), fresh(other)], words="theirside"))
            read["letters"] = letters_to(who)
            canary = re.compile("theirside-[a-z]+" if role in sides[0] else "ourside-[a-z]+", re.IGNORECASE)
            told = {path: canary.findall(words) for path, words in read.items() if "q=" not in path}
            assert (role, {path: words[:3] for path, words in told.items() if words}) == (role, {})
            assert (role, fresh(mine).number in read["/requests/?show=all"]) == (role, True)
            assert (role, "to both" in "".join(read.values())) == (role, True)


def person(name: str, **more: Any) -> Person:
    """One of the other side: whatever is said of them is a canary."""
    return Person.objects.create_person(
        name=f"Theirside-{name}", email=f"theirside-{name.lower()}@corp.example", department="theirside-department",
        account="administrator", **more,
    )  # fmt: skip


def plant_sides(cast: Cast, ours: dict[str, Any], others: dict[str, Any]) -> tuple[Ticket, Ticket]:
    for number, each in enumerate(ours.values()):
        Person.objects.filter(pk=each.pk).update(
            name=f"Ourside-{number}", email=f"ourside-{number}@corp.example", department="ourside-department"
        )
        each.refresh_from_db()
    made = []
    for name, asker, requester in (
        ("ourside", ours["sven"], ours["mei"]),
        ("theirside", others["tess"], others["quinn"]),
    ):
        file = files.keep(b"x", name=f"{name}-file.txt", by=asker)
        ticket = cast.ask(
            by=asker, requester=requester, subject=f"{name}-subject", text=f"{name}-text", html=f"<p>{name}-html</p>",
            answers={"asset": f"{name}-form"}, attachments=[file],
        )  # fmt: skip
        actions.reply(ticket, by=requester, text=f"{name}-said")
        actions.attach(ticket, by=requester, attachments=[files.keep(b"x", name=f"{name}-loose.txt", by=requester)])
        actions.reply(ticket, by=cast.bo, text=f"{name}-answer", to_askers=True)
        made.append(ticket)
    actions.add_participant(made[0], by=ours["mei"], person=ours["pia"])
    return fresh(made[0]), fresh(made[1])


def talk_on(cast: Cast, ticket: Ticket, *sides: dict[str, Any]) -> None:
    """After the merge each writes, with a file and without words, and the desk answers to all."""
    for name, side in zip(("ourside", "theirside"), sides, strict=True):
        for each in side.values():
            actions.reply(
                ticket, by=each, text=f"{name}-later", attachments=[files.keep(b"x", name=f"{name}-later.txt", by=each)]
            )
            actions.attach(ticket, by=each, attachments=[files.keep(b"x", name=f"{name}-loose-later.txt", by=each)])
    actions.reply(ticket, by=cast.bo, text="to both", to_askers=True)


def test_who_leaves_the_desk_sees_no_more_of_what_he_watched_recorded_or_split(
    cast: Cast, asking: Asking, roles: dict[str, Any]
) -> None:
    """The watcher, the one who wrote down a call, and the one who split it off were taken for the asking side."""
    called = actions.open_ticket(
        by=cast.bo, requester=cast.mei, desk=cast.it, subject="canary-asked", text="By phone", channel="phone"
    )
    asked = cast.asked(subject="canary-asked")
    split = actions.split(asked, by=cast.bo, message=asked.messages.get(), subject="canary-asked")
    for ticket in (called, asked, split):
        actions.watch(fresh(ticket), by=cast.bo)
        actions.transfer(fresh(ticket), by=cast.dana, to=cast.hr, reason="Private")
        for path in (f"/requests/{ticket.number}/", f"/desk/tickets/{ticket.number}/"):
            assert (path, asking("bo", "get", path).status_code) == (path, 404)
    assert "canary-asked" not in asking("bo", "get", "/requests/?show=all").content.decode()
    assert not Ticket.objects.visible_to(Person.objects.get(pk=cast.bo.pk)).exists()


def test_a_requester_cannot_guess_at_notes_by_searching(
    cast: Cast, asking: Asking, roles: dict[str, Any], at_nine: None
) -> None:
    ticket, _elsewhere = plant(cast, roles)
    search.index(ticket.pk)
    for words in ("canary-note", "canary-held", "canary-withdrawn", "canary-remarks", "canary-description"):
        found = asking("mei", "get", f"/requests/?q={words}").content.decode()
        assert ticket.number not in found
        assert (
            ticket.number not in dict(by_program(Token.issue(cast.mei, scopes=["read"]), [], words=words)).popitem()[1]
        )


def test_an_asker_cannot_try_out_by_searching_whose_address_it_is(cast: Cast, roles: dict[str, Any]) -> None:
    """They read all that was said, their own words, but not the name behind the address that they typed."""
    ticket = cast.asked(by=roles["sven"], requester=cast.mei, subject="VPN")
    search.index(ticket.pk)

    def found(who: Person, words: str) -> bool:
        return Ticket.objects.visible_to(who).matching(words, by=who).exists()

    tried = [(found(roles["sven"], words), found(cast.bo, words)) for words in ("Since", "Lin", "Mei")]
    assert tried == [(True, True), (False, True), (False, True)]


def pages(
    asking: Asking,
    role: str,
    cast: Cast,
    roles: dict[str, Any],
    tickets: list[Ticket],
) -> Iterator[tuple[str, str]]:
    """Every page and fragment that the role is given: all addresses, the searches, and what those pages lead to."""
    todo = list(SEARCHES)
    for ticket in tickets:
        of_it = {
            "number": ticket.number,
            "message": str(getattr(ticket.messages.order_by("pk").first(), "pk", 0)),
            "key": "all",
        }
        of_it |= {"kind": "acceptance", "round": "1", "verb": "file", "id": str(cast.mei.pk), "token": "none"}
        for name, route in addresses():
            if name in GET and name not in ("file", "letter") and not route.startswith(("api", "settings")):
                todo.append("/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda part: of_it.get(part[1], "0"), route))  # noqa: B023
        todo += [f"/desk/tickets/{ticket.number}/verbs/{verb}/" for verb in ("tag", "merge")]
        todo += [f"/requests/{ticket.number}/letters/{said.pk}/" for said in ticket.messages.all()]
        todo += [f"/files/{file.pk}/" for file in ticket.attachments.all()]
    known, led = list(dict.fromkeys(todo)), []
    for path in known:
        answer = asking(role, "get", path)
        words = text_of(answer)
        yield path, words
        if answer.status_code == 200 and re.search(r"^/(desk/tickets|requests)/", path):
            yield f"{path} by htmx", text_of(asking(role, "get", path, headers={"HX-Request": "true"}))
        if answer.status_code == 200:
            led += [each.replace("&amp;", "&") for each in LINK.findall(words)]
    for path in [each for each in dict.fromkeys(led) if each not in known][:8]:
        yield path, text_of(asking(role, "get", path))


def by_program(secret: str, tickets: list[Ticket], *, words: str = "canary") -> Iterator[tuple[str, str]]:
    """Everything that a program of the role reads."""
    paths = [*PROGRAMS, f"/tickets?q={words}"] if tickets else [f"/tickets?q={words}"]
    paths += [f"/tickets/{each.number}{part}" for each in tickets for part in ("", "/messages", "/events")]
    client = Client()
    for path in paths:
        yield f"api {path}", text_of(client.get(f"/api/v1{path}", headers={"Authorization": f"Bearer {secret}"}))


def letters_to(person: Person | None) -> str:
    """All letters that this person is sent about what happened."""
    if person is None:
        return ""
    for event in Event.objects.order_by("pk"):
        tell(event)
    Delivery.objects.filter(state="queued", next_try_at__gt=clock.now()).delete()  # those can still be taken back
    return "".join(as_mime(outgoing(each)).decode() for each in Delivery.objects.filter(person=person))


def text_of(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return f"{answer.status_code} {answer.headers}\n{content.decode('utf-8', 'replace')}"


def difference(before: str, after: str) -> list[str]:
    """The first few words that are gone (-) or new (+)."""
    words = (re.findall(r"[^\s<>]+", each) for each in (before, after))
    return [word for word in unified_diff(*map(list, words), n=0, lineterm="") if word[:2] not in ("--", "++", "@@")][
        :6
    ]


def hearing(events: list[int], roles: dict[str, Any]) -> set[str]:
    """The roles whose streams pass these events on."""
    with connection.cursor() as cursor:
        cursor.execute(audience.ASK, audience.values(events, now=clock.now()))
        (row,) = cursor.fetchall()
    those = audience.of(row, now=clock.now())
    streams = {role: Stream(person.pk, access.inside_of(person)) for role, person in roles.items() if person}
    return {role for role, each in streams.items() if each.hears(those.desk, those.asking)}
