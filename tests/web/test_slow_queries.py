"""Slow statements are logged for developers."""

import logging
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory

from firstline.web.slow_queries import SlowMiddleware


@pytest.mark.parametrize(("most", "logged"), [(5, True), (600_000, False)])
@pytest.mark.django_db
def test_a_statement_that_takes_longer_is_logged_without_its_values(
    most: int, logged: bool, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.CONFIG = settings.CONFIG.model_copy(update={"slow_ms": most})

    def view(request: object) -> HttpResponse:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.02), %s", ["a private word"])
        return HttpResponse()

    with caplog.at_level(logging.WARNING):
        SlowMiddleware(view)(RequestFactory().get("/"))
    assert ("pg_sleep" in caplog.text) is logged
    assert "private" not in caplog.text
