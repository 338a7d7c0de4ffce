"""How a request goes on, step by step: each `yield` is the moment of the next step, and the clock is there when it comes.

A life is a generator, so that it reads in the order in which things happen while many lives go on at once.
"""

from collections.abc import Generator, Iterator
from datetime import datetime, timedelta

from firstline.catalog.models import Team
from firstline.demo.case import Case
from firstline.demo.endings import ended
from firstline.kit import clock
from firstline.people.models import Person
from firstline.tickets import actions

Life = Iterator[datetime]
Taken = Generator[datetime, None, Person]
"""A stretch of a life that returns who has the ticket then."""


def ordinary(case: Case) -> Life:
    """Asked, accepted, found out, answered, solved."""
    world = case.world
    yield case.at
    if case.channel in ("phone", "walk_in"):
        yield from spoken(case)
        return
    case.open()
    if world.chance(0.015) and not case.story.alert:
        yield world.after(case.requester, world.some(12))
        actions.cancel(case.ticket, by=case.requester, reason=GONE[case.language])
        return
    agent, at = world.takes(case.first_team, case.language, _patience(case))
    yield at
    actions.accept(case.ticket, by=agent)
    yield world.after(agent, world.some(1.5))
    yield from worked_on(case, agent)


def spoken(case: Case) -> Life:
    """Told on the phone or at the counter; mostly solved while the person is there."""
    world = case.world
    agent, _at = world.takes(case.first_team, case.language, 0)
    case.open(by=agent, impact=case.story.impact, urgency=case.story.urgency)
    yield clock.now() + timedelta(seconds=world.rng.randrange(8, 40))
    actions.accept(case.ticket, by=agent)
    yield clock.now() + timedelta(minutes=world.some(2.5))
    if case.story.to and world.chance(0.35):
        yield from worked_on(case, agent)
        return
    actions.classify(case.ticket, by=agent, kind=case.story.kind, service=case.service)
    yield clock.now() + timedelta(minutes=world.some(3))
    _solve(case, agent)
    yield from ended(case, agent)


def worked_on(case: Case, agent: Person) -> Life:
    """From the hands of the first agent to the end."""
    world, words = case.world, case.words
    classify(case, agent)
    yield world.after(agent, world.some(1.5))
    asked_back = words.ask and not case.story.alert and world.chance(0.6)
    if asked_back:
        yield from asked_and_answered(case, agent)
    goes_up = case.story.to and words.handover and world.chance(0.62 if case.story.kind == "incident" else 0.45)
    if goes_up:
        agent = yield from handed_on(case, agent)
    yield world.after(agent, world.some(25 if goes_up else 6 if asked_back else 9, 0.9))
    if world.chance(0.05):
        yield from kept_waiting(case, agent)
    if world.chance(0.06):
        yield from noted(case, agent)
    _solve(case, agent)
    yield from ended(case, agent)


def asked_and_answered(case: Case, agent: Person) -> Life:
    """A question back, and the answer; while it waits for the requester its clocks stand still."""
    world = case.world
    actions.reply(case.ticket, by=agent, text=case.words.ask)
    if world.chance(0.75):
        yield clock.now() + timedelta(seconds=20)
        actions.hold(case.ticket, by=agent, reason="requester")
    yield world.after(case.requester, world.some(35, 1.1))
    quoted = "\n".join(f"> {line}" for line in case.words.ask.splitlines()) if case.channel == "email" else ""
    actions.reply(
        case.ticket, by=case.requester, text=case.words.answer, channel=case.channel, quoted=quoted, proof=case.proof
    )
    yield world.after(agent, world.some(6))


def handed_on(case: Case, agent: Person) -> Taken:
    """To the line that can; now and then by way of the wrong team. Returns who solves it."""
    world = case.world
    right = world.teams[case.story.to]
    wrong = [team for team in world.teams.values() if team.line_id == right.line_id and team != right]
    if wrong and world.chance(0.12):
        astray = world.rng.choice(wrong)
        actions.escalate(case.ticket, by=agent, to=astray, handover=case.words.handover)
        expert = yield from accepted(case, astray, 9)
        yield world.after(expert, world.some(8))
        actions.send_back(case.ticket, by=expert, reason=WRONG[case.language], wrong=True)
        agent = yield from accepted(case, case.first_team, 4)
        yield world.after(agent, world.some(3))
    stations = [right]
    if right.line.key == "L2" and "first-plus" in world.teams and right.desk.key == "IT" and world.chance(0.2):
        stations = [world.teams["first-plus"], right]
    if right.line.key == "L2" and right.desk.key == "IT" and world.chance(0.06):
        stations.append(world.teams["architects"])
    for team in stations:
        actions.escalate(case.ticket, by=agent, to=team, handover=case.words.handover)
        agent = yield from accepted(case, team, 5)
        if team != stations[-1]:
            yield world.after(agent, world.some(20))
    return agent


def accepted(case: Case, team: Team, minutes: float) -> Taken:
    """Wait at a team until somebody takes it; returns who."""
    agent, at = case.world.takes(team, case.language, case.world.some(minutes * 0.55))
    yield at
    actions.accept(case.ticket, by=agent)
    return agent


def kept_waiting(case: Case, agent: Person) -> Life:
    """A supplier or an approval holds it up."""
    world = case.world
    actions.hold(case.ticket, by=agent, reason=world.rng.choice(["vendor", "approval"]))
    yield world.after(agent, world.some(500))
    actions.resume(case.ticket, by=agent)
    yield world.after(agent, world.some(30))


def noted(case: Case, agent: Person) -> Life:
    """A word to a colleague, who then watches it."""
    world = case.world
    teams = [seat.team for seat in agent.seats if seat.team and seat.desk.key == case.desk]
    mates = [mate for team in teams for mate in world.mates(team) if mate != agent]
    if not mates:
        return
    mate = world.rng.choice(mates)
    said = actions.note(case.ticket, by=agent, text=f"@{mate.name} {LOOK[case.language]}")
    actions.mention(case.ticket, by=agent, persons=[mate], message=said)
    yield world.after(agent, world.some(15))


def twice(case: Case, other: Case) -> Life:
    """The same thing asked by two ways; the second is merged into the first."""
    world = case.world
    yield case.at
    case.open()
    yield world.after(other.requester, world.some(3, 0.3))
    case.tickets.append(other.open())
    agent, at = world.takes(case.first_team, case.language, world.some(2))
    yield at
    actions.accept(case.ticket, by=agent)
    yield world.after(agent, world.some(2))
    actions.merge(other.ticket, by=agent, into=case.ticket)
    yield world.after(agent, world.some(1))
    yield from worked_on(case, agent)


def misdirected(case: Case, desk: str) -> Life:
    """Asked at the wrong desk, which passes it on."""
    world = case.world
    yield case.at
    case.asked_at = desk
    case.open()
    agent, at = world.takes(case.first_team, case.language, _patience(case))
    yield at
    actions.accept(case.ticket, by=agent)
    yield world.after(agent, world.some(3))
    case.asked_at = ""
    actions.transfer(case.ticket, by=agent, to=world.desks[case.desk], reason=ELSEWHERE[case.language])
    agent = yield from accepted(case, case.first_team, 4)
    yield world.after(agent, world.some(2))
    yield from worked_on(case, agent)


def classify(case: Case, agent: Person) -> None:
    """Say what it is, and how much it matters when that is not the usual."""
    actions.classify(case.ticket, by=agent, kind=case.story.kind, service=case.service)
    matters = (case.story.impact, case.story.urgency)
    # What can wait is mostly left as it is: nobody takes the trouble to lower it.
    if matters[1] == 1 and case.world.chance(0.65):
        return
    if matters not in ((1, 2), (case.ticket.impact, case.ticket.urgency)):
        actions.change_priority(case.ticket, by=agent, impact=matters[0], urgency=matters[1])


def _solve(case: Case, agent: Person) -> None:
    actions.resolve(
        case.ticket,
        by=agent,
        resolution=case.words.solved,
        cause=case.option("cause", case.story.cause),
        channel=case.channel if case.channel in ("phone", "walk_in") else "portal",
    )


def _patience(case: Case) -> float:
    """Minutes until the first line takes it; one in eight waits longer than it should."""
    world = case.world
    if world.chance(0.1):
        case.late = True
        return 5 + world.some(9)
    return min(4.8, world.some(1.6, 0.6))


GONE = {"en": "It works again, please ignore this.", "zh-hans": "已经好了，不用处理了。"}
WRONG = {
    "en": "Not ours: nothing of this runs on our side. Please classify it again.",
    "zh-hans": "不是我们组的问题，请重新分类后转派。",
}
LOOK = {
    "en": "have you seen this before? I think we had the same last month.",
    "zh-hans": "你遇到过这个吗？上个月好像有类似的。",
}
ELSEWHERE = {
    "en": "This is for your desk; I have told the requester.",
    "zh-hans": "该请求属于贵服务台受理范围，已告知请求人。",
}
