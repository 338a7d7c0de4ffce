"""Many at once: real connections, each with transactions of its own, so the rows are taken away by hand."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.db import connection

from firstline.people import factors, links, throttle
from firstline.people.models import Person


@pytest.fixture
def nina(django_db_setup: None, django_db_blocker: Any) -> Iterator[Person]:
    with django_db_blocker.unblock():
        email = f"{uuid4().hex}@corp.example"
        person = Person.objects.create_person(
            name="Nina", email=email, password="correct horse battery", account="administrator"
        )
        try:
            yield person
        finally:
            throttle.forget("code", str(person.pk))
            person.delete()
            connection.close()


def at_once(work: Callable[[], bool], *, times: int) -> int:
    """How often it was true."""

    def one(_number: int) -> bool:
        try:
            return bool(work())
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        return sum(pool.map(one, range(times)))


def code_of(secret: str, steps: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def test_27_of_200_parallel_codes_at_most_five_are_judged(nina: Person) -> None:
    judged: list[str] = []

    def guess() -> bool:
        if not throttle.take("code", str(nina.pk)):
            return False
        judged.append(factors.judge_code(nina, "000000"))
        return True

    assert at_once(guess, times=200) == 5
    assert len(judged) == 5


def test_41_of_many_who_give_the_same_code_one_comes_in(nina: Person) -> None:
    secret = factors.new_secret()
    assert factors.enrol_app(nina, secret=secret, code=code_of(secret, -1))
    code = code_of(secret)
    assert at_once(lambda: bool(factors.judge_code(nina, code)), times=32) == 1
    recovery = factors.new_recovery_codes(nina)[0]
    assert at_once(lambda: bool(factors.judge_code(nina, recovery)), times=32) == 1


def test_41_a_link_used_by_many_at_once_sets_one_password(nina: Person) -> None:
    link = links.for_reset(nina.email or "")
    assert link is not None
    links.write(link)
    assert at_once(lambda: links.use(link, password=f"long enough {uuid4()}") is not None, times=16) == 1
