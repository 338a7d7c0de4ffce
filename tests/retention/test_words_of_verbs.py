"""What is typed into any verb is nowhere any more when it was erased: each text argument of each, by introspection.

A verb of tomorrow that takes text and has no row here fails.
"""

import inspect
from collections.abc import Callable
from datetime import timedelta
from typing import Any, get_args

import pytest

from firstline.kit import clock
from firstline.retention import retaining
from firstline.retention.erasing import erase_person
from firstline.retention.models import Rule
from firstline.tickets import actions
from firstline.tickets.errors import Refused, WrongState
from firstline.tickets.models import Ticket
from firstline.tickets.replay import differences_of
from firstline.tickets.verifying import verify
from tests.background import run_jobs
from tests.cast import Cast
from tests.retention.test_erasing import in_tables

pytestmark = pytest.mark.django_db

CANARY = "zqkanari"
SENTENCE = f"{CANARY} flew away"

Act = Callable[..., Any]


def there(act: Callable[[Cast, Ticket, dict[str, Any]], Any], *, solved: bool = False) -> Act:
    """A verb on a request of Mei's, accepted by Bo, or solved."""

    def run(cast: Cast, **text: Any) -> None:
        ticket = actions.accept(cast.ask(), by=cast.bo)
        actions.resolve(ticket, by=cast.bo, resolution="Done.") if solved else None
        act(cast, ticket, text)

    return run


def _open(cast: Cast, **text: Any) -> None:
    given = {"desk": cast.it, "requester": cast.mei, "channel": "phone", "request_type": cast.form("bird")}
    actions.open_ticket(**{**given, "by": cast.bo, **text})


def _send_back(cast: Cast, ticket: Ticket, text: dict[str, Any]) -> None:
    actions.escalate(ticket, by=cast.bo, to=cast.network, handover="x")
    actions.send_back(actions.accept(ticket, by=cast.chen), by=cast.chen, **text)


def _split(cast: Cast, ticket: Ticket, text: dict[str, Any]) -> None:
    actions.split(ticket, by=cast.bo, message=ticket.messages.all()[0], **text)


ROWS: dict[str, Act] = {
    "open_ticket": _open,
    "reply": there(lambda cast, ticket, text: actions.reply(ticket, by=cast.mei, **text)),
    "write_down": there(
        lambda cast, ticket, text: actions.write_down(ticket, by=cast.bo, **{"channel": "phone"} | text)
    ),
    "note": there(lambda cast, ticket, text: actions.note(ticket, by=cast.bo, **text)),
    "rename": there(lambda cast, ticket, text: actions.rename(ticket, by=cast.bo, **text)),
    "tag": there(lambda cast, ticket, text: actions.tag(ticket, by=cast.bo, **text)),
    "link": there(lambda cast, ticket, text: actions.link(ticket, by=cast.bo, other=cast.ask(), **text)),
    "classify": there(lambda cast, ticket, text: actions.classify(ticket, by=cast.bo, service=None, **text)),
    "hold": there(lambda cast, ticket, text: actions.hold(ticket, by=cast.bo, **text)),
    "escalate": there(lambda cast, ticket, text: actions.escalate(ticket, by=cast.bo, to=cast.network, **text)),
    "send_back": there(_send_back),
    "transfer": there(lambda cast, ticket, text: actions.transfer(ticket, by=cast.bo, to=cast.hr, **text)),
    "resolve": there(lambda cast, ticket, text: actions.resolve(ticket, by=cast.bo, **text)),
    "file": there(
        lambda cast, ticket, text: actions.file(
            ticket, by=cast.bo, module=None, cause=None, business=None, repeated=None, **text
        )
    ),
    "reopen": there(
        lambda cast, ticket, text: actions.reopen(ticket, by=cast.mei, **{"reason": "x"} | text), solved=True
    ),
    "cancel": there(lambda cast, ticket, text: actions.cancel(ticket, by=cast.bo, **text)),
    "rate": there(lambda cast, ticket, text: actions.rate(ticket, by=cast.mei, score=1, **text), solved=True),
    "split": there(_split),
    "undelivered": there(
        lambda cast, ticket, text: actions.undelivered(ticket, by=cast.bo, delivery=1, person=cast.mei, **text)
    ),
    "held_back": there(lambda cast, ticket, text: actions.held_back(ticket, by=cast.bo, person=cast.mei, **text)),
}
# Arguments that are no words but keys of ours; what else is given there is refused.
KEYS = {
    ("open_ticket", "channel"), ("open_ticket", "proof"), ("open_ticket", "format"),
    ("reply", "channel"), ("reply", "proof"), ("reply", "format"),
    ("write_down", "channel"),
    ("note", "proof"), ("note", "format"), ("note", "wrote"),
    ("link", "kind"), ("classify", "kind"), ("hold", "reason"),
    ("resolve", "channel"), ("resolve", "format"),
    ("reopen", "proof"), ("cancel", "proof"),
    ("undelivered", "reason"), ("held_back", "reason"),
}  # fmt: skip


def texts(verb: str) -> dict[str, Any]:
    """The arguments of a verb that take text, each with what is planted there."""
    planted = {}
    for name, parameter in inspect.signature(getattr(actions, verb)).parameters.items():
        if takes_text(parameter.annotation):
            planted[name] = planted_in(parameter.annotation, SENTENCE if (verb, name) in KEYS else CANARY)
    return planted


def takes_text(annotation: Any) -> bool:
    return annotation is str or any(takes_text(each) for each in get_args(annotation))


def planted_in(annotation: Any, canary: str) -> Any:
    said = str(annotation)
    if "dict" in said:
        return {"bird": canary}
    return [canary] if "Sequence" in said else canary


TEXTS = {verb: taken for verb in actions.__all__ if (taken := texts(verb))}


def test_each_verb_that_takes_text_has_a_row() -> None:
    assert set(TEXTS) == set(ROWS)
    assert {key for key in KEYS if key[1] not in TEXTS[key[0]]} == set()


def words_of(verb: str) -> dict[str, Any]:
    return {name: value for name, value in TEXTS[verb].items() if (verb, name) not in KEYS}


@pytest.mark.parametrize("way", ["its time has come", "the person is erased"])
@pytest.mark.parametrize("verb", [verb for verb in ROWS if words_of(verb)])
def test_what_was_typed_is_nowhere(verb: str, way: str) -> None:
    cast = Cast.make()
    birds = {name: f"{CANARY}{place}" for place, name in enumerate(words_of(verb))}
    planted = {name: _instead(value, birds[name]) for name, value in words_of(verb).items()}
    ROWS[verb](cast, **planted)
    run_jobs()
    assert set(in_tables(birds.values())) == set(birds.values()), "or the search would be blind"
    _finish(cast)
    if way == "the person is erased":
        erase_person(cast.mei, by=cast.ada, everything=True)
    else:
        Rule.objects.bulk_create(Rule(what=what, days=30) for what in Rule.What.values)
        with clock.moved(clock.now() + timedelta(days=400)):
            retaining.let_go()
    run_jobs()
    assert in_tables([CANARY]) == {}
    assert (verify().broken, differences_of(list(Ticket.objects.values_list("pk", flat=True)))) == ((), {})


def _instead(value: Any, canary: str) -> Any:
    if isinstance(value, dict):
        return dict.fromkeys(value, canary)
    return [canary] if isinstance(value, list) else canary


def _finish(cast: Cast) -> None:
    for ticket in Ticket.objects.unfinished():
        try:
            actions.cancel(ticket, by=cast.hana if ticket.desk_id == cast.hr.pk else cast.bo)
        except WrongState:
            actions.close(ticket, by=cast.bo)


@pytest.mark.parametrize(("verb", "name"), sorted(KEYS))
def test_what_is_no_key_is_refused_where_keys_are_kept(verb: str, name: str) -> None:
    cast = Cast.make()
    given = {each: "x" for each in ("text", "subject", "resolution", "reason") if each in TEXTS[verb]}
    with pytest.raises((Refused, ValueError)):
        ROWS[verb](cast, **given | {name: TEXTS[verb][name]})
