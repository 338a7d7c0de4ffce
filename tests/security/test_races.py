"""Many at once: real connections, each with transactions of its own, so the rows are taken away by hand."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.db import connection, transaction

from firstline.notices.models import OutgoingServer, ToldUpTo
from firstline.people import domains, factors, password_links, rate_limit
from firstline.people.models import AccountDomain, Person
from firstline.tickets.naming import person_at
from tests.cli.serving import until


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
            rate_limit.forget("code", str(person.pk))
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


def test_two_who_open_an_account_for_one_address_get_one_and_the_other_hears_that_the_link_is_used(
    django_db_setup: None, django_db_blocker: Any
) -> None:
    with django_db_blocker.unblock():
        domain = AccountDomain.objects.create(domain=f"{uuid4().hex}.example")
        address = f"vera@{domain.domain}"
        word = domains.word(address)
        try:
            assert (
                at_once(
                    lambda: (
                        domains.open_account(word, name="Vera", password="correct horse battery", language="en")
                        is not None
                    ),
                    times=8,
                )
                == 1
            )
            assert Person.objects.filter(email=address, account="domain").count() == 1
        finally:
            Person.objects.filter(email=address).delete()
            domain.delete()
            connection.close()


def test_one_address_is_one_person_however_many_ask_for_it_at_once(
    django_db_setup: None, django_db_blocker: Any
) -> None:
    with django_db_blocker.unblock():
        address = f"{uuid4().hex}@corp.example"
        try:
            assert at_once(lambda: person_at(address).email == address, times=16) == 16
            assert Person.objects.filter(email=address).count() == 1
        finally:
            Person.objects.filter(email=address).delete()
            connection.close()


def test_a_token_that_came_while_the_server_was_changed_does_not_stand_beside_the_new_one(
    django_db_setup: None, django_db_blocker: Any
) -> None:
    with django_db_blocker.unblock():
        relay = OutgoingServer(name="Relay", kind="smtp", host="mx.corp.example", port=587, user="desk")
        relay.secret = "the old one"
        relay.save()
        mine = OutgoingServer.objects.get(pk=relay.pk)
        mine.secret = "had for the old server"

        def renewed() -> bool:
            mine.save(update_fields=["secret"])
            return True

        try:
            with ThreadPoolExecutor(1) as pool:
                with transaction.atomic():
                    relay.host = "evil.example"
                    relay.save()
                    later = pool.submit(at_once, renewed, times=1)
                    until(_somebody_waits, seconds=20)
                assert later.result() == 1
            found = OutgoingServer.objects.get(pk=relay.pk)
            assert (found.host, found.secret.reveal()) == ("evil.example", "")
        finally:
            relay.delete()
            connection.close()


def test_who_tells_of_a_request_of_which_another_tells_waits_and_nobody_else_does(
    django_db_setup: None, django_db_blocker: Any
) -> None:
    def told(*tickets: int) -> bool:
        with transaction.atomic():
            return ToldUpTo.of(tickets) == {}

    with django_db_blocker.unblock(), ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            told(-3, -7)
            assert pool.submit(at_once, lambda: told(-5), times=1).result(20) == 1
            later = pool.submit(at_once, lambda: told(-5, -7), times=1)
            until(_somebody_waits, seconds=20)
            assert not later.done()
        assert later.result(20) == 1
        connection.close()


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        return bool(cursor.fetchone()[0])


def test_27_of_200_parallel_codes_at_most_five_are_judged(nina: Person) -> None:
    judged: list[str] = []

    def guess() -> bool:
        if not rate_limit.take("code", str(nina.pk)):
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
    link = password_links.for_reset(nina.email or "")
    assert link is not None
    password_links.write(link)
    assert at_once(lambda: password_links.use(link, password=f"long enough {uuid4()}") is not None, times=16) == 1
