"""What comes after the solution: a word of thanks, a verdict, an objection, and the end."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from firstline.demo.case import Case
from firstline.kit import clock
from firstline.people.models import Person
from firstline.sla.workdays import workdays_over
from firstline.tickets import actions

RATES = 0.45
PLEASED = (80, 13, 7)
PLEASED_IF_LATE = (45, 28, 27)
STARS = {1: (5, 5, 4), 2: (3, 4), 3: (1, 2)}
WORDS = {
    ("en", 1): ("Quick and friendly.", "Solved in one go, thank you.", "Very clear explanation.", ""),
    ("en", 2): ("It took a while.", "Fine, but I had to ask twice.", ""),
    ("en", 3): ("I waited far too long.", "It came back the next day.", ""),
    ("zh-hans", 1): ("响应很快，态度好。", "一次就解决了，谢谢。", "讲得很清楚。", ""),
    ("zh-hans", 2): ("有点慢。", "问了两次才解决。", ""),
    ("zh-hans", 3): ("等太久了。", "第二天又出现了。", ""),
}
THANKS = {
    "en": ("Thank you very much", "Great, thanks", "Thanks, it works now"),
    "zh-hans": ("谢谢", "好的，谢谢", "可以了，谢谢"),
}
AGAIN = {
    "en": "I am afraid it is there again this morning. Could you have another look?",
    "zh-hans": "今天又出现同样的问题了，麻烦再看一下。",
}
DONE_NOW = {
    "en": "Sorry for that. The first change did not survive the night; it is permanent now and I have watched it since.",
    "zh-hans": "抱歉，之前的改动没有永久保存。现在已固化配置，观察到目前正常。",
}
REMARKS = {"en": "Worth an article.", "zh-hans": "建议写成知识文章。"}


def ended(case: Case, agent: Person) -> Iterator[datetime]:
    """From solved to closed."""
    world = case.world
    if world.chance(0.45):
        yield clock.now() + timedelta(minutes=world.some(1, 0.4))
        filed(case, agent)
    if case.story.alert:
        yield clock.now() + timedelta(minutes=world.some(20))
        actions.close(case.ticket, by=agent)
        return
    if world.chance(0.05):
        yield from objected(case, agent)
    solved_at = clock.now()
    if world.chance(0.3):
        yield world.after(case.requester, world.some(25))
        actions.reply(
            case.ticket, by=case.requester, text=world.rng.choice(THANKS[case.language]), channel=case.channel
        )
    if world.chance(RATES):
        yield world.after(case.requester, world.some(60, 1.0))
        rated(case)
    if world.chance(0.4):
        yield world.after(case.requester, world.some(15))
        actions.close(case.ticket, by=case.requester)
    else:
        desk = case.ticket.desk
        over = workdays_over(desk.calendar.hours(), solved_at, desk.close_after_days)
        yield over + timedelta(minutes=world.rng.uniform(0, 5))
        actions.close(case.ticket, by=world.system)


def objected(case: Case, agent: Person) -> Iterator[datetime]:
    """It was not solved after all."""
    world = case.world
    case.late = True
    yield world.after(case.requester, world.some(300))
    actions.reopen(case.ticket, by=case.requester, reason=AGAIN[case.language])
    yield world.after(agent, world.some(40))
    actions.resolve(
        case.ticket, by=agent, resolution=DONE_NOW[case.language], cause=case.option("cause", case.story.cause)
    )


def rated(case: Case) -> None:
    """Satisfied, average or dissatisfied; some add stars and a word."""
    rng = case.world.rng
    score = rng.choices((1, 2, 3), PLEASED_IF_LATE if case.late else PLEASED)[0]
    stars = rng.choice(STARS[score]) if rng.random() < 0.5 else None
    words = rng.choice(WORDS[case.language, score]) if rng.random() < 0.4 else ""
    actions.rate(case.ticket, by=case.requester, score=score, stars=stars, words=words)


def filed(case: Case, agent: Person) -> None:
    """The closing fields."""
    story, rng = case.story, case.world.rng
    business = {"incident": "fault", "problem": "fault", "question": "advice"}.get(story.kind, "request")
    actions.file(
        case.ticket,
        by=agent,
        module=case.option("module", story.module),
        cause=case.option("cause", story.cause),
        business=case.option("business", business),
        repeated=rng.random() < 0.2,
        description=case.words.text.splitlines()[0],
        remarks=REMARKS[case.language] if rng.random() < 0.1 else "",
    )
