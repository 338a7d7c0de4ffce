"""What watches the desk from outside, and what the administrator is told of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from firstline.kit import clock
from firstline.web.health_stats import measured
from tests.cast import Cast
from tests.letters import config
from tests.web.conftest import As


def test_the_numbers_are_there_for_this_machine_only(cast: Cast) -> None:
    cast.ask()
    client = Client()
    client.get(reverse("sign-in"))
    told = client.get("/metrics")
    assert told.status_code == 200
    text = told.content.decode()
    assert "firstline_workers 0.0" in text
    assert "firstline_unsealed 1.0" in text
    assert 'firstline_requests_total{method="GET",status="200",view="sign-in"}' in text
    assert 'firstline_request_seconds_bucket{le="0.005",view="sign-in"}' in text
    assert Client(REMOTE_ADDR="192.0.2.1").get("/metrics").status_code == 404


@pytest.mark.parametrize(
    "name",
    "Forwarded Via X-Forwarded X-Forwarded-For X-Forwarded-Host X-Real-IP X-Client-IP Client-IP True-Client-IP "
    "CF-Connecting-IP CF-Connecting-IPv6 X-Cluster-Client-IP X-Original-Forwarded-For".split(),
)
def test_what_any_proxy_passes_on_does_not_come_from_this_machine(cast: Cast, name: str) -> None:
    assert Client().get("/metrics", headers={name: "127.0.0.1"}).status_code == 404


def test_a_token_opens_them_from_elsewhere(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    config(monkeypatch, metrics_token="open-sesame")
    there = Client(REMOTE_ADDR="192.0.2.1")
    assert there.get("/metrics", headers={"Authorization": "Bearer open-sesame"}).status_code == 200
    assert there.get("/metrics", headers={"Authorization": "Bearer other"}).status_code == 404
    assert Client().get("/metrics").status_code == 404


def test_every_answer_carries_an_id_that_the_log_lines_have(cast: Cast) -> None:
    assert len(Client().get("/healthz")["X-Request-ID"]) == 16
    assert Client().get("/healthz", headers={"X-Request-ID": "from-the-proxy"})["X-Request-ID"] == "from-the-proxy"
    forged = Client().get("/healthz", headers={"X-Request-ID": "a b\tc"})["X-Request-ID"]
    assert len(forged) == 16


def test_the_administrator_is_told_in_plain_words(cast: Cast, as_: As) -> None:
    with clock.moved(clock.now() - timedelta(days=10)):
        cast.ask()
    assert measured().clocks_late > 0
    ada: Any = as_(cast.ada)
    page = ada.get(reverse("settings-status")).content.decode()
    assert "No worker runs" in page
    assert "Deadlines are over" in page
    chinese = as_(cast.ada, language="zh-hans").get(reverse("settings-status")).content.decode()
    assert "没有后台进程" in chinese
