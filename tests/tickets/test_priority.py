"""Priority from impact and urgency: each of the nine, and to what each is raised."""

import pytest

from firstline.tickets.priority import priority_of, raised

# impact, urgency: priority (1 critical … 4 low), and the nearest impact and urgency above it
TABLE = {
    (1, 1): (4, (1, 2)),
    (1, 2): (3, (1, 3)),
    (1, 3): (2, (3, 3)),
    (2, 1): (3, (2, 2)),
    (2, 2): (2, (3, 2)),
    (2, 3): (2, (3, 3)),
    (3, 1): (2, (3, 2)),
    (3, 2): (1, (3, 2)),
    (3, 3): (1, (3, 3)),
}


@pytest.mark.parametrize(("impact", "urgency"), list(TABLE))
def test_each_impact_and_urgency_has_its_priority_and_what_is_above_it(impact: int, urgency: int) -> None:
    assert (priority_of(impact, urgency), raised(impact, urgency)) == TABLE[impact, urgency]
