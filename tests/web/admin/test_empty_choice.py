"""Where nothing may be chosen, the forms of the settings say so alike."""

import pytest

from tests.cast import Cast
from tests.web.conftest import As


@pytest.mark.parametrize("address", ["goals/new/", "people/new/", "desks/new/", "desks/IT/services/new/"])
def test_the_empty_choice_is_one_dash(cast: Cast, as_: As, address: str) -> None:
    page = as_(cast.ada).get(f"/settings/{address}").content.decode()
    assert "---------" not in page
    if address == "goals/new/":
        assert page.count(">—</option>") == 2  # the clock and the calendar
