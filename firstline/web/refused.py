"""When a verb says no and the view did not show it itself: the sentence, as a toast or a small page."""

import json
from collections.abc import Callable

from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from firstline.kit.transient_errors import RETRY_SECONDS
from firstline.people.hashing import Busy
from firstline.tickets.errors import NotAllowed, NotUnderstood, Refused
from firstline.tickets.quotas import TooMuch
from firstline.web.errors import bad_request
from firstline.web.render import page

STATUS = {NotAllowed: 403, TooMuch: 429, NotUnderstood: 422, Refused: 409}


class RefusedMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DataError):
            # What no column can hold, such as a NUL in a text: nothing was kept, and the fault is not ours.
            return bad_request(request, exception)
        if isinstance(exception, Busy):
            response = page(request, "refused.html", status=503, sentence=exception.message)
            response["Retry-After"] = str(RETRY_SECONDS)
            return response
        if not isinstance(exception, Refused):
            return None
        status = next(status for kind, status in STATUS.items() if isinstance(exception, kind))
        if request.headers.get("HX-Request"):
            response = HttpResponse(status=status)
            # ASCII only: a header cannot carry Chinese, JSON escapes can.
            response["HX-Trigger"] = json.dumps({"toast": {"text": str(exception), "tone": "late"}})
            patch_vary_headers(response, ["HX-Request"])
            return response
        return page(request, "refused.html", status=status, sentence=str(exception))
