"""Nobody who is nobody fills the log of which nothing is ever taken: what they try is counted before it is written."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from firstline.audit.models import AuditEntry
from firstline.kit import clock
from firstline.people import factors, rate_limit
from firstline.people.models import Person
from tests.background import run_jobs
from tests.cast import Cast
from tests.passkey import Passkey
from tests.security.entering import PASSWORD
from tests.security.test_passkeys import _at, by_name  # noqa: F401 - the fixture
from tests.web.addresses import addresses, at_it, filled

pytestmark = pytest.mark.django_db
TOO_MANY = "Too many attempts"
MOST, TRIES = 2, 4
SAID = {
    **dict.fromkeys("credential code word text reason subject name token key secret words".split(), "x"),
    **{"email": "mei@corp.example", "password": PASSWORD + "!", "new_password": "a long new password", "score": "1"},
}


def tries(address: str, credential: str = "x") -> str:
    return Client(REMOTE_ADDR=address).post(reverse("passkey-enter"), {"credential": credential}).content.decode()


@pytest.mark.parametrize(
    ("address", "credential"),
    [
        ("203.0.113.9", "x"),
        ("2001:db8:1:2::{n}", "{}"),
        ("::ffff:203.0.113.9", "[" * 3000),
        ("203.0.113.9", '{"response": {}}'),
    ],
)
def test_of_wrong_passkeys_of_one_network_fifty_are_judged_and_written(
    cast: Cast, address: str, credential: str
) -> None:
    pages = [tries(address.replace("{n}", f"{n:x}"), credential) for n in range(60)]
    assert [TOO_MANY in page for page in pages] == [False] * 50 + [True] * 10
    assert AuditEntry.objects.filter(name="sign_in_failed").count() == 50
    assert TOO_MANY not in tries("198.51.100.7")
    with clock.moved(clock.now() + timedelta(minutes=16)):
        assert TOO_MANY not in tries(address.replace("{n}", "ffff"))


@pytest.mark.usefixtures("by_name")
def test_a_right_passkey_is_not_counted_and_one_beyond_the_limit_is_not_judged(
    known: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(rate_limit.LIMITS, "passkeys", rate_limit.Limit(MOST, timedelta(minutes=15)))
    key = Passkey()
    assert key.add(_at(known.mei)).status_code == 200
    assert len(factors.passkeys(known.mei)) == 1
    for _ in range(MOST + 1):
        assert key.use(_at(), asked="sign-in", handed_in="sign-in").status_code == 302
    for _ in range(MOST):
        tries("127.0.0.1")
    assert key.use(_at(), asked="sign-in", handed_in="sign-in").status_code == 422


def test_no_address_that_a_stranger_may_post_to_writes_into_the_log_without_end(
    known: Cast, roles: dict[str, Person], monkeypatch: pytest.MonkeyPatch, letters: list[object]
) -> None:
    for name, each in rate_limit.LIMITS.items():
        monkeypatch.setitem(rate_limit.LIMITS, name, rate_limit.Limit(MOST, each.within))
    things, told, client = at_it(known, roles), {}, Client(raise_request_exception=False)
    for name, route in addresses():
        before, path = AuditEntry.objects.count(), filled(name, route, things)
        for method in (*[client.post] * TRIES, client.get):
            client.cookies.clear()
            method(path, SAID)
        told[name] = AuditEntry.objects.count() - before
    before = AuditEntry.objects.count()
    run_jobs()
    told["jobs"] = AuditEntry.objects.count() - before
    assert (told["sign-in"], told["passkey-enter"], told["jobs"]) == (MOST, MOST, MOST)
    assert {name: count for name, count in told.items() if count > MOST} == {}
