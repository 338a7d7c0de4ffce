"""The API by its own description, called by Schemathesis as each role: no failure of ours, and answers as described.

Threats 25, 34, 35. `SCHEMA_EXAMPLES=200` calls each operation as often, each time with other words; bin/test does it
twice, always with the same.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks

from firstline.api.models import Token
from tests.cast import Cast
from tests.roles import asked_by_mei
from tests.security.test_api_matrix import operations

FEW = "2"
CHECKS = [not_a_server_error, checks.content_type_conformance, checks.response_schema_conformance]
EXAMPLES = int(os.environ.get("SCHEMA_EXAMPLES", FEW))


@pytest.fixture
def one_connection() -> Iterator[None]:
    """Requests do not close the test's connection, as a server does between two of them."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("role", ["mei", "omar", "pia", "bo", "chen", "hana", "dana", "ivan", "ada"])
def test_the_api_answers_as_it_describes_itself_and_never_fails(
    one_connection: None, cast: Cast, roles: dict[str, Any], role: str
) -> None:
    ticket = asked_by_mei(cast, roles)
    headers = {"Authorization": f"Bearer {Token.issue(roles[role], scopes=['read', 'write'])}"}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    called = set()
    for found in schema.get_all_operations():
        operation = found.ok()
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            _call(operation, mode, headers, ticket.number)
        called.add((operation.method.lower(), operation.path.removeprefix("/api/v1")))
    assert called == operations()


def _call(operation: Any, mode: GenerationMode, headers: dict[str, str], number: str) -> None:
    """Call it with what the description allows, or with what it does not, each time in a world as it was before."""

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        derandomize=str(EXAMPLES) == FEW,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def call(case: Any) -> None:
        if "number" in (case.path_parameters or {}) and mode is GenerationMode.POSITIVE:
            case.path_parameters["number"] = number
        with transaction.atomic():
            answer = case.call(headers=headers)
            unknown = case.call(headers={"Authorization": "Bearer fl_unknown"})
            transaction.set_rollback(True)
        assert answer.status_code < 500, (operation.label, case.body, answer.text)
        # Who is unknown is refused; what cannot be an address or a column's value is so before anybody asks who calls.
        assert unknown.status_code in ((401,) if answer.status_code < 400 else (400, 401, 404, 405)), operation.label
        case.validate_response(answer, checks=CHECKS)

    call()
