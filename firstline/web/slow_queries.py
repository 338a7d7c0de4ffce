"""For developers (FIRSTLINE_DEBUG): statements that take long are logged, with the view that sent them."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse

logger = logging.getLogger(__name__)


class SlowMiddleware:
    """Times every statement of a request. What was asked for stays out of the log: values are not shown."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.most = settings.CONFIG.slow_ms / 1000

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with connection.execute_wrapper(self._timed):
            return self.get_response(request)

    def _timed(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, *rest)
        finally:
            took = time.perf_counter() - began
            if took > self.most:
                logger.warning("A statement took %d ms: %s", took * 1000, sql)
