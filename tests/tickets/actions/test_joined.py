"""What a merge moves, whom it brings, and that nothing of it stays when it is taken back; and what is split off."""

from itertools import pairwise
from typing import Any

import pytest

from firstline.catalog.models import Membership
from firstline.people.models import Person
from firstline.tickets import actions, files, replay
from firstline.tickets.errors import NotAllowed, WrongState
from firstline.tickets.models import Message, Ticket
from tests.cast import Cast, fresh
from tests.tickets.pictured import at, changed, pictured, word

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(cast: Cast) -> Person:
    return Person.objects.create_person(name="Anna", email="anna@corp.example")


@pytest.fixture
def vera(cast: Cast) -> Person:
    return Person.objects.create_person(name="Vera", email="vera@corp.example")


@pytest.fixture
def pair(cast: Cast, anna: Person, vera: Person) -> tuple[Ticket, Ticket]:
    """Mei's own, with a file, with Hana and, since two past, Anna; and Omar's, asked by Hana for him, with Vera. Anna
    has written in both, Dana watches the first, Chen the second."""
    with at(0):
        kept = files.keep(b"x", name="x.txt", by=cast.mei)
        one = cast.ask(subject="one", text="one-first", attachments=[kept], participants=[cast.hana])
        two = cast.ask(subject="two", text="two-first", by=cast.hana, requester=cast.omar)
        actions.add_participant(two, by=cast.omar, person=vera)
        actions.accept(one, by=cast.bo)
    with at(2):
        actions.add_participant(one, by=cast.bo, person=anna)
        actions.watch(one, by=cast.dana)
        actions.watch(two, by=cast.chen)
    return fresh(one), fresh(two)


def first_word(*, who: str, text: str, origin: int | None = None, to_askers: bool = False) -> tuple[Any, ...]:
    return word(who, "request", text, made=0, origin=origin, to_askers=to_askers)


@pytest.mark.parametrize("share", [False, True])
@pytest.mark.parametrize("length", [2, 3, 4])
def test_of_a_chain_what_each_side_said_since_goes_back_all_the_way(cast: Cast, length: int, share: bool) -> None:
    """Each merged into the next, all into the last; then taken back, the last first. Of what was shared, which is all
    but the first here, the words of all belong to where they were said."""
    persons = [cast.mei, cast.omar, cast.hana, cast.chen, cast.dana][: length + 1]
    chain = [cast.ask(by=person, desk=cast.it, subject=str(n), text=f"first {n}") for n, person in enumerate(persons)]
    for one, into in pairwise(chain):
        actions.merge(fresh(one), by=cast.bo, into=fresh(into), share=share and one != chain[0])
    said = [actions.reply(fresh(chain[-1]), by=person, text=f"since {n}") for n, person in enumerate(persons[:3])]
    for n, one in reversed(list(enumerate(chain[:-1]))):
        actions.unmerge(fresh(one), by=cast.bo)
        back = {f"since {k}" for k in range(min(n + 1, len(said))) if k == 0 or not share}
        first = {f"first {k}" for k in range(n + 1)}
        assert set(fresh(one).messages.values_list("text", flat=True)) == first | back
        assert "since 0" in {each.text for each in Message.objects.visible_to(cast.mei, fresh(one))}
    for n, (ticket, person) in enumerate(zip(chain, persons, strict=True)):
        back = n < len(said) and (n == 0 or not share)
        told = {f"first {n}", *([f"since {n}"] if back else [])}
        if ticket != chain[-1]:
            assert {each.text for each in Message.objects.visible_to(person, fresh(ticket))} == told
        assert replay.differences(fresh(ticket)) == []


@pytest.mark.parametrize("share", [False, True])
def test_a_merge_moves_this_brings_these_and_leaves_nothing_when_it_is_taken_back(
    cast: Cast, anna: Person, pair: tuple[Ticket, Ticket], share: bool
) -> None:
    one, two = pair
    other = pictured(cast.ask(subject="other"))
    before = pictured(one), pictured(two)
    with at(10):
        actions.merge(one, by=cast.bo, into=two, share=share)
    moved = {
        "status_id": "merged",
        "phase": "cancelled",
        "merged_into_id": two.pk,
        "-words": {first_word(who="mei", text="one-first")},
        "-files": {("x.txt", "one-first", "mei")},
    }
    came = {
        "+words": {first_word(who="mei", text="one-first", origin=one.pk)},
        "+files": {("x.txt", "one-first", "mei")},
    }
    if share:
        moved["+people"] = {("omar", "participant", None, None), ("vera", "participant", None, None)}
        came["+people"] = {
            ("mei", "participant", None, None),
            ("hana", "participant", None, None),
            ("anna", "participant", 2, None),
        }
    else:
        came["+people"] = {(name, "participant", 10, one.pk) for name in ("mei", "hana", "anna")}
    came["+people"] |= {("bo", "watcher", None, None), ("dana", "watcher", None, None)}  # who had it, who watched it
    assert (changed(before[0], pictured(one)), changed(before[1], pictured(two))) == (moved, came)
    told = one.events.get(name="merged").data
    added = sorted([cast.mei.pk, anna.pk])
    assert (told["joined"], told["joined_more"], told["shared"]) == (added, [cast.hana.pk], share)
    shown = sorted(person.pk for person in Person.objects.filter(name__in=("Omar Haddad", "Vera"))) if share else []
    assert (told["shown"], told["shown_more"]) == (shown, [])
    with at(20):
        actions.unmerge(fresh(one), by=cast.bo)
    assert (changed(before[0], pictured(one)), changed(before[1], pictured(two))) == ({}, {})
    assert changed(other, pictured(Ticket.objects.get(subject="other"))) == {}
    assert replay.differences(one) == replay.differences(two) == []


def test_what_its_own_side_said_meanwhile_goes_back_with_it(cast: Cast, pair: tuple[Ticket, Ticket]) -> None:
    one, two = pair
    actions.merge(one, by=cast.bo, into=two)
    two = fresh(two)
    actions.reply(two, by=cast.mei, text="mei-since", attachments=[files.keep(b"m", name="mei.txt", by=cast.mei)])
    actions.reply(two, by=cast.omar, text="omar-since")
    actions.reply(two, by=cast.bo, text="bo-since")
    actions.unmerge(fresh(one), by=cast.bo)
    words = {each.subject: {m.text: m.origin_id for m in each.messages.all()} for each in (fresh(one), fresh(two))}
    assert words == {
        "one": {"one-first": None, "mei-since": None},
        "two": {"two-first": None, "omar-since": None, "bo-since": None},
    }
    assert {each.name for each in fresh(one).attachments.all()} == {"x.txt", "mei.txt"}
    told = fresh(two).events.get(name="released").data["messages"]
    assert told == sorted(fresh(one).messages.values_list("pk", flat=True))


def test_of_a_chain_each_word_stays_that_of_the_request_where_it_was_said(
    cast: Cast, pair: tuple[Ticket, Ticket]
) -> None:
    one, two = pair
    third = cast.ask(subject="third", text="third-first")
    actions.merge(one, by=cast.bo, into=two)
    actions.merge(fresh(two), by=cast.bo, into=third)
    origins = {m.text: m.origin_id for m in fresh(third).messages.all()}
    assert origins == {"one-first": one.pk, "two-first": two.pk, "third-first": None}
    actions.unmerge(fresh(two), by=cast.bo)
    assert {m.text: m.origin_id for m in fresh(two).messages.all()} == {"one-first": one.pk, "two-first": None}


@pytest.mark.parametrize("share", [False, True])
def test_whom_its_requester_lets_in_meanwhile_stays_where_nothing_was_shared(
    cast: Cast, anna: Person, pair: tuple[Ticket, Ticket], share: bool
) -> None:
    one, two = pair
    with at(10):
        actions.merge(one, by=cast.bo, into=two, share=share)
    with at(11):
        for person in (anna, cast.hana):
            actions.add_participant(fresh(two), by=cast.omar, person=person)
        actions.unmerge(fresh(one), by=cast.bo)
    stays = set() if share else {("anna", "participant", None, None), ("hana", "participant", None, None)}
    others = {
        ("hana", "asker", None, None), ("vera", "participant", None, None), ("chen", "watcher", None, None)
    }  # fmt: skip
    assert pictured(two)["people"] == stays | others


def test_what_was_noted_since_on_what_was_merged_does_not_hinder_taking_it_back(cast: Cast) -> None:
    one, two = cast.ask(), cast.ask()
    actions.merge(one, by=cast.bo, into=two)
    actions.watch(fresh(one), by=cast.chen)
    actions.unmerge(fresh(one), by=cast.bo)
    assert fresh(one).phase == "pending"


@pytest.mark.parametrize("phase", ["closed", "cancelled"])
def test_nothing_is_merged_into_what_is_over(cast: Cast, phase: str) -> None:
    one, over = cast.ask(), cast.ask()
    if phase == "closed":
        actions.resolve(over, by=cast.bo, resolution="x")
        actions.close(over, by=cast.bo)
    else:
        actions.cancel(over, by=cast.bo)
    with pytest.raises(WrongState, match=phase):
        actions.merge(one, by=cast.bo, into=over)
    with pytest.raises(WrongState, match=phase):
        actions.merge(over, by=cast.bo, into=one)


def test_both_have_to_be_at_a_desk_where_who_merges_works(cast: Cast) -> None:
    ours, theirs = cast.ask(), cast.ask(desk=cast.hr)
    for by, one, two in ((cast.bo, theirs, ours), (cast.bo, ours, theirs), (cast.hana, ours, theirs)):
        with pytest.raises(NotAllowed):
            actions.merge(one, by=by, into=two)


@pytest.mark.parametrize("moves", ["one", "into"])
def test_both_have_to_be_there_when_it_is_taken_back(cast: Cast, moves: str) -> None:
    one, into = cast.ask(), cast.ask()
    actions.merge(one, by=cast.bo, into=into)
    if moves == "into":
        actions.transfer(into, by=cast.bo, to=cast.hr, reason="x")
        by = cast.bo
    else:
        actions.transfer(into, by=cast.bo, to=cast.hr, reason="x")
        by = cast.hana
    with pytest.raises(NotAllowed):
        actions.unmerge(fresh(one), by=by)


@pytest.mark.parametrize("meanwhile", ["taken back", "merged elsewhere"])
def test_who_looked_at_an_earlier_merge_takes_back_no_other(cast: Cast, meanwhile: str) -> None:
    one, two, three = cast.ask(), cast.ask(), cast.ask()
    actions.merge(one, by=cast.bo, into=two)
    seen = fresh(one)
    assert seen.merged_into == two
    actions.unmerge(fresh(one), by=cast.bo)
    if meanwhile == "merged elsewhere":
        actions.merge(fresh(one), by=cast.bo, into=three)
    with pytest.raises(WrongState, match="was not merged"):
        actions.unmerge(seen, by=cast.bo)


def test_a_message_is_split_off_as_it_is(cast: Cast) -> None:
    """Mei asks for Omar; her second email is about something else, with two files in it."""
    with at(0):
        ticket = cast.ask(requester=cast.omar, service=cast.vpn, answers={"asset": "1"})
    with at(1):
        kept = [
            files.keep(b"p", name="p.png", by=cast.mei, content_id="p@x", inline=True, declared="image/png"),
            files.keep(b"q", name="q.txt", by=cast.mei),
        ]
        said = actions.reply(
            ticket, by=cast.mei, text="**Printer**", html="<b>Printer</b>", quoted="> old", channel="email",
            format="markdown", proof="dkim", attachments=kept,
        )  # fmt: skip
    with at(10):
        new = actions.split(ticket, by=cast.bo, message=said, subject="Printer")
    found = pictured(new)
    assert {name: found[name] for name in ("desk", "subject", "channel", "creator", "requester", "asked_by")} == {
        "desk": "IT", "subject": "Printer", "channel": "email", "creator": "bo", "requester": "omar", "asked_by": "mei",
    }  # fmt: skip
    assert (found["scenario"], found["service"], found["answers"], found["verified"]) == (
        fresh(ticket).number, None, {}, False,
    )  # fmt: skip
    assert found["words"] == {
        word(
            "mei", "request", "**Printer**", channel="email", html="<b>Printer</b>", format="markdown", proof="dkim",
            to_askers=True,
        )
    }  # fmt: skip
    assert found["ties"] == {("this", ticket.subject, "split")}
    copied = ("name", "type", "size", "sha256", "content_id", "inline")
    rows = [list(said.attachments.order_by("name").values_list(*copied))]
    rows.append(list(new.messages.get().attachments.order_by("name").values_list(*copied)))
    assert rows[0] == rows[1] != []
    assert {each.uploader for each in new.attachments.all()} == {cast.bo}
    assert said.attachments.count() == 2


def test_a_message_of_whoever_takes_part_becomes_theirs_though_they_work_there_now(
    cast: Cast, anna: Person, pair: tuple[Ticket, Ticket]
) -> None:
    one, two = pair
    said = actions.reply(one, by=anna, text="anna-since")
    asked = actions.reply(two, by=cast.hana, text="hana-since")
    answer = actions.reply(one, by=cast.bo, text="an answer")
    Membership.objects.create(person=anna, desk=cast.it, team=None, role="agent")
    split = {
        message.text: actions.split(message.ticket, by=cast.bo, message=message, subject="x").requester
        for message in (said, asked, answer)
    }
    # Hana only asked for Omar, though others do take part; an answer is that of whoever was answered.
    assert split == {"anna-since": anna, "hana-since": cast.omar, "an answer": cast.mei}
