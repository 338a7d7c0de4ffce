"""Many accounts from one place, many passwords at once, and locks that strangers cause."""

import threading
import time
from datetime import timedelta

import pytest
from django.test import Client

from firstline.api.models import Token
from firstline.kit import clock
from firstline.people import hashing, holdings, rate_limit
from firstline.people.models import Attempts, Person
from tests.cast import Cast
from tests.security.entering import NEW, PASSWORD, code_of, enter, plain, secret_of_app
from tests.signing import signed_in

TOO_MANY = "Too many attempts"


def in_english(**more: str) -> Client:
    """A browser that goes on in English when Mei has signed in."""
    client = Client(**more)  # type: ignore[arg-type]
    client.cookies["firstline_language"] = "en"
    return client


def spray(accounts: int, *, address: str = "203.0.113.9", base: int = 0) -> list[str]:
    """The pages that so many accounts give to one password each."""
    clients = [Client(REMOTE_ADDR=address.replace("{n}", f"{n:x}")) for n in range(accounts)]
    return [
        enter(client, "Summer2026!", f"nobody{base + n}@corp.example").content.decode()
        for n, client in enumerate(clients)
    ]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashing.Argon2, "memory_cost", 64)
    monkeypatch.setattr(hashing.Argon2, "time_cost", 1)
    monkeypatch.setattr(hashing.Argon2, "parallelism", 1)


@pytest.mark.parametrize("address", ["203.0.113.9", "2001:db8:1:2::{n}", "::ffff:203.0.113.9"])
def test_one_network_tries_fifty_accounts_and_no_more_whether_they_are_there_or_not(known: Cast, address: str) -> None:
    pages = spray(60, address=address)
    assert [TOO_MANY in page for page in pages] == [False] * 50 + [True] * 10
    last = Client(REMOTE_ADDR=address.replace("{n}", "ffff"))
    assert TOO_MANY in enter(last).content.decode()
    assert enter(Client(REMOTE_ADDR="198.51.100.7")).status_code == 302
    with clock.moved(clock.now() + timedelta(minutes=16)):
        assert enter(last).status_code == 302


@pytest.fixture
def used_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Strangers have given as many wrong passwords as are judged quickly."""
    monkeypatch.setitem(rate_limit.LIMITS, "all", rate_limit.Limit(5, timedelta(minutes=15)))
    monkeypatch.setattr(hashing, "SLOW_SECONDS", 0.2)
    for n in range(5):
        spray(1, address=f"198.51.100.{n}", base=n)


def test_when_very_many_were_wrong_the_next_are_judged_slowly_and_a_right_one_comes_in(
    known: Cast, used_up: None
) -> None:
    began = time.monotonic()
    (page,) = spray(1, address="198.51.100.77", base=77)
    assert TOO_MANY not in page
    assert time.monotonic() - began >= 0.2
    began = time.monotonic()
    assert enter(Client(REMOTE_ADDR="203.0.113.50")).status_code == 302
    assert time.monotonic() - began >= 0.2  # by its time nobody tells it from a wrong one


def test_then_they_are_judged_one_by_one_and_whoever_finds_many_waiting_hears_it_at_once(
    known: Cast, used_up: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hashing, "_here_slowly", threading.BoundedSemaphore(1))
    before = Attempts.objects.count()
    with hashing.slowly():
        answer = enter(Client(REMOTE_ADDR="203.0.113.50"))
    assert answer.status_code == 503
    assert "Please try again in a moment." in answer.content.decode()
    assert Attempts.objects.count() == before
    assert enter(Client(REMOTE_ADDR="203.0.113.50")).status_code == 302


def test_the_network_and_the_account_are_still_counted_then(known: Cast, used_up: None) -> None:
    pages = [enter(Client(REMOTE_ADDR="203.0.113.9"), "wrong").content.decode() for _each in range(11)]
    assert [TOO_MANY in page for page in pages] == [False] * 10 + [True]


def test_an_ipv6_network_of_48_bits_tries_four_times_as_much_as_one_of_64_and_no_more(
    known: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(rate_limit.LIMITS, "network", rate_limit.Limit(3, timedelta(minutes=15)))
    pages = [spray(1, address=f"2001:db8:1:{n:x}::7", base=n)[0] for n in range(14)]
    assert [TOO_MANY in page for page in pages] == [False] * 12 + [True] * 2
    assert TOO_MANY not in spray(1, address="2001:db8:2:1::7", base=50)[0]
    assert TOO_MANY not in spray(1, address="198.51.100.7", base=51)[0]


def test_those_who_are_right_use_up_nothing_of_the_wider_network(known: Cast) -> None:
    for n in range(9):
        assert enter(Client(REMOTE_ADDR=f"2001:db8:1:{n:x}::7")).status_code == 302
    assert not Attempts.objects.exists()


def test_only_so_many_threads_wait_for_a_password_to_be_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashing, "_here", threading.BoundedSemaphore(1))
    with hashing._place():
        began = time.monotonic()
        with pytest.raises(hashing.Busy), hashing._place():
            pass
        assert time.monotonic() - began < 1


def test_those_who_are_right_use_nothing_up(known: Cast) -> None:
    for _each in range(60):
        assert enter(Client(REMOTE_ADDR="203.0.113.9")).status_code == 302
    assert not Attempts.objects.exists()


def test_a_lock_that_strangers_caused_does_not_keep_the_owner_out_of_a_browser_that_is_known(known: Cast) -> None:
    own = in_english(REMOTE_ADDR="203.0.113.9")
    assert enter(own).status_code == 302
    own.post("/sign-out/")
    for n in range(12):
        enter(Client(REMOTE_ADDR="203.0.113.9"), "wrong")
        enter(Client(REMOTE_ADDR=f"198.51.100.{n}"), "wrong")
    spray(50)
    assert TOO_MANY in enter(Client(REMOTE_ADDR="203.0.113.9")).content.decode()
    assert enter(own).status_code == 302


def test_a_known_browser_is_no_way_to_guess_more(known: Cast) -> None:
    own = in_english()
    enter(own)
    own.post("/sign-out/")
    pages = [enter(own, "wrong").content.decode() for _each in range(11)]
    assert [TOO_MANY in page for page in pages] == [False] * 10 + [True]
    known.bo.set_password(PASSWORD)
    known.bo.save()
    for _each in range(10):
        enter(Client(), "wrong", "bo@corp.example")
    assert TOO_MANY in enter(own, email="bo@corp.example").content.decode()  # it is known to Mei, not to Bo


@pytest.mark.parametrize("cookie", ["", "x", "1:2:3", "WzEsMCwiYSJd:1tX:abc"])
def test_a_made_up_cookie_is_no_known_browser(known: Cast, cookie: str) -> None:
    stranger = Client()
    stranger.cookies["firstline_device"] = cookie
    for _each in range(10):
        enter(stranger, "wrong")
    assert TOO_MANY in enter(stranger).content.decode()


def test_a_known_browser_is_forgotten_with_all_else_that_is_held(known: Cast) -> None:
    own = in_english()
    enter(own)
    holdings.end_all(Person.objects.get(pk=known.mei.pk))
    for _each in range(10):
        enter(Client(), "wrong")
    assert TOO_MANY in enter(own).content.decode()


def test_codes_that_a_stranger_with_the_password_tried_do_not_lock_the_owner(known: Cast) -> None:
    secret, own, stranger = secret_of_app(known.mei), in_english(), Client()
    enter(own)
    assert own.post("/sign-in/code/", {"code": code_of(secret)}).status_code == 302
    own.post("/sign-out/")
    enter(stranger)
    for _each in range(6):
        page = stranger.post("/sign-in/code/", {"code": "000000"}).content.decode()
    assert TOO_MANY in page
    enter(own)
    assert own.post("/sign-in/code/", {"code": code_of(secret, 1)}).status_code == 302


def test_a_reset_can_be_asked_for_from_a_known_browser_though_strangers_asked_for_many(
    known: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    from firstline.web.accounts import forgotten

    monkeypatch.setattr(forgotten.reset_letter, "defer", lambda address: asked.append(address))
    own = in_english()
    enter(own)
    for n in range(5):
        Client(REMOTE_ADDR=f"198.51.100.{n}").post("/sign-in/forgotten/", {"email": "mei@corp.example"})
    assert len(asked) == 3
    own.post("/sign-in/forgotten/", {"email": "mei@corp.example"})
    assert len(asked) == 4


def test_the_first_start_is_not_tried_without_end(db: None) -> None:
    pages = [Client().post("/setup/", {"password": "short"}).content.decode() for _each in range(21)]
    assert [TOO_MANY in page for page in pages] == [False] * 20 + [True]


def test_unknown_tokens_are_refused_after_sixty_and_a_right_one_still_passes(known: Cast) -> None:
    wrong = Client(headers={"Authorization": "Bearer fl_wrong"})
    statuses = [wrong.get("/api/v1/persons/me").status_code for _each in range(62)]
    assert statuses == [401] * 60 + [429] * 2
    right = Token.issue(known.mei, scopes=["read"])
    assert Client(headers={"Authorization": f"Bearer {right}"}).get("/api/v1/persons/me").status_code == 200


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every place for hashing is taken."""
    monkeypatch.setattr(hashing, "PATIENCE_SECONDS", 0.01)
    monkeypatch.setattr(hashing, "_places", threading.BoundedSemaphore(1))
    assert hashing._places.acquire(blocking=False)


def test_when_many_passwords_are_looked_at_the_form_says_so_keeps_the_address_and_counts_nothing(
    known: Cast, full: None
) -> None:
    pages = [enter(Client(), email=email) for email in ("mei@corp.example", "nobody@corp.example")]
    assert [page.status_code for page in pages] == [503, 503]
    assert "Please try again in a moment." in pages[0].content.decode()
    assert 'value="mei@corp.example"' in pages[0].content.decode()
    assert PASSWORD not in pages[0].content.decode()
    assert plain(pages[0]) == plain(pages[1])
    assert not Attempts.objects.exists()


def test_elsewhere_too_it_is_said_and_nothing_is_changed(known: Cast, full: None) -> None:
    client = signed_in(known.mei)
    answer = client.post("/account/password/", {"old": PASSWORD, "new": NEW})
    assert answer.status_code in (422, 503)
    assert "Please try again in a moment." in answer.content.decode()
    confirm = signed_in(known.mei, recently=False).post("/account/confirm/", {"confirm_password": PASSWORD})
    assert confirm.status_code == 503


def test_never_more_than_two_are_hashed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    inside, most, lock, go = 0, 0, threading.Lock(), threading.Event()

    def slow(self: object, password: str, salt: str) -> str:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        go.wait(5)
        with lock:
            inside -= 1
        return "argon2$"

    monkeypatch.setattr(hashing.Argon2PasswordHasher, "encode", slow)
    threads = [threading.Thread(target=hashing.Argon2().encode, args=("p", "s")) for _each in range(6)]
    for thread in threads:
        thread.start()
    go.set()
    for thread in threads:
        thread.join(10)
    assert most <= 2
