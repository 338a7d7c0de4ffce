"""Adding a colleague."""

import pytest

from firstline.people.models import Attempts, Person
from firstline.tickets import actions, quotas, replay
from firstline.tickets.errors import NotAllowed, WrongState
from firstline.tickets.models import Message, Ticket
from tests.cast import Cast, fresh
from tests.tickets.pictured import Twins, at, pictured

pytestmark = pytest.mark.django_db


def test_the_colleague_reads_and_writes_with_them():
    cast = Cast.make()
    ticket = cast.ask()
    assert ticket not in Ticket.objects.visible_to(cast.omar)
    actions.add_participant(ticket, by=cast.mei, person=cast.omar)
    assert fresh(ticket) in Ticket.objects.visible_to(cast.omar)
    assert Message.objects.visible_to(cast.omar, ticket).count() == 1
    assert replay.differences(ticket) == []


def test_the_requester_himself_is_refused():
    cast = Cast.make()
    with pytest.raises(WrongState):
        actions.add_participant(cast.ask(), by=cast.bo, person=cast.mei)


def test_an_outsider_adds_nobody():
    cast = Cast.make()
    with pytest.raises(NotAllowed):
        actions.add_participant(cast.ask(), by=cast.omar, person=cast.omar)


@pytest.fixture
def twins() -> Twins:
    return Twins()


@pytest.mark.parametrize(
    ("who", "by_requester", "by_desk"),
    [
        # Of whom the requester names they are told nothing, not even that somebody has left.
        ("ada", True, True),
        ("gone", True, False),
        ("machine", False, False),
    ],
)
def test_whom_the_requester_names_is_not_told_apart_and_whom_the_desk_names_is(
    twins: Twins, who: str, by_requester: bool, by_desk: bool
) -> None:
    person = twins.cast.ada
    if who == "gone":
        person = Person.objects.create_person(name="Gone", email="gone@corp.example", is_active=False)
    elif who == "machine":
        person = Person.objects.create_person(name="Robot", kind=Person.Kind.BOT)
    for ticket, by, taken in ((twins.one, twins.cast.omar, by_requester), (twins.two, twins.cast.bo, by_desk)):
        if taken:
            actions.add_participant(ticket, by=by, person=person)
        else:
            with pytest.raises(NotAllowed, match="cannot be added"):
                actions.add_participant(ticket, by=by, person=person)
        assert ticket.participants.filter(person=person).exists() is taken


def test_only_the_asker_waits_for_the_requesters_leave(twins: Twins) -> None:
    """The others the desk may add, though somebody asked it for another one, or they watch it."""
    cast = twins.cast
    with pytest.raises(NotAllowed, match="Lin Mei asked this for somebody else"):
        actions.add_participant(twins.one, by=cast.bo, person=cast.mei)
    for person in (cast.ada, cast.chen, twins.anna):
        actions.add_participant(twins.one, by=cast.bo, person=person)
        assert twins.one.participants.filter(person=person, role="participant").exists()
    actions.add_participant(twins.one, by=cast.omar, person=cast.mei)


def test_who_reads_as_much_already_is_not_told_of_it_again(twins: Twins) -> None:
    cast, ticket = twins.cast, twins.one
    told = ticket.events.filter(name="participant_added")

    def adds(by: Person, person: Person) -> int:
        before = told.count()
        actions.add_participant(ticket, by=by, person=person)
        return told.count() - before

    assert [adds(cast.bo, cast.hana), adds(cast.omar, cast.hana), adds(cast.bo, twins.anna)] == [0, 0, 0]
    assert [adds(cast.omar, twins.anna), adds(cast.omar, twins.anna), adds(cast.bo, twins.anna)] == [1, 0, 0]
    assert [adds(cast.bo, cast.ada), adds(cast.bo, cast.ada), adds(cast.omar, cast.ada)] == [1, 0, 1]


def test_so_many_take_part_those_who_do_already_and_who_only_watch_not_counted_again(
    twins: Twins, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = twins.cast
    monkeypatch.setattr(quotas, "MOST_PARTICIPANTS", 2)  # Hana and Anna do; Mei asked, Chen and Dana watch
    actions.add_participant(twins.one, by=cast.omar, person=twins.anna)
    with pytest.raises(WrongState, match="No more than 2 people"):
        actions.add_participant(twins.one, by=cast.omar, person=cast.ada)
    monkeypatch.setattr(quotas, "MOST_PARTICIPANTS", 3)
    actions.add_participant(twins.one, by=cast.omar, person=cast.ada)


def test_each_whom_the_requester_names_counts_once_and_whom_the_desk_names_never(twins: Twins) -> None:
    cast = twins.cast
    Attempts.objects.all().delete()
    actions.add_participant(twins.one, by=cast.bo, person=cast.ada)
    assert not Attempts.objects.exists()
    actions.add_participant(twins.one, by=cast.omar, person=cast.yu)
    actions.add_participant(twins.one, by=cast.omar, person=cast.yu)
    counted = dict(Attempts.objects.filter(key__startswith="names").values_list("key", "count"))
    assert counted == {f"names {cast.omar.pk}": 1, f"names in a day {cast.omar.pk}": 1}


def test_whom_the_requester_lets_in_is_no_longer_there_by_a_merge_alone(twins: Twins) -> None:
    """Ada asked the other one for Yu; of what they are there as beside nothing changes."""
    cast = twins.cast
    with at(6):
        other = cast.ask(by=cast.ada, requester=cast.yu, subject="other")
        actions.merge(other, by=cast.bo, into=twins.one)
    with at(7):
        actions.add_participant(twins.one, by=cast.omar, person=cast.ada)
    assert pictured(twins.one)["people"] >= {
        ("ada", "participant", None, None),
        ("ada", "asker", 6, other.pk),
        ("yu", "participant", 6, other.pk),
        ("anna", "participant", 2, None),
    }
