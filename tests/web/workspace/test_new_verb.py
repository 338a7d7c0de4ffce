"""A new verb costs its function and its declaration: form, menu, palette, bulk bar and API are there by that."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils.translation import gettext_lazy

from firstline.api.inputs import Called, arguments, shape_of
from firstline.api.verbs import router_of
from firstline.tickets.actions.declaring import verb
from firstline.tickets.errors import NotAllowed, WrongState
from firstline.tickets.inputs import Choice, Flag, Words
from firstline.tickets.models import Ticket
from firstline.tickets.record import record
from firstline.tickets.verbs import STAFF, UNSOLVED, VERBS, Bulk, Button, Operation
from tests.cast import Cast, fresh
from tests.web.conftest import As

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def praise() -> Iterator[Any]:
    @verb(
        may=STAFF,
        begins=UNSOLVED,
        button=Button(gettext_lazy("Resolve"), "check", menu=990, done=gettext_lazy("Resolved.")),
        bulk=Bulk(),
        operation=Operation("Praise it"),
        inputs={
            "words": Words("In words", most=20, blank="Say something.", too_long="At most %(count)s."),
            "how": Choice("How", among=(("much", "Very much"), ("little", "A little")), refused="So or so."),
            "aloud": Flag("Aloud"),
        },
    )
    def praise(ticket: Ticket, *, by: Any, words: str, how: str = "much", aloud: bool = False) -> Ticket:
        ticket.remarks = f"{words} {how} {aloud}"
        record(ticket, "filed", by=by, internal=True)
        return ticket

    yield praise
    del VERBS["praise"]


def test_it_has_a_form_a_place_in_the_menu_and_in_the_palette(cast: Cast, as_: As) -> None:
    ticket = cast.asked()
    bo = as_(cast.bo)
    here = f"/desk/tickets/{ticket.number}/"
    assert f"{here}verbs/praise/" in bo.get(here).content.decode()
    form = bo.get(f"{here}verbs/praise/", headers=HTMX).content.decode()
    for each in ("In words", 'name="words"', "Very much", 'name="how"', 'name="aloud"'):
        assert each in form
    refused = bo.post(f"{here}verbs/praise/", {"words": " ", "how": "little"}, headers=HTMX)
    assert (refused.status_code, "Say something." in refused.content.decode()) == (422, True)
    for how in ("", "so"):
        refused = bo.post(f"{here}verbs/praise/", {"words": "Well done", "how": how}, headers=HTMX)
        assert (refused.status_code, "Well done" in refused.content.decode()) == (422, True)
    done = bo.post(f"{here}verbs/praise/", {"words": "Well done", "how": "little", "aloud": "on"}, headers=HTMX)
    assert (done.status_code, "Resolved." in done["HX-Trigger"]) == (204, True)
    assert fresh(ticket).remarks == "Well done little True"
    assert 'data-does="praise"' in bo.get(f"/desk/palette/?ticket={ticket.number}").content.decode()
    assert as_(cast.mei).post(f"{here}verbs/praise/", {"words": "Mine", "how": "much"}).status_code == 404


def test_it_can_be_done_to_many(cast: Cast, as_: As) -> None:
    tickets = [cast.ask(), cast.ask()]
    bo = as_(cast.bo)
    assert "/desk/bulk/praise/" in bo.get("/desk/queue/open/").content.decode()
    given = {"ticket": [each.pk for each in tickets], "sent": "1", "words": "All", "how": "much"}
    assert "data-all-done" in bo.post("/desk/bulk/praise/", given, headers=HTMX).content.decode()
    assert [fresh(each).remarks for each in tickets] == ["All much False"] * 2


def test_programs_have_an_operation_for_it(cast: Cast) -> None:
    row = VERBS["praise"]
    assert list(router_of([row]).path_operations) == ["/{number}/praise"]
    shape = shape_of(row)
    schema = shape.model_json_schema()
    assert (shape.__name__, schema["required"]) == ("PraiseIn", ["words"])
    assert schema["properties"]["how"]["enum"] == ["much", "little"]
    nobody: Any = None  # none of its inputs has anything looked up
    named = arguments(row, shape.model_validate({"words": "Hear"}), Called(nobody, cast.ask()))
    assert named == {"words": "Hear", "how": "much", "aloud": False}


def test_what_it_refuses_it_refuses_whoever_calls_it(cast: Cast, praise: Any) -> None:
    ticket = cast.asked()
    for given, said in (
        ({"words": " "}, "Say something."),
        ({"words": "x" * 21}, "At most 20."),
        ({"words": "x", "how": "so"}, "So or so."),
        ({"words": "x", "how": None}, "So or so."),
    ):
        with pytest.raises(WrongState, match=said):
            praise(ticket, by=cast.bo, **given)
    with pytest.raises(NotAllowed):
        praise(ticket, by=cast.mei, words=" ")


def test_an_input_that_is_no_parameter_is_a_mistake_that_is_said_at_once() -> None:
    with pytest.raises(TypeError, match="scold has no word"):

        @verb(may=STAFF, inputs={"word": Words()})
        def scold(ticket: Ticket, *, by: Any, words: str) -> None:
            """Never."""

    assert "scold" not in VERBS
