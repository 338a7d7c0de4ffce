"""Every address × every role: an address that tests/web/matrix.py does not declare fails, and an answer that differs.

Where a route names something of a desk, the same row must hold, its roles exchanged, for what Omar asked at Hana's.
"""

import re

import pytest

from firstline.people.models import Person
from tests.cast import Cast
from tests.roles import Asking, Row, moved
from tests.web.addresses import API, OF_A_DESK, OPEN_API, addresses, at_hr, at_it, filled
from tests.web.matrix import GET, POST


def test_every_address_is_declared() -> None:
    names = {name for name, route in addresses() if not route.startswith(API)}
    assert names - GET.keys() - POST.keys() == set()
    assert (GET.keys() | POST.keys()) - names == {"api-docs"}


@pytest.mark.parametrize("whose", ["mei's", "omar's"])
@pytest.mark.parametrize(("method", "table"), [("get", GET), ("post", POST)], ids=["get", "post"])
def test_each_role_gets_what_is_declared(
    cast: Cast, asking: Asking, roles: dict[str, Person], method: str, table: dict[str, Row], whose: str
) -> None:
    own = whose == "mei's"
    things = at_it(cast, roles) if own else at_hr(cast, roles)
    found, declared = {}, {}
    for name, route in addresses():
        if name in table and (own or OF_A_DESK.search(route) or name == "file"):
            found[name] = asking.row(method, filled(name, route, things))
            declared[name] = table[name] if own else moved(table[name])
    assert {name: row for name, row in found.items() if row != declared[name]} == {}


def test_what_is_of_another_request_or_desk_is_not_there_by_way_of_an_own_one(
    cast: Cast, asking: Asking, roles: dict[str, Person]
) -> None:
    """Row 2 of the threats: the first id of a route is one's own, the second is not."""
    theirs = ("message", "line", "form", "delivery", "mailbox")
    mixed = at_it(cast, roles) | {name: id for name, id in at_hr(cast, roles).items() if name in theirs}
    answers = {}
    for name, route in addresses():
        if OF_A_DESK.search(route) and re.search("<int:message>|<int:id>", route):
            path = filled(name, route, mixed)
            answers |= {(name, method): asking("dana", method, path).status_code for method in ("get", "post")}
    assert len(answers) > 8
    assert {each: status for each, status in answers.items() if status not in (404, 405)} == {}


def test_what_is_not_declared_for_a_method_is_not_answered(
    cast: Cast, asking: Asking, roles: dict[str, Person]
) -> None:
    things = at_it(cast, roles)
    for name, route in addresses():
        if not route.startswith(API) and name not in ("healthz", "readyz"):
            undeclared = ["put", "patch", "delete"]
            undeclared += [method for method, table in (("get", GET), ("post", POST)) if name not in table]
            for method in undeclared:
                status = asking("ada", method, filled(name, route, things)).status_code
                assert (name, method, status in (404, 405)) == (name, method, True)


def test_a_session_opens_nothing_of_the_programs_door(cast: Cast, asking: Asking, roles: dict[str, Person]) -> None:
    things = at_it(cast, roles)
    for name, route in addresses():
        if route.startswith(API) and name not in OPEN_API:
            path = filled(name, route, things)
            statuses = {asking("ada", method, path).status_code for method in ("get", "post", "put", "delete")}
            assert (name, statuses - {405}) == (name, {401})
