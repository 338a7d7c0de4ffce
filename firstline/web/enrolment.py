"""Where a second factor is required, who has none sets one up before anything else."""

from firstline.people import factors
from firstline.people.request import PersonRequest

OPEN = ("/account/", "/sign-out/", "/language/", "/theme/", "/static/")
CLOSED = ("/account/tokens/",)


def is_due(request: PersonRequest) -> bool:
    """Whether the person must first go to the pages on which a second factor is set up; only these are open."""
    is_open = request.path.startswith(OPEN) and not request.path.startswith(CLOSED)
    return not is_open and factors.is_due(request.person)
