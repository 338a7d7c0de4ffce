"""A few hundred tickets that live through the verbs; the world is made of copies of them.

Each has three messages. The closed ones lived in the week before last; of the open ones the oldest is eight weeks old.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from itertools import cycle, islice
from random import Random

from django.conf import settings
from django.db import connection

from firstline.catalog.models import Inbox
from firstline.channels import intake
from firstline.channels.email.ingest import keep
from firstline.demo.stories import STORIES, Story, Words, parameters
from firstline.demo.world import World
from firstline.kit import clock
from firstline.notices.models import Delivery
from firstline.notices.tell import tell
from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.models import Clock, Event, Ticket

CLOSED, SOLVED, OPEN = 160, 20, 90
DESKS = {"IT": 55, "HR": 15, "FAC": 14, "LAW": 5, "FIN": 11}
"""Of a hundred requests, how many each desk gets."""
CHANNELS = {"portal": 45, "email": 35, "phone": 12, "chat": 4, "api": 4}
HOST, TERM = "qqhostqq", "qqtermqq"
"""Words that each copy replaces by its own."""
ABOUT = {"en": f"It is about {TERM} on {HOST}.", "zh-hans": f"主要是{TERM}那台，机器号 {HOST}。"}
ASK = {"en": "Since when is that so, and does it always happen?", "zh-hans": "请问什么时候开始的？每次都会出现吗？"}
CHASE = {"en": "Is there any news? I still cannot go on.", "zh-hans": "有进展吗？我这边还是没法继续。"}
FOUND = {
    "en": "Looked at it with the requester; it needs rights that we do not have.",
    "zh-hans": "已和用户一起排查，需要我们没有的权限。",
}

Life = Iterator[float]
"""The steps of a ticket; between them the minutes of work that pass."""


@dataclass
class Ask:
    world: World
    story: Story
    language: str
    channel: str
    requester: Person
    words: Words

    def open(self) -> Ticket:
        text = f"{self.words.text} {ABOUT[self.language]}"
        if self.channel == "email":
            return self._by_letter(text)
        by = self.world.mates(self.first)[0] if self.channel == "phone" else self.requester
        return actions.open_ticket(
            by=by,
            requester=self.requester,
            desk=self.world.desks[self.story.desk],
            subject=self.words.subject,
            text=text,
            channel=self.channel,
            service=self.world.services[self.story.service] if self.channel == "portal" else None,
        )

    @property
    def first(self):
        teams = [team for team in self.world.teams.values() if team.desk.key == self.story.desk]
        return min(teams, key=lambda team: (team.line.rank, team.pk))

    def _by_letter(self, text: str) -> Ticket:
        letter = EmailMessage()
        letter["From"] = f"{self.requester.name} <{self.requester.email}>"
        address = f"{self.story.desk.lower()}@{settings.CONFIG.mail_domain}"
        letter["To"], letter["Subject"] = address, self.words.subject
        letter["Message-ID"] = f"<{HOST}.{self.world.rng.randrange(10**12)}@corp.example>"
        letter.set_content(text, cte="8bit")
        inbox = Inbox.objects.get(address=address)
        received = keep(letter.as_bytes(), inbox=inbox.pk, sender=str(self.requester.email), recipients=[address])
        intake.take(received.pk)
        received.refresh_from_db()
        ticket: Ticket = received.ticket
        return ticket


def closed(ask: Ask) -> Life:
    """Asked, taken, answered or handed on, solved, closed; half of them rated."""
    ticket, agent = yield from _taken(ask)
    if ask.story.to and ask.world.chance(0.5):
        team = ask.world.teams[ask.story.to]
        actions.escalate(ticket, by=agent, to=team, handover=ask.words.handover or FOUND[ask.language])
        yield 7
        agent = ask.world.rng.choice(ask.world.mates(team))
        actions.accept(ticket, by=agent)
    else:
        actions.reply(ticket, by=agent, text=ask.words.ask or ASK[ask.language])
    yield ask.world.some(20)
    actions.resolve(ticket, by=agent, resolution=ask.words.solved)
    yield ask.world.some(40)
    by = ask.requester if ask.world.chance(0.6) else ask.world.system
    if by == ask.requester:
        actions.rate(ticket, by=by, score=1 if ask.world.chance(0.9) else 3)
    actions.close(ticket, by=by)


def solved(ask: Ask) -> Life:
    ticket, agent = yield from _taken(ask)
    actions.reply(ticket, by=agent, text=ask.words.ask or ASK[ask.language])
    yield 5
    actions.resolve(ticket, by=agent, resolution=ask.words.solved)


def pending(ask: Ask) -> Life:
    """Nobody has taken it; who asked has asked again, twice."""
    ticket = ask.open()
    for _again in range(2):
        yield 30
        actions.reply(ticket, by=ask.requester, text=CHASE[ask.language])


def in_work(ask: Ask) -> Life:
    ticket, agent = yield from _taken(ask)
    actions.reply(ticket, by=agent, text=ask.words.ask or ASK[ask.language])
    yield 25
    actions.reply(ticket, by=ask.requester, text=ask.words.answer or CHASE[ask.language])


def waiting(ask: Ask) -> Life:
    ticket, agent = yield from _taken(ask)
    actions.reply(ticket, by=agent, text=ask.words.ask or ASK[ask.language])
    actions.note(ticket, by=agent, text=FOUND[ask.language])
    actions.hold(ticket, by=agent, reason="requester" if ask.world.chance(0.7) else "vendor")
    yield 1


def handed_on(ask: Ask) -> Life:
    ticket, agent = yield from _taken(ask)
    teams = [team for team in ask.world.teams.values() if team.desk.key == ask.story.desk and team != ask.first]
    team = ask.world.teams[ask.story.to] if ask.story.to else teams[0]
    actions.escalate(ticket, by=agent, to=team, handover=ask.words.handover or FOUND[ask.language])
    yield 30
    actions.reply(ticket, by=ask.requester, text=CHASE[ask.language])


def _taken(ask: Ask):
    ticket = ask.open()
    yield ask.world.some(2)
    agent = ask.world.rng.choice(ask.world.mates(ask.first))
    actions.accept(ticket, by=agent)
    yield 2
    actions.classify(ticket, by=agent, kind=ask.story.kind, service=ask.world.services[ask.story.service])
    yield 2
    return ticket, agent


OPEN_LIVES: list[Callable[[Ask], Life]] = [pending, in_work, waiting, handed_on, in_work]


def live_all(world: World) -> None:
    """Let all of them live, and leave what their reactions leave."""
    now = clock.now()
    week = (now - timedelta(days=now.weekday())).replace(hour=1, minute=30)
    asks = _asks(world)
    for place, ask in enumerate(islice(asks, CLOSED)):
        # Weekdays of the week before last, so that a copy can be any number of weeks older.
        start = week - timedelta(days=14 - place % 5, minutes=-(place * 7) % 420)
        _live(world, ask, closed, start)
    for place, ask in enumerate(islice(asks, OPEN)):
        ages = place * place / OPEN / OPEN  # most of what is open is young
        start = _at_work(now - timedelta(hours=3, days=56 * ages))
        _live(world, ask, OPEN_LIVES[place % len(OPEN_LIVES)], start, until=now)
    for place, ask in enumerate(islice(asks, SOLVED)):
        _live(world, ask, solved, _at_work(now - timedelta(hours=3 + place / 2)), until=now)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    Delivery.objects.filter(state="queued").update(state="sent", attempts=1, sent_at=now)


def _live(world: World, ask: Ask, kind: Callable[[Ask], Life], start: datetime, until: datetime | None = None) -> None:
    life, at = kind(ask), start
    while True:
        with clock.moved(at):
            pause = next(life, None)
            _react()
            after = world.after(ask.requester, pause) if pause is not None else until
        newest = Ticket.objects.latest("pk")
        if after is not None:
            _deadlines(newest, min(after, until) if until else after)
        if pause is None:
            return
        at = min(after, until - timedelta(minutes=1)) if until else after


def _deadlines(ticket: Ticket, until: datetime) -> None:
    """Warn of the ticket's deadlines and miss them at the moments when the worker would have."""
    system = Person.objects.system()
    for _round in range(20):
        running = Clock.objects.filter(ticket=ticket, state="running", breached_at__isnull=True)
        late = running.filter(due_at__lte=until).order_by("due_at").first()
        near = running.filter(warn_at__lte=until, warned_at__isnull=True).order_by("warn_at").first()
        if near and (late is None or near.warn_at < late.due_at):
            with clock.moved(near.warn_at + timedelta(seconds=5)):
                actions.warn_clock(near, by=system)
                _react()
        elif late:
            with clock.moved(late.due_at + timedelta(seconds=5)):
                actions.breach_clock(late, by=system)
                _react()
        else:
            return


def _react() -> None:
    """What the worker would do but for the sending, and for the words, which each copy has of its own."""
    global _told
    for event in Event.objects.filter(pk__gt=_told).select_related("ticket", "by").order_by("pk"):
        tell(event)
        _told = event.pk


_told = 0


def _at_work(moment: datetime) -> datetime:
    return moment - timedelta(days=max(0, moment.weekday() - 4))


def _asks(world: World) -> Iterator[Ask]:
    rng: Random = world.rng
    told = {desk: cycle([story for story in STORIES if story.desk == desk and not story.alert]) for desk in DESKS}
    for place in cycle(range(3)):
        language, city = ("zh-hans", rng.choice(["SH", "SZ"])) if place == 0 else ("en", "BE")
        story = next(told[rng.choices(list(DESKS), DESKS.values())[0]])
        channel = rng.choices(list(CHANNELS), CHANNELS.values())[0]
        requester = rng.choice(world.askers(story.desk, city, language))
        values = parameters(rng, language, city)
        words = Words(*(text.format_map(values) for text in story.words(language)))
        yield Ask(world, story, language, channel, requester, words)
