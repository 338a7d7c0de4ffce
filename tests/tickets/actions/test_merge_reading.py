"""Who reads what of two requests that were made one."""

from datetime import timedelta

import pytest

from firstline.kit import clock
from firstline.people.models import Person
from firstline.tickets import actions, files, replay, search
from firstline.tickets.errors import WrongState
from firstline.tickets.models import Attachment, Message, Ticket
from firstline.tickets.rights import readers_of, reads_what_was_asked, shares_of
from tests.cast import MONDAY, Cast, fresh

pytestmark = pytest.mark.django_db


def at(minutes: int) -> clock.moved:  # type: ignore[valid-type]
    return clock.moved(MONDAY + timedelta(minutes=minutes))


@pytest.fixture
def late(cast: Cast) -> Person:
    return Person.objects.create_person(name="Anna", email="anna@corp.example")


@pytest.fixture
def pair(cast: Cast, late: Person) -> tuple[Ticket, Ticket]:
    """Mei's, with a file, into which Anna was let late; Omar's, asked by Hana for him."""
    with at(0):
        kept = files.keep(b"m", name="mei.txt", by=cast.mei)
        one = cast.ask(text="mei-first", attachments=[kept], answers={"asset": "mei-answer"})
        two = cast.ask(by=cast.hana, requester=cast.omar, text="omar-first", answers={"asset": "omar-answer"})
    with at(1):
        actions.reply(one, by=cast.bo, text="mei-reply")
        actions.reply(two, by=cast.bo, text="omar-reply", attachments=[files.keep(b"o", name="omar.txt", by=cast.bo)])
    with at(2):
        actions.add_participant(one, by=cast.bo, person=late)
    with at(3):
        actions.reply(one, by=cast.bo, text="mei-later")
    return fresh(one), fresh(two)


def read(person: Person, *tickets: Ticket) -> set[str]:
    return {m.text for ticket in tickets for m in Message.objects.visible_to(person, ticket)}


def got(person: Person) -> set[str]:
    return set(Attachment.objects.visible_to(person).values_list("name", flat=True))


def merged(pair: tuple[Ticket, Ticket], cast: Cast, **more: bool) -> tuple[Ticket, Ticket]:
    one, two = pair
    with at(4):
        actions.merge(one, by=cast.bo, into=two, **more)
    with at(5):
        actions.reply(fresh(two), by=cast.bo, text="to both")
        search.index(one.pk, two.pk)
    return fresh(one), fresh(two)


def test_each_side_reads_its_own_and_what_is_said_from_then_on(
    cast: Cast, late: Person, pair: tuple[Ticket, Ticket]
) -> None:
    one, two = merged(pair, cast)
    with at(6):
        assert read(cast.mei, one, two) == {"mei-first", "mei-reply", "mei-later", "to both"}
        assert read(late, one, two) == {"mei-later", "to both"}
        assert read(cast.omar, one, two) == {"omar-first", "omar-reply", "to both"}
        assert read(cast.hana, one, two) == {"omar-first"}
        assert (got(cast.mei), got(late), got(cast.omar), got(cast.hana)) == ({"mei.txt"}, set(), {"omar.txt"}, set())
        assert len(read(cast.bo, two)) == 6
    for person, reads in ((cast.mei, (True, False)), (cast.omar, (False, True)), (late, (False, False))):
        told = [reads_what_was_asked(person, each, shares_of(person, each)[each.pk]) for each in (one, two)]
        assert (person.name, tuple(told)) == (person.name, reads)


def test_neither_finds_the_other_by_words_they_may_not_read(cast: Cast, pair: tuple[Ticket, Ticket]) -> None:
    _one, two = merged(pair, cast)

    def found(person: Person, words: str) -> list[int]:
        return [each.pk for each in Ticket.objects.visible_to(person).matching(words, by=person)]

    with at(6):
        assert found(cast.omar, "mei-first") == found(cast.mei, "omar-reply") == found(cast.hana, "both") == []
        assert found(cast.bo, "mei-first") == [two.pk]
        assert found(cast.mei, two.number) == [two.pk]


def test_shared_both_read_all_and_taken_apart_nobody_does_any_more(
    cast: Cast, late: Person, pair: tuple[Ticket, Ticket]
) -> None:
    one, two = merged(pair, cast, share=True)
    everything = {"mei-first", "mei-reply", "mei-later", "omar-first", "omar-reply", "to both"}
    with at(6):
        assert read(cast.mei, one, two) == read(cast.omar, one, two) == everything
        assert got(cast.mei) == got(cast.omar) == {"mei.txt", "omar.txt"}
        # Who came late to one reads of the other what was said since; who only asked reads no more than before.
        assert read(late, one, two) == {"mei-later", "to both"}
        assert read(cast.hana, one, two) == {"omar-first"}
    with at(7):
        actions.unmerge(one, by=cast.bo)
    one, two = fresh(one), fresh(two)
    with at(8):
        assert read(cast.mei, one, two) == {"mei-first", "mei-reply", "mei-later"}
        assert read(cast.omar, one, two) == {"omar-first", "omar-reply", "to both"}
        assert not Ticket.objects.visible_to(cast.mei).filter(pk=two.pk).exists()
        assert not Ticket.objects.visible_to(cast.omar).filter(pk=one.pk).exists()
    assert replay.differences(one) == replay.differences(two) == []


def test_a_chain_of_merges_opens_nothing_either(cast: Cast, pair: tuple[Ticket, Ticket]) -> None:
    one, two = merged(pair, cast)
    yu = Person.objects.create_person(name="Zoe", email="zoe@corp.example")
    with at(6):
        third = cast.ask(by=yu, text="zoe-first")
    with at(7):
        actions.merge(two, by=cast.bo, into=third)
    with at(8):
        actions.reply(fresh(third), by=cast.bo, text="to all")
    with at(9):
        everywhere = (one, two, fresh(third))
        assert read(yu, *everywhere) == {"zoe-first", "to all"}
        assert read(cast.mei, *everywhere) == {"mei-first", "mei-reply", "mei-later", "to both", "to all"}
        assert read(cast.omar, *everywhere) == {"omar-first", "omar-reply", "to both", "to all"}


def test_whom_the_requester_lets_in_afterwards_stays_when_the_merge_is_taken_back(
    cast: Cast, pair: tuple[Ticket, Ticket]
) -> None:
    one, two = merged(pair, cast)
    with at(6):
        actions.add_participant(two, by=cast.omar, person=cast.mei)
        assert "omar-reply" in read(cast.mei, two)
        actions.unmerge(one, by=cast.bo)
        assert "omar-reply" in read(cast.mei, fresh(two))


@pytest.mark.parametrize("share", [False, True])
def test_who_asked_the_other_one_for_somebody_else_still_hears_of_their_own(cast: Cast, share: bool) -> None:
    with at(0):
        own = cast.ask(text="own-first")
        theirs = cast.ask(by=cast.mei, requester=cast.omar, text="for-omar")
    with at(1):
        actions.reply(theirs, by=cast.bo, text="to-omar")
    with at(2):
        actions.merge(own, by=cast.bo, into=theirs, share=share)
    with at(3):
        actions.reply(fresh(theirs), by=cast.bo, text="to-both")
    seen = {"own-first", "for-omar", "to-both"}
    assert read(cast.mei, fresh(theirs)) == (seen | {"to-omar"} if share else seen)
    with at(4):
        actions.unmerge(fresh(own), by=cast.bo)
        actions.reply(fresh(theirs), by=cast.bo, text="to-omar-again")
    assert read(cast.mei, fresh(own), fresh(theirs)) == {"own-first", "for-omar"}
    assert list(theirs.participants.values_list("person", "role")) == [(cast.mei.pk, "asker")]


def test_a_message_is_split_off_for_whom_it_belongs_and_never_shown_to_another(
    cast: Cast, pair: tuple[Ticket, Ticket]
) -> None:
    _one, two = merged(pair, cast)
    with at(6):
        hers = two.messages.get(text="mei-first")
        new = actions.split(two, by=cast.bo, message=hers, subject="Hers")
        assert (new.requester, new.messages.get().author, new.asked_by) == (cast.mei, cast.mei, None)
        assert read(cast.omar, new) == set()
        asked = two.messages.get(text="omar-first")
        new = actions.split(two, by=cast.bo, message=asked, subject="His")
        assert (new.requester, new.messages.get().author, new.asked_by) == (cast.omar, cast.hana, cast.hana)
        assert read(cast.hana, new) == read(cast.omar, new) == {"omar-first"}
        to_mei = two.messages.get(text="mei-reply")
        assert actions.split(two, by=cast.bo, message=to_mei, subject="Reply").requester == cast.mei


def test_what_was_said_to_who_gave_it_back_is_not_split_off_for_who_asked(
    cast: Cast, pair: tuple[Ticket, Ticket]
) -> None:
    _one, two = pair
    with at(4):
        actions.decline(two, by=cast.omar)
    with at(5), pytest.raises(WrongState, match="may not read"):
        actions.split(fresh(two), by=cast.bo, message=two.messages.get(text="omar-reply"), subject="x")


def test_a_reply_that_has_not_left_or_was_taken_back_cannot_be_split_off(cast: Cast) -> None:
    ticket = cast.ask()
    held = actions.reply(ticket, by=cast.bo, text="held", undo_seconds=15)
    with pytest.raises(WrongState):
        actions.split(ticket, by=cast.bo, message=held, subject="x")
    with pytest.raises(WrongState):
        actions.split(ticket, by=cast.bo, message=actions.withdraw(held, by=cast.bo), subject="x")


@pytest.mark.parametrize("share", [False, True])
def test_who_asked_one_reads_what_was_said_to_the_askers_of_the_other_only_if_all_is_shared(
    cast: Cast, share: bool
) -> None:
    with at(0):
        one = cast.ask(by=cast.hana, requester=cast.mei, text="hana-asks")
        two = cast.ask(by=cast.ada, requester=cast.omar, text="ada-asks", answers={"asset": "ada-answer"})
    with at(1):
        kept = files.keep(b"x", name="to-ada.txt", by=cast.bo)
        actions.reply(two, by=cast.bo, text="to ada", to_askers=True, attachments=[kept])
    with at(2):
        actions.merge(one, by=cast.bo, into=two, share=share)
    with at(3):
        actions.reply(fresh(two), by=cast.bo, text="to all askers", to_askers=True)
    one, two = fresh(one), fresh(two)
    before = {"ada-asks", "to ada"} if share else set()
    with at(4):
        assert read(cast.hana, one, two) == {"hana-asks", "to all askers"} | before
        assert got(cast.hana) == ({"to-ada.txt"} if share else set())
        assert reads_what_was_asked(cast.hana, two, shares_of(cast.hana, two)[two.pk]) is share
        for said in Message.objects.all():
            told = cast.hana.pk in readers_of(said)
            assert (said.text, told) == (said.text, said.text in read(cast.hana, one, two))
