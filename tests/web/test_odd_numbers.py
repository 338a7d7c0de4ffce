"""Whatever stands where a number is expected, a page is shown or said not to exist; it is never a failure of ours."""

import ast
from pathlib import Path
from urllib.parse import quote

import pytest
from django.test import Client, override_settings
from django.urls import path

from firstline.api.models import Token
from firstline.api.problems import PROBLEM
from firstline.people.models import Person
from firstline.urls import urlpatterns as real
from firstline.web.workspace.filters import NAMES
from tests.cast import Cast
from tests.roles import Asking
from tests.security.test_api_matrix import operations
from tests.web.addresses import API, addresses, at_it, filled
from tests.web.matrix import GET, POST
from tests.web.test_errors import broken

ROOT = Path(__file__).resolve().parents[2] / "firstline"
ODD = ("²", "9" * 40, "2026-11-30_²", "[" * 9_000, "http://[x", "9999-12-31", "0001-01-01T00:00")

urlpatterns = [*real, path("api/v1/broken", broken)]
handler404, handler500 = "firstline.web.errors.not_found", "firstline.web.errors.server_error"


def asked() -> set[str]:
    """The name of everything that a view takes out of an address or a form: `request.GET.get("name")`."""
    names = set(NAMES)
    for file in (ROOT / "web").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
                first, of = node.args[0], ast.unparse(node.func.value)
                if of.endswith(("GET", "POST", "data", "given", "query")) and isinstance(first, ast.Constant):
                    names.add(str(first.value))
    return names


def test_no_odd_number_in_a_page_its_query_or_a_form_is_a_failure(
    cast: Cast, asking: Asking, roles: dict[str, Person]
) -> None:
    things, names = at_it(cast, roles), asked()
    assert {"q", "after", "before", "rows", "ticket", "about", "requester", "server"} <= names
    failed = []
    for name, route in addresses():
        for odd in ODD:
            address, together = filled(name, route, things), dict.fromkeys(sorted(names), odd)
            for method, table in (("get", GET), ("post", POST)):
                if name in table and asking("ada", method, address, together).status_code >= 500:
                    failed.append((method, name, odd))
    assert failed == []


@pytest.mark.parametrize("odd", ODD)
def test_no_odd_number_narrows_a_queue_into_a_failure(cast: Cast, asking: Asking, odd: str) -> None:
    cast.ask()
    answers = {name: asking("dana", "get", "/desk/queue/all/", {name: odd}).status_code for name in NAMES}
    assert {name: status for name, status in answers.items() if status >= 500} == {}


def test_no_odd_word_within_an_address_is_a_failure(cast: Cast, asking: Asking, roles: dict[str, Person]) -> None:
    things = at_it(cast, roles)
    failed = []
    for name, route in addresses():
        for odd in ODD if "<" in route and not route.startswith(API) else ():
            address = filled(name, route, {part: quote(odd) for part in things} | {"file": things["file"]})
            if asking("ada", "get", address).status_code >= 500:
                failed.append(address)
    assert failed == []


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=__name__)
def test_every_failure_below_the_api_is_a_problem_and_none_is_a_page(cast: Cast) -> None:
    token = Token.issue(cast.ada, scopes=["read", "write"])
    client = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {token}"})
    stranger = Client(raise_request_exception=False)
    ticket = cast.ask()
    answers = [
        client.get("/api/v1/no-such"),
        client.get("/api/v1/tickets/²"),
        client.get("/api/v1/broken"),
        client.get("/api/v1/tickets?cursor=²"),
        client.get("/api/v1/tickets?limit=²"),
        client.get("/api/v1/tickets?limit=" + "9" * 40),
        client.get("/api/v1/tickets?q=%00"),
        client.delete(f"/api/v1/tickets/{ticket.number}"),
        client.generic("PROPFIND", "/api/v1/tickets"),
        client.options(f"/api/v1/tickets/{ticket.number}"),
        client.post("/api/v1/tickets", "{", content_type="application/json"),
        client.get("/api/v1/tickets", headers={"Host": "evil.example"}),
        stranger.get("/api/v1/tickets"),
        stranger.get("/api/no"),
    ]
    for answer in answers:
        assert (answer.request["PATH_INFO"], answer["Content-Type"]) == (answer.request["PATH_INFO"], PROBLEM)
        assert answer.json()["status"] == answer.status_code
        assert answer.json()["detail"]
        assert int(answer.get("Content-Length", len(answer.content))) == len(answer.content)
    assert answers[7]["Allow"]
    assert "secret reason" not in answers[2].content.decode()


def test_no_odd_number_in_a_call_of_a_program_is_a_failure(cast: Cast) -> None:
    token = Token.issue(cast.ada, scopes=["read", "write"])
    client = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {token}"})
    cast.ask()
    failed = [
        (path, odd)
        for _method, path in operations()
        for odd in ODD
        if client.get(path.replace("{number}", quote(odd)), {"q": odd, "cursor": odd, "limit": odd}).status_code >= 500
    ]
    assert failed == []
