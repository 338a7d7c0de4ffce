"""Merging, and taking it back."""

import pytest

from firstline.tickets import actions, files, replay
from firstline.tickets.errors import NotAllowed, WrongState
from firstline.tickets.models import Attachment
from tests.cast import Cast, fresh

pytestmark = pytest.mark.django_db


def test_the_conversation_goes_on_in_the_other_ticket():
    cast = Cast.make()
    one, two = cast.ask(text="first"), cast.ask(by=cast.omar, text="second")
    actions.merge(one, by=cast.bo, into=two)
    one, two = fresh(one), fresh(two)
    assert (one.phase, one.merged_into) == ("cancelled", two)
    assert sorted(two.messages.values_list("text", flat=True)) == ["first", "second"]
    assert [p.person for p in two.participants.all()] == [cast.mei]
    assert replay.differences(one) == replay.differences(two) == []


def test_unmerged_each_stands_where_it_stood():
    cast = Cast.make()
    one, two = cast.ask(text="first"), cast.ask(by=cast.omar, text="second")
    actions.accept(one, by=cast.bo)
    actions.merge(one, by=cast.bo, into=two)
    actions.reply(two, by=cast.bo, text="said after the merge")
    actions.unmerge(fresh(one), by=cast.bo)
    one, two = fresh(one), fresh(two)
    assert (one.phase, one.merged_into) == ("in_progress", None)
    assert [(m.text, m.origin) for m in one.messages.all()] == [("first", None)]
    assert [m.text for m in two.messages.all()] == ["second", "said after the merge"]
    assert not two.participants.exists()
    assert replay.differences(one) == replay.differences(two) == []


def test_unmerged_each_has_its_own_files_and_no_other_request_loses_one() -> None:
    cast = Cast.make()
    one, two, other = (cast.ask(text=text) for text in ("first", "second", "other"))
    for ticket in (one, two, other):
        kept = files.keep(b"x", name=f"{ticket.number}.txt", by=cast.mei)
        actions.attach(ticket, by=cast.mei, attachments=[kept])
    actions.merge(one, by=cast.bo, into=two)
    actions.unmerge(fresh(one), by=cast.bo)
    of = dict(Attachment.objects.values_list("name", "ticket__number"))
    assert of == {f"{number}.txt": number for number in (one.number, two.number, other.number)}


def test_a_chain_of_merges_comes_apart_in_order():
    cast = Cast.make()
    a, b, c = cast.ask(text="a"), cast.ask(text="b"), cast.ask(text="c")
    actions.merge(a, by=cast.bo, into=b)
    actions.merge(fresh(b), by=cast.bo, into=c)
    actions.unmerge(fresh(b), by=cast.bo)
    assert sorted(fresh(b).messages.values_list("text", flat=True)) == ["a", "b"]
    actions.unmerge(fresh(a), by=cast.bo)
    assert [m.text for m in fresh(a).messages.all()] == ["a"]


def test_a_chain_of_merges_does_not_come_apart_in_the_middle():
    cast = Cast.make()
    a, b, c = cast.ask(text="a"), cast.ask(by=cast.omar, text="b"), cast.ask(by=cast.chen, text="c")
    actions.merge(a, by=cast.bo, into=b)
    actions.merge(fresh(b), by=cast.bo, into=c)
    with pytest.raises(WrongState, match=f"{b.number} was itself merged into {c.number}"):
        actions.unmerge(fresh(a), by=cast.bo)
    actions.unmerge(fresh(b), by=cast.bo)
    actions.unmerge(fresh(a), by=cast.bo)
    assert [[m.text for m in fresh(each).messages.all()] for each in (a, b, c)] == [["a"], ["b"], ["c"]]
    assert [list(fresh(each).participants.all()) for each in (a, b, c)] == [[], [], []]


def test_a_merged_ticket_takes_nothing_more():
    cast = Cast.make()
    one, two = cast.ask(), cast.ask()
    actions.merge(one, by=cast.bo, into=two)
    with pytest.raises(WrongState, match="merged"):
        actions.accept(one, by=cast.bo)
    with pytest.raises(WrongState, match="merged"):
        actions.merge(two, by=cast.bo, into=fresh(one))


def test_into_itself_or_a_foreign_desk_is_refused():
    cast = Cast.make()
    ticket = cast.ask()
    with pytest.raises(WrongState):
        actions.merge(ticket, by=cast.bo, into=ticket)
    with pytest.raises(NotAllowed):
        actions.merge(ticket, by=cast.bo, into=cast.ask(desk=cast.hr))
    with pytest.raises(WrongState):
        actions.unmerge(ticket, by=cast.bo)
