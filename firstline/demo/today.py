"""The work that lies on the desks at this moment: something in every queue, some of it urgent, some of it waiting."""

from collections.abc import Callable
from datetime import datetime, timedelta

from firstline.demo.case import Case
from firstline.demo.deck import Deck
from firstline.demo.lives import GONE, Life, Taken, accepted, classify
from firstline.demo.stories import Story
from firstline.demo.world import World
from firstline.kit import clock
from firstline.tickets import actions

State = Callable[[Case], Life]
SHANGHAI, SHENZHEN, BERLIN = ("SH", "zh-hans"), ("SZ", "zh-hans"), ("BE", "en")


def open_work(world: World, deck: Deck, *, begin: datetime) -> list[tuple[Case, Life]]:
    """The open requests of now with their lives; those that would have begun before `begin` are left out."""
    found = []
    for state, desk, minutes, (place, language), channel in OPEN:
        real = state in (_pending, _critical)
        at = clock.now() - timedelta(minutes=minutes) if real else world.ago(place, minutes)
        story = _fitting(deck, state, desk, alert=channel == "alert")
        asker = world.monitor
        if channel != "alert":
            asker = world.rng.choice(world.askers(desk, place, language))
        case = Case(world, story, at, asker, language, channel)
        if at >= begin:
            found.append((case, state(case)))
    return found


def _fitting(deck: Deck, state: State, desk: str, *, alert: bool) -> Story:
    """The next story of a desk that can come to such a state."""
    while True:
        story = deck.story(desk, alert=alert)
        if state not in NEEDS or NEEDS[state](story):
            return story


def _pending(case: Case) -> Life:
    """Nobody has taken it yet."""
    yield case.at
    case.open()


def _accepted(case: Case) -> Life:
    """Taken and classified; the agent is at it."""
    yield from _taken(case)


def _urgent(case: Case) -> Life:
    """The same, but a team cannot work, so that its deadline is near."""
    yield from _taken(case, impact=2, urgency=2)


def _asked(case: Case) -> Life:
    """Waits for the requester."""
    agent = yield from _taken(case)
    actions.reply(case.ticket, by=agent, text=case.words.ask)
    yield clock.now() + timedelta(seconds=20)
    actions.hold(case.ticket, by=agent, reason="requester")


def _answered(case: Case) -> Life:
    """The requester has answered, and nobody has read it yet."""
    yield from _asked(case)
    yield case.world.after(case.requester, 10)
    actions.reply(case.ticket, by=case.requester, text=case.words.answer, channel=case.channel, proof=case.proof)


def _escalated(case: Case) -> Life:
    """Waits at the second line."""
    agent = yield from _taken(case)
    yield case.world.after(agent, 4)
    actions.escalate(case.ticket, by=agent, to=case.world.teams[case.story.to], handover=case.words.handover)


def _with_expert(case: Case) -> Life:
    """The second line works on it."""
    yield from _escalated(case)
    yield from accepted(case, case.world.teams[case.story.to], 3)


def _with_experts_of_first_line(case: Case) -> Life:
    """L1.5 works on it."""
    agent = yield from _taken(case)
    yield case.world.after(agent, 4)
    team = case.world.teams["first-plus"]
    actions.escalate(case.ticket, by=agent, to=team, handover=case.words.handover)
    yield from accepted(case, team, 2)


def _at_the_top(case: Case) -> Life:
    """Waits at the third line."""
    yield from _with_expert(case)
    expert, at = case.world.takes(case.world.teams[case.story.to], case.language, 8)
    yield at
    actions.escalate(case.ticket, by=expert, to=case.world.teams["architects"], handover=case.words.handover)


def _vendor(case: Case) -> Life:
    yield from _held(case, "vendor")


def _approval(case: Case) -> Life:
    yield from _held(case, "approval")


def _later(case: Case) -> Life:
    """Waits for an agreed date."""
    yield from _held(case, "date", until_days=case.world.rng.randrange(8, 12))


def _snoozed(case: Case) -> Life:
    """Put out of sight until tomorrow."""
    agent = yield from _taken(case)
    yield case.world.after(agent, 3)
    actions.snooze(case.ticket, by=agent, until=case.world.now + timedelta(hours=20))


def _called_off(case: Case) -> Life:
    """Not needed after all; the one row here that is not open."""
    yield case.at
    case.open()
    yield case.world.after(case.requester, 6)
    actions.cancel(case.ticket, by=case.requester, reason=GONE[case.language])


def _critical(case: Case) -> Life:
    """Everybody is hit; whoever is on call has it, whatever the hour."""
    yield case.at
    world = case.world
    agent = world.rng.choice([each for each in world.mates(case.first_team) if each.language == "zh-hans"])
    case.open(by=agent if case.channel == "phone" else None, impact=3, urgency=3)
    yield clock.now() + timedelta(minutes=world.rng.uniform(1, 4))
    actions.accept(case.ticket, by=agent)
    yield clock.now() + timedelta(minutes=1)
    actions.classify(case.ticket, by=agent, kind="incident", service=case.service)
    if case.ticket.impact != 3:
        actions.change_priority(case.ticket, by=agent, impact=3, urgency=3)
    if case.words.handover and case.story.to:
        yield clock.now() + timedelta(minutes=3)
        actions.escalate(case.ticket, by=agent, to=world.teams[case.story.to], handover=case.words.handover)
        expert = world.mates(world.teams[case.story.to])[0]
        yield clock.now() + timedelta(minutes=2)
        actions.accept(case.ticket, by=expert)
        yield clock.now() + timedelta(minutes=4)
        actions.note(case.ticket, by=expert, text=case.words.handover)


def _taken(case: Case, *, impact: int = 0, urgency: int = 0) -> Taken:
    """Opened, accepted and classified; returns the agent."""
    world = case.world
    yield case.at
    if case.channel in ("phone", "walk_in"):
        agent, _at = world.takes(case.first_team, case.language, 0)
        case.open(by=agent)
        yield clock.now() + timedelta(seconds=20)
        actions.accept(case.ticket, by=agent)
    else:
        case.open()
        agent = yield from accepted(case, case.first_team, 2)
    yield world.after(agent, 1.5)
    classify(case, agent)
    if impact:
        actions.change_priority(case.ticket, by=agent, impact=impact, urgency=urgency)
    yield world.after(agent, 1)
    return agent


def _held(case: Case, reason: str, *, until_days: int = 0) -> Life:
    agent = yield from _taken(case)
    yield case.world.after(agent, 5)
    until = clock.now() + timedelta(days=until_days) if until_days else None
    actions.hold(case.ticket, by=agent, reason=reason, until=until)


NEEDS: dict[State, Callable[[Story], bool]] = {
    _asked: lambda story: bool(story.en.ask),
    _answered: lambda story: bool(story.en.ask),
    _escalated: lambda story: bool(story.to),
    _with_expert: lambda story: bool(story.to),
    _with_experts_of_first_line: lambda story: bool(story.to),
    _at_the_top: lambda story: bool(story.to),
    _urgent: lambda story: story.kind == "incident",
    _critical: lambda story: bool(story.to),
}

# state, desk, minutes ago (of work at the place; of real time for what is pending or critical), where, channel
OPEN = [
    (_pending, "IT", 1.2, SHANGHAI, "portal"),
    (_pending, "IT", 2.5, BERLIN, "email"),
    (_pending, "IT", 4.4, SHENZHEN, "chat"),
    (_pending, "IT", 7, BERLIN, "portal"),
    (_pending, "IT", 12, SHANGHAI, "alert"),
    (_pending, "HR", 2, SHANGHAI, "portal"),
    (_pending, "HR", 9, BERLIN, "email"),
    (_pending, "FAC", 3.5, SHENZHEN, "portal"),
    (_pending, "LAW", 5, BERLIN, "portal"),
    (_pending, "FIN", 4, SHANGHAI, "email"),
    (_accepted, "IT", 9, SHANGHAI, "portal"),
    (_accepted, "IT", 14, BERLIN, "chat"),
    (_accepted, "IT", 19, SHENZHEN, "email"),
    (_accepted, "IT", 31, BERLIN, "portal"),
    (_accepted, "HR", 25, SHANGHAI, "email"),
    (_accepted, "FAC", 40, SHENZHEN, "portal"),
    (_accepted, "FIN", 70, BERLIN, "portal"),
    (_urgent, "IT", 430, SHANGHAI, "portal"),
    (_urgent, "IT", 455, BERLIN, "email"),
    (_urgent, "IT", 505, SHENZHEN, "portal"),
    (_urgent, "FAC", 440, BERLIN, "portal"),
    (_asked, "IT", 120, SHANGHAI, "portal"),
    (_asked, "IT", 300, BERLIN, "email"),
    (_asked, "HR", 200, BERLIN, "portal"),
    (_asked, "LAW", 500, SHANGHAI, "email"),
    (_asked, "FIN", 90, SHENZHEN, "portal"),
    (_answered, "IT", 45, SHENZHEN, "email"),
    (_answered, "IT", 75, BERLIN, "portal"),
    (_answered, "FIN", 60, SHANGHAI, "email"),
    (_escalated, "IT", 22, SHANGHAI, "portal"),
    (_escalated, "IT", 26, BERLIN, "email"),
    (_escalated, "LAW", 45, BERLIN, "portal"),
    (_with_expert, "IT", 150, SHANGHAI, "email"),
    (_with_expert, "IT", 220, BERLIN, "portal"),
    (_with_expert, "IT", 340, SHENZHEN, "portal"),
    (_with_expert, "FIN", 200, SHANGHAI, "portal"),
    (_with_experts_of_first_line, "IT", 50, SHANGHAI, "chat"),
    (_with_experts_of_first_line, "IT", 80, BERLIN, "portal"),
    (_at_the_top, "IT", 400, SHANGHAI, "portal"),
    (_at_the_top, "IT", 700, BERLIN, "email"),
    (_vendor, "IT", 600, BERLIN, "email"),
    (_vendor, "FAC", 800, SHANGHAI, "portal"),
    (_approval, "IT", 260, SHANGHAI, "portal"),
    (_later, "FAC", 330, BERLIN, "portal"),
    (_snoozed, "IT", 180, SHENZHEN, "portal"),
    (_snoozed, "HR", 240, SHANGHAI, "portal"),
    (_accepted, "FAC", 35, BERLIN, "walk_in"),
    (_called_off, "IT", 65, SHANGHAI, "portal"),
    (_critical, "IT", 214, SHANGHAI, "alert"),
    (_critical, "IT", 130, SHANGHAI, "phone"),
]
