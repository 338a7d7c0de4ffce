from typing import Any

import pytest


@pytest.fixture
def cast(db: None) -> Any:
    from tests.cast import Cast

    return Cast.make()
