"""What somebody holds ends where they hold it, in whichever process that is."""

import json
from collections.abc import Callable

import pytest

from tests.faults.apart import Apart

pytestmark = pytest.mark.system


def test_the_live_stream_of_somebody_whose_standing_changed_ends_within_a_second(apart: Callable[..., Apart]) -> None:
    lasted = json.loads(apart().python("from tests.faults import standing; print(standing.measured())"))
    assert set(lasted) == {"leaves", "signs_out_everywhere", "becomes_an_administrator"}
    assert max(lasted.values()) < 1, lasted
