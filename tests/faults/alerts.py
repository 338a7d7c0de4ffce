"""Alerts as monitoring sends them: POST with an Idempotency-Key, sent again after 503 or when no answer comes."""

import http.client
import json
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from statistics import quantiles

PATIENCE_SECONDS = 30.0


@dataclass
class Alerts:
    """`accepted`: what was said to each key, as the ticket's number. `waits`: from its first sending to that, in s."""

    accepted: dict[str, str] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    """How long each answer took, refusals included."""
    refused: Counter[int] = field(default_factory=Counter)
    without_retry_after: int = 0
    unanswered: int = 0
    given_up: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def p99(self) -> float:
        return quantiles(self.answers, n=100)[98]


def raise_alerts(
    port: int, token: str, *, alerts: int, seconds: float, clients: int, minutes: float = 10.0, wait: float = 8.0
) -> Alerts:
    """Offer so many alerts evenly over so many seconds; each again until it is accepted, or the minutes are over.

    After a refusal it waits as long as it is told to, but not longer than `wait` seconds.
    """
    told, lock, began = Alerts(), threading.Lock(), time.monotonic()
    numbers = iter(range(alerts))

    def next_number() -> int | None:
        with lock:
            return next(numbers, None)

    def send(client: int) -> None:
        dice, line = Random(client), None
        while (number := next_number()) is not None:
            due = began + number * seconds / alerts
            time.sleep(max(0.0, due - time.monotonic()))
            key, first = f"alert-{number}", time.monotonic()
            while True:
                if time.monotonic() - began > minutes * 60:
                    with lock:
                        told.given_up.append(key)
                    break
                sent, code, after, body = time.monotonic(), 0, "", {}
                try:
                    line = line or http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
                    line.request("POST", "/api/v1/tickets", *_call(key, number, token))
                    answer = line.getresponse()
                    code, after = answer.status, answer.headers.get("Retry-After", "")
                    body = json.loads(answer.read())
                except (OSError, http.client.HTTPException, ValueError):
                    if line is not None:
                        line.close()
                    line = None
                with lock:
                    if code:
                        told.answers.append(time.monotonic() - sent)
                    if code == 201:
                        told.accepted[key] = body["number"]
                        told.waits.append(time.monotonic() - first)
                    elif code:
                        told.refused[code] += 1
                        told.without_retry_after += not after
                    else:
                        told.unanswered += 1
                if code == 201:
                    break
                time.sleep(min(wait, float(after or 1)) * dice.uniform(0.5, 1.5))
        if line is not None:
            line.close()

    threads = [threading.Thread(target=send, args=[client]) for client in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told.seconds = time.monotonic() - began
    return told


def _call(key: str, number: int, token: str) -> tuple[bytes, dict[str, str]]:
    body = {"subject": f"{key}: disk of host {number % 700} is full", "text": f"{key} at 97 %", "desk": "IT"}
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
        "Idempotency-Key": key,
        "Connection": "keep-alive",
    }
    return json.dumps(body).encode(), headers
