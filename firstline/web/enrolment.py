"""Where a second factor is required, who has none sets one up before anything else."""

from django.http import HttpRequest

DUE = "second_factor_due"
OPEN = ("/account/", "/sign-out/", "/language/", "/theme/", "/static/")
CLOSED = ("/account/tokens/",)


def is_due(request: HttpRequest) -> bool:
    """Whether this session may, for now, open nothing but the pages on which a second factor is set up."""
    if DUE not in request.session:
        return False
    return not request.path.startswith(OPEN) or request.path.startswith(CLOSED)
