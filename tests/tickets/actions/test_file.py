"""The closing fields."""

import pytest

from firstline.catalog.models import ClosureCode
from firstline.tickets import actions, replay
from firstline.tickets.errors import NotAllowed, WrongState
from tests.cast import Cast, fresh

pytestmark = pytest.mark.django_db


def test_all_closing_fields_are_kept():
    cast = Cast.make()
    option = {o.list: o for o in ClosureCode.objects.all()}
    ticket = actions.file(
        cast.ask(),
        by=cast.bo,
        module=option["module"],
        cause=option["cause"],
        business=option["business"],
        repeated=True,
        description=" Blue screen after update ",
        remarks="seen twice",
    )
    assert (ticket.module, ticket.repeated, ticket.description) == (option["module"], True, "Blue screen after update")
    assert replay.differences(ticket) == []
    assert fresh(ticket).remarks == "seen twice"


def test_an_option_of_the_wrong_list_is_refused():
    cast = Cast.make()
    rest = {"cause": None, "business": None, "repeated": None, "description": "", "remarks": ""}
    with pytest.raises(WrongState):
        actions.file(cast.ask(), by=cast.bo, module=ClosureCode.objects.filter(list="cause").first(), **rest)
    with pytest.raises(NotAllowed):
        actions.file(cast.ask(), by=cast.mei, module=None, **rest)


@pytest.mark.parametrize("name", ["module", "cause", "business"])
def test_each_field_takes_an_option_of_its_own_list_and_desk_alone(name: str):
    cast = Cast.make()
    ticket = cast.ask()
    rest = {"module": None, "cause": None, "business": None, "repeated": None, "description": "", "remarks": ""}
    theirs = ClosureCode.objects.create(desk=cast.hr, list=name, key="x", name_en="X", name_zh="X")
    others = ClosureCode.objects.filter(desk=cast.it).exclude(list=name)
    assert len({each.list for each in others}) == 2
    for wrong in (theirs, *others):
        with pytest.raises(WrongState, match="lists of this desk"):
            actions.file(ticket, by=cast.bo, **{**rest, name: wrong})
    right = ClosureCode.objects.filter(desk=cast.it, list=name)[0]
    assert getattr(actions.file(ticket, by=cast.bo, **{**rest, name: right}), name) == right
