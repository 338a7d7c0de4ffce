"""In worlds made at random, everybody reads, finds and fetches what a plain reckoning says they may: by collections,
relations, search, file and program. Threats 1 and 2."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from firstline.api.models import Token
from firstline.kit import clock
from firstline.people.models import Person
from firstline.tickets import actions, files, search
from firstline.tickets.errors import Refused
from firstline.tickets.models import Attachment, Message, Ticket
from firstline.tickets.rights import readers_of, relations
from tests.cast import MONDAY, Cast, fresh
from tests.roles import people as roles_of

pytestmark = pytest.mark.django_db

PEOPLE = ("mei", "omar", "pia", "hana", "bo", "ivan", "ada")
INSIDE_IT = ("bo", "ivan", "ada")
INSIDE = {"bo": {"IT"}, "ivan": {"IT"}, "hana": {"HR"}, "ada": {"IT", "HR"}}
ASKS = ("mei", "omar", "pia", "hana")
STEPS = st.tuples(
    st.sampled_from(
        "ask reply answer answer_askers held withdrawn note add let_in share unshare decline merge join unmerge".split()
    ),
    st.integers(0, 3),
    st.integers(0, 3),
    st.integers(0, 3),
)


@dataclass
class Word:
    """A message as the reckoning knows it."""

    home: int
    at: datetime
    writer: str
    here: int
    aside: bool = False
    aloud: bool = True


@dataclass
class Asked:
    """A ticket as the reckoning knows it: who asks since when, who reads since when, who asked, and who came by a merge
    that shared nothing, with which ticket."""

    requester: str
    since: datetime | None = None
    readers: dict[str, datetime | None] = field(default_factory=dict)
    askers: list[str] = field(default_factory=list)
    came: dict[str, int] = field(default_factory=dict)
    into: int | None = None
    brought: list[tuple[int, str]] = field(default_factory=list)
    moved: list[int] = field(default_factory=list)

    def takes_part(self, who: str) -> bool:
        return who == self.requester or who in self.readers or who in self.askers


@dataclass
class World:
    cast: dict[str, Person]
    it: Any
    tickets: list[Ticket] = field(default_factory=list)
    asked: dict[int, Asked] = field(default_factory=dict)
    words: dict[int, Word] = field(default_factory=dict)

    def reads(self, who: str, pk: int) -> bool:
        word = self.words[pk]
        if "IT" in INSIDE.get(who, ()):
            return True
        if not word.aloud or not self.sees(who, word.here):
            return False
        home = self.asked[word.home]
        if who == word.writer:
            return True
        if who in home.came and word.writer not in INSIDE_IT:
            return False
        if word.aside and who in home.askers:
            return True
        if who == home.requester and (home.since is None or home.since < word.at):
            return True
        return who in home.readers and (home.readers[who] is None or home.readers[who] < word.at)  # type: ignore[operator]

    def sees(self, who: str, pk: int) -> bool:
        return "IT" in INSIDE.get(who, ()) or self.asked[pk].takes_part(who)

    def step(self, name: str, a: int, b: int, c: int) -> None:
        if name == "ask" or not self.tickets:
            self._ask(ASKS[a], ASKS[b])
            return
        ticket = fresh(self.tickets[a % len(self.tickets)])
        getattr(self, f"_{name}")(ticket, self.asked[ticket.pk], ASKS[b], c)

    def _ask(self, by: str, requester: str) -> None:
        ticket = actions.open_ticket(
            by=self.cast[by], requester=self.cast[requester], desk=self.it, subject="S", text="first", channel="portal"
        )
        search.index(ticket.pk)
        self.tickets.append(ticket)
        self.asked[ticket.pk] = Asked(requester, askers=[] if by == requester else [by])
        self._say(ticket, ticket.messages.get(), by, aside=by != requester)

    def _say(self, ticket: Ticket, message: Message, writer: str, **more: bool) -> None:
        self.words[message.pk] = Word(ticket.pk, message.created_at, writer, ticket.pk, **more)
        with_word(message)

    def _reply(self, ticket: Ticket, asked: Asked, who: str, c: int) -> None:
        message = actions.reply(ticket, by=self.cast[who], text="more", attachments=[kept(self.cast[who])])
        aside = who in asked.askers and who != asked.requester and who not in asked.readers
        self._say(ticket, message, who, aside=aside)
        self.words[message.pk].home = asked.came.get(who, ticket.pk)

    def _answer(self, ticket: Ticket, asked: Asked, who: str, c: int, **more: Any) -> Message:
        bo = self.cast["bo"]
        message = actions.reply(ticket, by=bo, text="answer", attachments=[kept(bo)], **more)
        self._say(ticket, message, "bo", aside=more.get("to_askers", False), aloud="undo_seconds" not in more)
        return message

    def _answer_askers(self, ticket: Ticket, asked: Asked, who: str, c: int) -> None:
        self._answer(ticket, asked, who, c, to_askers=True)

    def _held(self, ticket: Ticket, asked: Asked, who: str, c: int) -> None:
        self._answer(ticket, asked, who, c, undo_seconds=100_000)

    def _withdrawn(self, ticket: Ticket, asked: Asked, who: str, c: int) -> None:
        actions.withdraw(self._answer(ticket, asked, who, c, undo_seconds=10), by=self.cast["bo"])

    def _note(self, ticket: Ticket, asked: Asked, who: str, c: int) -> None:
        message = actions.note(ticket, by=self.cast["bo"], text="note", attachments=[kept(self.cast["bo"])])
        self._say(ticket, message, "bo", aloud=False)

    def _add(self, ticket: Ticket, asked: Asked, who: str, c: int) -> None:
        actions.add_participant(ticket, by=self.cast[asked.requester], person=self.cast[who])
        asked.readers[who] = None
        asked.came.pop(who, None)

    def _let_in(self, ticket: Ticket, asked: Asked, who: str, c: int) -> None:
        actions.add_participant(ticket, by=self.cast["bo"], person=self.cast[who])
        asked.readers.setdefault(who, clock.now())

    def _share(self, ticket: Ticket, asked: Asked, who: str, c: int) -> None:
        actions.share(ticket, by=self.cast[asked.requester], person=self.cast[who])
        asked.readers[who] = None
        asked.came.pop(who, None)

    def _unshare(self, ticket: Ticket, asked: Asked, who: str, c: int) -> None:
        actions.unshare(ticket, by=self.cast[asked.requester], person=self.cast[who])
        asked.readers.pop(who, None)

    def _decline(self, ticket: Ticket, asked: Asked, who: str, c: int) -> None:
        actions.decline(ticket, by=self.cast[asked.requester])
        asked.requester, asked.since = asked.askers[0], clock.now()
        asked.readers = {who: cut for who, cut in asked.readers.items() if cut and who != asked.requester}

    def _merge(self, ticket: Ticket, asked: Asked, who: str, c: int, share: bool = False) -> None:
        into = fresh(self.tickets[c % len(self.tickets)])
        moved = [pk for pk, word in self.words.items() if word.here == ticket.pk]
        actions.merge(ticket, by=self.cast["bo"], into=into, share=share)
        other = self.asked[into.pk]
        ways = [(into.pk, asked, other)] + ([(ticket.pk, other, asked)] if share else [])
        came = {pk: dict(of.came) for pk, of, _to in ways}
        bringing = [(pk, to, dict(of.readers), list(of.askers), of.requester) for pk, of, to in ways]
        there = {pk: {w for w in ASKS if to.takes_part(w)} for pk, to, *_ in bringing}
        asked.brought = []
        for pk, to, readers, askers, requester in bringing:
            for person, cut in {**readers, requester: None}.items():
                if person not in there[pk]:
                    to.readers[person] = cut if share else clock.now()
                    self._comes(to, person, came[pk].get(person, None if share else ticket.pk))
                    asked.brought.append((pk, person))
            for person in askers:
                if person not in there[pk]:
                    to.askers.append(person)
                    self._comes(to, person, came[pk].get(person, None if share else ticket.pk))
                    asked.brought.append((pk, person))
        asked.into, asked.moved = into.pk, moved
        for pk in moved:
            self.words[pk].here = into.pk

    def _comes(self, to: Asked, person: str, with_: int | None) -> None:
        if with_ is not None:
            to.came[person] = with_

    def _join(self, ticket: Ticket, asked: Asked, who: str, c: int) -> None:
        self._merge(ticket, asked, who, c, share=True)

    def _unmerge(self, ticket: Ticket, asked: Asked, who: str, c: int) -> None:
        actions.unmerge(ticket, by=self.cast["bo"])
        shared = any(pk == ticket.pk for pk, _person in asked.brought)
        for pk, person in asked.brought:
            there = self.asked[pk]
            there.askers = [each for each in there.askers if each != person]
            there.came.pop(person, None)
            if person in there.readers and (shared or there.readers[person] is not None):
                del there.readers[person]
        into = asked.into
        for pk, word in self.words.items():
            if word.here == into and (pk in asked.moved or word.home == ticket.pk):
                word.here = ticket.pk
        asked.into = None


def kept(person: Person) -> Attachment:
    return files.keep(b"words", name="file.txt", by=person)


def with_word(message: Message) -> None:
    """Give the message a word of its own."""
    from firstline.tickets.write_guard import door

    with door():
        Message.objects.filter(pk=message.pk).update(text=f"said word{message.pk}")


def check(world: World) -> None:
    search.index(*[ticket.pk for ticket in world.tickets])
    for who in PEOPLE:
        person = world.cast[who]
        person.forget_seats()
        should = {pk for pk in world.words if world.reads(who, pk)}
        assert (who, set(Message.objects.readable_by(person).values_list("pk", flat=True))) == (who, should)
        with_file = Attachment.objects.visible_to(person).filter(message__isnull=False)
        filed = set(Attachment.objects.filter(message__in=should).values_list("message", flat=True))
        assert (who, set(with_file.values_list("message", flat=True))) == (who, filed)
        sees = {ticket.pk for ticket in world.tickets if world.sees(who, ticket.pk)}
        assert (who, set(Ticket.objects.visible_to(person).values_list("pk", flat=True))) == (who, sees)
        assert {t.pk for t in world.tickets if relations(person, fresh(t))} == sees, who
        _found(world, who, should)
        _by_program(world, who, should, sees)
    for pk, word in world.words.items():
        if word.aloud:
            told = readers_of(Message.objects.get(pk=pk))
            outside = {who for who in ASKS if world.reads(who, pk) and who != word.writer}
            assert {who for who in ASKS if world.cast[who].pk in told and who != word.writer} >= outside


def _found(world: World, who: str, should: set[int]) -> None:
    person = world.cast[who]
    for pk, word in world.words.items():
        found = Ticket.objects.visible_to(person).matching(f"word{pk}", by=person).filter(pk=word.here).exists()
        if pk not in should:
            assert not found, (who, pk)
        elif word.aloud and all(p in should for p, w in world.words.items() if w.here == word.here and w.aloud):
            assert found, (who, pk)


def _by_program(world: World, who: str, should: set[int], sees: set[int]) -> None:
    program = Client(headers={"Authorization": f"Bearer {Token.issue(world.cast[who], scopes=['read'])}"})
    for ticket in world.tickets:
        answer = program.get(f"/api/v1/tickets/{fresh(ticket).number}/messages")
        if ticket.pk not in sees:
            assert answer.status_code == 404
        else:
            here = {pk for pk, word in world.words.items() if word.here == ticket.pk}
            got = answer.json()
            rows = got["items"] if isinstance(got, dict) else got
            assert (who, {row["id"] for row in rows}) == (who, should & here)


@pytest.fixture
def world(cast: Cast) -> Callable[[], World]:
    people = {name: person for name, person in roles_of(cast).items() if person and name in PEOPLE}
    return lambda: World(people, cast.it)


MERGED = [("merge", 0, 0, 1), ("reply", 1, 0, 0), ("reply", 1, 1, 0), ("answer", 1, 0, 0), ("answer_askers", 1, 0, 0)]
ASKED_FOR_OMAR = [("ask", 0, 1, 0), ("answer", 0, 0, 0), ("answer_askers", 0, 0, 0), ("reply", 0, 1, 0)]


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(steps=st.lists(STEPS, min_size=3, max_size=9))
@example(steps=[*ASKED_FOR_OMAR, ("share", 0, 0, 0), ("unshare", 0, 0, 0), ("decline", 0, 0, 0), ("answer", 0, 0, 0)])
@example(steps=[*ASKED_FOR_OMAR, ("ask", 2, 2, 0), ("merge", 0, 0, 1), ("answer", 1, 0, 0), ("unmerge", 0, 0, 0)])
@example(steps=[*ASKED_FOR_OMAR, ("ask", 2, 2, 0), ("join", 0, 0, 1), ("answer", 1, 0, 0), ("unmerge", 0, 0, 0)])
@example(steps=[("ask", 0, 0, 0), ("ask", 1, 1, 0), ("let_in", 0, 2, 0), ("answer", 0, 0, 0), ("merge", 0, 0, 1)])
@example(steps=[("ask", 0, 0, 0), ("ask", 1, 1, 0), *MERGED, ("unmerge", 0, 0, 0)])
@example(
    steps=[("ask", 2, 0, 0), ("ask", 1, 3, 0), *MERGED, ("add", 1, 0, 0), ("reply", 1, 3, 0), ("unmerge", 0, 0, 0)]
)
@example(steps=[("ask", 0, 0, 0), ("held", 0, 0, 0), ("withdrawn", 0, 0, 0), ("note", 0, 0, 0), ("add", 0, 2, 0)])
def test_everybody_reads_finds_and_fetches_what_a_plain_reckoning_says(
    world: Callable[[], World], steps: list[tuple[str, int, int, int]]
) -> None:
    with transaction.atomic():
        made = world()
        at = MONDAY
        for step in steps:
            at += timedelta(minutes=1)
            with clock.moved(at), transaction.atomic():
                try:
                    made.step(*step)
                except Refused:
                    continue
        with clock.moved(at + timedelta(minutes=1)):
            check(made)
        transaction.set_rollback(True)
