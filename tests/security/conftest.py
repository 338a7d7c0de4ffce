"""The cast, its ten roles, and a browser for each."""

from typing import Any

import pytest

from tests.web.conftest import As, as_, cast

__all__ = ["as_", "asking", "cast", "roles"]


@pytest.fixture
def roles(cast: Any) -> dict[str, Any]:
    from tests.roles import people  # models can be imported only when Django is set up

    return people(cast)


@pytest.fixture
def asking(roles: dict[str, Any], as_: As) -> Any:
    from tests.roles import Asking

    return Asking(roles, as_)
