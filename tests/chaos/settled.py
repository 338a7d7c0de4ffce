"""Comparing what was acknowledged, and what the mail server got, with what is there when all has come to rest."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from tests.chaos.deaths import Death
from tests.chaos.journal import Journal
from tests.chaos.postbox import Copy, Postbox

MARK = re.compile(r"[a-z]+-\w+-\d{5}x")
GRACE = 3.0
"""How many seconds may lie, on a busy machine, between a worker's taking a letter up and its handing it over, and
between the mail server's 250 and the commit that notes it."""


@dataclass
class Verdict:
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    letters: int = 0
    letters_lost: list[str] = field(default_factory=list)
    twice: int = 0
    twice_without_reason: list[str] = field(default_factory=list)
    out_of_order: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not (
            self.lost
            or self.doubled
            or self.broken
            or self.letters_lost
            or self.twice_without_reason
            or self.out_of_order
        )


def judge(journal: Journal, postbox: Postbox, deaths: list[Death]) -> Verdict:
    """Everything that is not as it must be. Needs Django, and a desk that has come to rest."""
    from firstline.cli import integrity

    verdict = Verdict(broken=list(integrity.faults()))
    _judge_words(journal, verdict)
    _judge_events(journal, verdict)
    _judge_files(journal, verdict)
    _judge_letters(postbox, deaths, verdict)
    return verdict


def _judge_words(journal: Journal, verdict: Verdict) -> None:
    """Every act that carries words of its own: they are there once, or, if it is in doubt, at most once."""
    from firstline.tickets.models import Message

    found = Counter(mark for text in Message.objects.values_list("text", flat=True) for mark in set(MARK.findall(text)))
    for act in journal.acts:
        if act.verb and not act.facts.get("said"):
            continue
        times = found[act.mark]
        if times > 1:
            verdict.doubled.append(f"{act.kind} {act.mark} is there {times} times")
        if act.state == "done" and not times:
            verdict.lost.append(f"{act.kind} {act.mark} on {act.number or '?'}")
        if act.state == "refused" and times:
            verdict.broken.append(f"{act.kind} {act.mark} was refused and is there all the same")


def _judge_events(journal: Journal, verdict: Verdict) -> None:
    """Every verb: at least as many events as were acknowledged, at most those in doubt more."""
    from firstline.tickets.models import Event

    asked: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for act in journal.acts:
        if act.verb:
            asked[act.number, act.verb][act.state] += 1
    names = {verb for _number, verb in asked}
    there = Counter(Event.objects.filter(name__in=names).values_list("ticket__number", "name"))
    for (number, verb), states in asked.items():
        events = there[number, verb]
        if events < states["done"]:
            verdict.lost.append(
                f"{number}: {verb} was acknowledged {states['done']} times, and is there {events} times"
            )
        # A reply accepts a ticket by itself, so that more of these are right.
        if verb != "accepted" and events > states["done"] + states["in doubt"]:
            verdict.doubled.append(f"{number}: {verb} is there {events} times")


def _judge_files(journal: Journal, verdict: Verdict) -> None:
    from django.db.models import F

    from firstline.tickets.models import Attachment

    # By the words that it came with: a merge takes both to another ticket.
    with_words = Attachment.objects.filter(ticket=F("message__ticket")).values_list("message__text", "sha256")
    bound = {(mark, digest) for text, digest in with_words for mark in MARK.findall(text)}
    for act in journal.done:
        if "sha256" in act.facts and (act.mark, act.facts["sha256"]) not in bound:
            verdict.lost.append(f"the file of {act.kind} {act.mark} on {act.number}")


def _judge_letters(postbox: Postbox, deaths: list[Death], verdict: Verdict) -> None:
    """Every letter reached the server; one that came twice has the same id, and a death in between; order is kept."""
    from firstline.notices.models import Delivery

    rows = Delivery.objects.filter(state="sent").order_by("event", "id")
    last: dict[tuple[int, int], float] = {}
    for letter_id, address, ticket, person in rows.values_list("letter_id", "address", "ticket", "person"):
        copies = postbox.copies.get(letter_id, [])
        verdict.letters += 1
        if not copies:
            verdict.letters_lost.append(f"{letter_id} to {address}")
            continue
        if {copy.recipient for copy in copies} != {address}:
            verdict.broken.append(f"{letter_id} is for {address} and went to {copies}")
        if copies[0].at < last.get((ticket, person), 0.0):
            verdict.out_of_order.append(
                f"{letter_id} to {address} came before an earlier one; {_history(ticket, person)}"
            )
        last[ticket, person] = max(last.get((ticket, person), 0.0), copies[0].at)
        for copy in copies[:-1]:
            verdict.twice += 1
            if copy.told and not any(_excuses(death, copy) for death in deaths):
                verdict.twice_without_reason.append(f"{letter_id} at {copy.at:.1f}, the next at {copies[-1].at:.1f}")
    known = set(Delivery.objects.values_list("letter_id", flat=True))
    verdict.broken += [f"{letter_id} is not in the outbox" for letter_id in postbox.copies if letter_id not in known]


def _history(ticket: int, person: int) -> str:
    """What happened to the ticket and what this person was told of it: to see how the order was lost."""
    from firstline.notices.models import Delivery
    from firstline.tickets.models import Event

    events = Event.objects.filter(ticket=ticket).order_by("pk").values_list("pk", "name", "at", "by")
    rows = Delivery.objects.filter(ticket=ticket).order_by("pk")
    told = rows.values_list("pk", "event", "template", "person", "state", "created_at", "sent_at", "attempts")
    lines = [f"{pk} {name} {at:%H:%M:%S.%f} by {by}" for pk, name, at, by in events]
    lines += [
        f"{pk} of {event} {template} to {whom}{'!' if whom == person else ''} {state} {made:%H:%M:%S.%f} "
        f"{sent and sent.strftime('%H:%M:%S.%f')} tries {tries}"
        for pk, event, template, whom, state, made, sent, tries in told
    ]
    return "; ".join(lines)


def _excuses(death: Death, copy: Copy) -> bool:
    """Whether this death can have kept the desk from noting that this copy was taken.

    The very process that sent it died before it could, or was cut off; or the database was away, or lost the connection
    on which the letter was taken up.
    """
    if death.who:
        return death.who == copy.by and copy.began <= death.until and death.at <= copy.at + GRACE
    return copy.began - GRACE <= death.until and death.at <= copy.at + GRACE
