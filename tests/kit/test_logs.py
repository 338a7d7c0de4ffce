"""No secret gets into what is logged, whichever way; and nobody from outside can begin a line of his own."""

import json
import logging
import logging.config
from collections.abc import Iterator
from time import thread_time

import pytest
import structlog

from firstline.kit import logs

CANARY = "Kanarienvogel-4711"
SAYS = [
    f"password={CANARY}",
    f"password: '{CANARY}'",
    f'{{"new_password": "{CANARY}"}}',
    f"Authorization: Bearer {CANARY}",
    f"authorization: basic {CANARY}",
    f"Cookie: firstline_session={CANARY}; theme=dark",
    f"GET /x?token={CANARY}&q=1",
    f"FIRSTLINE_SECRET_KEY={CANARY}",
    f"smtp://user:{CANARY}@host:587",
    f"postgresql://desk:{CANARY}@db/firstline",
    f"api_key = {CANARY}",
]


@pytest.fixture(params=["plain", "json"])
def line(request: pytest.FixtureRequest) -> Iterator[logging.Formatter]:
    made = logs.configuration(request.param)["formatters"]["line"]
    structlog.contextvars.clear_contextvars()
    yield structlog.stdlib.ProcessorFormatter(
        processors=made["processors"], foreign_pre_chain=made["foreign_pre_chain"]
    )
    structlog.contextvars.clear_contextvars()


def record(message: str, *args: object, **extra: object) -> logging.LogRecord:
    made = logging.getLogger("firstline.test").makeRecord("firstline.test", logging.INFO, "f", 1, message, args, None)
    made.__dict__.update(extra)
    return made


@pytest.mark.parametrize("said", SAYS)
def test_a_secret_is_hidden_wherever_it_stands(line: logging.Formatter, said: str) -> None:
    assert CANARY not in line.format(record(said))
    assert CANARY not in line.format(record("it said %s", said))
    assert CANARY not in line.format(record("more", headers=said, nested={"a": [said]}))
    assert CANARY not in line.format(record("named", password=CANARY, data={"session_key": CANARY}))
    assert "[hidden]" in line.format(record(said))


def test_it_is_hidden_in_the_text_of_an_error_too(line: logging.Formatter) -> None:
    try:
        raise ValueError(f"cannot log in with password={CANARY}")
    except ValueError as error:
        made = record("failed")
        made.exc_info = (type(error), error, error.__traceback__)
    said = line.format(made)
    assert "ValueError" in said
    assert CANARY not in said


def test_what_came_from_outside_begins_no_line(line: logging.Formatter) -> None:
    said = line.format(
        record("asked for %s", "/x\r\n2026-11-22 INFO firstline.security: signed_in\x1b[2J", agent="a\nb")
    )
    assert "\n" not in said
    assert "\r" not in said
    assert "\x1b" not in said


def test_harmless_words_stay(line: logging.Formatter) -> None:
    assert "The letter of 密码 tokens was kept." in line.format(record("The letter of 密码 tokens was kept."))


def test_a_line_carries_what_it_is_about(line: logging.Formatter) -> None:
    structlog.contextvars.bind_contextvars(request="abcdef12", person=7, ticket="IT-1001")
    said = line.format(record("done"))
    if said.startswith("{"):
        told = json.loads(said)
        assert (told["request"], told["person"], told["ticket"], told["event"]) == ("abcdef12", 7, "IT-1001", "done")
    else:
        assert "firstline.test: done [person=7 request=abcdef12 ticket=IT-1001]" in said


@pytest.mark.parametrize(
    "row", ["1-", "a", "token", "token=", "a://", "a://:", "://:@", "bearer ", "fl_", "fl_-", "a.b:"]
)
def test_what_strangers_repeat_in_an_address_is_logged_at_once(line: logging.Formatter, row: str) -> None:
    made = record("Not Found: %s", "/api/v1/" + row * (16_000 // len(row)))
    began = thread_time()
    line.format(made)
    assert thread_time() - began < 0.2
