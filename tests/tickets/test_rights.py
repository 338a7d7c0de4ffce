"""Who may do what: the whole table of verbs and relations, written down a second time, and tried by people."""

import pytest

from firstline.catalog.models import Membership
from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.access import Relation
from firstline.tickets.errors import NotAllowed
from firstline.tickets.models import Ticket
from firstline.tickets.rights import at_desk, may, relations, require, works_on
from firstline.tickets.verbs import VERBS
from tests.cast import Cast, fresh

pytestmark = pytest.mark.django_db

# S system, G agent, M manager, R requester, P participant, K asker, U auditor, A administrator
TABLE = {
    "accept": "S G M",
    "assign": "S G M",
    "give_back": "S G M A",
    "classify": "S G M",
    "change_priority": "S G M",
    "reply": "S G M R P K",
    "write_down": "S G M",
    "withdraw": "S G M",
    "note": "S G M",
    "attach": "S G M R P K",
    "mention": "S G M",
    "watch": "S G M U A",
    "add_participant": "S G M R",
    "share": "R",
    "decline": "R",
    "escalate": "S G M",
    "send_back": "S G M",
    "transfer": "S G M",
    "hold": "S G M",
    "resume": "S G M",
    "snooze": "S G M",
    "link": "S G M",
    "merge": "S G M",
    "unmerge": "S G M",
    "split": "S G M",
    "resolve": "S G M",
    "close": "S G M R",
    "reopen": "S G M R",
    "cancel": "S G M R",
    "rate": "R",
    "rename": "S G M",
    "tag": "S G M",
    "file": "S G M",
    "end_links": "S G M",
    "open_ticket": "S G M R P K",
    "wake": "S G M",
    "unwatch": "S G M U A",
    "unshare": "R",
    "unlink": "S G M",
    "restate": "S G M",
    "undelivered": "S G M",
    "held_back": "S G M",
    "send_again": "S G M",
    "also_sent": "S G M",
    "named_another": "S G M",
    "not_handed_on": "S G M",
    "warn_clock": "S",
    "breach_clock": "S",
    "recompute": "S",
}
LETTERS = dict(zip("SGMRPKUA", "system agent manager requester participant asker auditor admin".split(), strict=True))


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """Mei asked it for Omar, who added Yu of the HR desk; Hana looks on as an auditor."""
    Membership.objects.filter(person=cast.hana).update(desk=cast.it, role="auditor", team=None)
    Membership.objects.filter(person=cast.yu).delete()
    ticket = cast.asked(requester=cast.omar)
    actions.add_participant(ticket, by=cast.omar, person=cast.yu)
    return fresh(ticket)


def people(cast: Cast) -> dict[str, Person]:
    """Somebody for each relation."""
    found = {"S": Person.objects.system(), "G": cast.bo, "M": cast.dana, "R": cast.omar, "P": cast.yu, "K": cast.mei}
    return {letter: Person.objects.get(pk=one.pk) for letter, one in {**found, "U": cast.hana, "A": cast.ada}.items()}


def test_no_verb_is_without_a_row() -> None:
    assert set(TABLE) == set(VERBS)


@pytest.mark.parametrize("verb", list(TABLE))
def test_whoever_stands_so_to_a_ticket_may_do_what_the_table_says(cast: Cast, ticket: Ticket, verb: str) -> None:
    found = {letter for letter, person in people(cast).items() if may(person, verb, ticket)}
    assert found == set(TABLE[verb].split())
    assert VERBS[verb].may == {Relation(LETTERS[letter]) for letter in TABLE[verb].split()}
    stranger = Person.objects.create_person(name="Nobody", email="nobody@corp.example")
    with pytest.raises(NotAllowed):
        require(stranger, verb, ticket)


def test_each_stands_to_the_ticket_in_one_way(cast: Cast, ticket: Ticket) -> None:
    assert {letter: set(relations(person, ticket)) for letter, person in people(cast).items()} == {
        letter: {Relation(name)} for letter, name in LETTERS.items()
    }


def test_who_works_there_is_a_requester_as_well_but_never_a_participant(cast: Cast) -> None:
    own = cast.asked(by=cast.bo)
    assert relations(cast.bo, own) == {Relation.AGENT, Relation.REQUESTER}
    others = cast.asked()
    actions.add_participant(others, by=cast.mei, person=cast.chen)
    assert relations(cast.chen, others) == {Relation.AGENT}


def test_a_seat_counts_at_its_desk_alone(cast: Cast) -> None:
    ticket = cast.asked()
    assert relations(cast.hana, ticket) == frozenset()
    assert (works_on(cast.bo, ticket), works_on(cast.hana, ticket), works_on(cast.mei, ticket)) == (True, False, False)
    assert (works_on(cast.ada, ticket), works_on(Person.objects.system(), ticket)) == (True, True)


def test_before_there_is_a_ticket_everybody_who_does_not_work_there_asks(cast: Cast) -> None:
    wanted = {"bo": "agent", "dana": "manager", "ada": "admin", "hana": "requester", "mei": "requester"}
    assert {name: set(at_desk(getattr(cast, name), cast.it)) for name in wanted} == {
        name: {Relation(relation)} for name, relation in wanted.items()
    }
    assert at_desk(Person.objects.system(), cast.it) == {Relation.SYSTEM}


def test_to_watch_is_no_share_in_a_ticket_and_to_take_part_is(cast: Cast) -> None:
    ticket = cast.ask()
    actions.watch(ticket, by=cast.chen)
    Membership.objects.filter(person=cast.chen).delete()
    actions.add_participant(ticket, by=cast.mei, person=cast.hana)
    seen = {name for name in ("chen", "hana", "omar", "mei", "bo") if _sees(cast, name, ticket)}
    assert seen == {"hana", "mei", "bo"}
    assert relations(Person.objects.get(pk=cast.chen.pk), ticket) == frozenset()


def _sees(cast: Cast, name: str, ticket: Ticket) -> bool:
    return Ticket.objects.visible_to(Person.objects.get(pk=getattr(cast, name).pk)).filter(pk=ticket.pk).exists()
