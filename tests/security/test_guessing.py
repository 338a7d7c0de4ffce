"""Rows 15 and 27 of the threats: passwords and codes are not guessed. Names begin with the row."""

from datetime import timedelta
from typing import Any

from django.test import Client

from firstline.kit import clock
from firstline.people import factors, identities, rate_limit
from firstline.people.models import AccountDomain
from tests.background import run_jobs
from tests.cast import Cast
from tests.security.entering import PASSWORD, code_of, enter, plain, secret_of_app


def test_15_a_wrong_password_costs_one_hash_whoever_it_is(known: Cast, hashed: list[str]) -> None:
    known.bo.set_password(PASSWORD)
    known.bo.is_active = False
    known.bo.save()
    costs, pages = [], []
    for email in ("mei@corp.example", "nobody@corp.example", "bo@corp.example", "omar@corp.example"):
        hashed.clear()
        pages.append(plain(enter(Client(), "wrong", email)))
        costs.append(len(hashed))
    assert costs == [1, 1, 1, 1]
    assert len(set(pages)) == 1


def test_27_a_code_is_right_only_once(known: Cast) -> None:
    secret = secret_of_app(known.mei)
    code = code_of(secret)
    for expected in (302, 422):
        client = Client()
        enter(client)
        assert client.post("/sign-in/code/", {"code": code}).status_code == expected


def test_27_after_five_wrong_codes_even_the_right_one_is_not_judged(known: Cast) -> None:
    secret = secret_of_app(known.mei)
    for number in range(6):
        client = Client(REMOTE_ADDR=f"10.0.0.{number}")
        enter(client)
        answer = client.post("/sign-in/code/", {"code": "000000" if number < 5 else code_of(secret)})
    assert "Too many attempts" in answer.content.decode()
    with clock.moved(clock.now() + timedelta(minutes=16)):
        client = Client()
        enter(client)
        assert client.post("/sign-in/code/", {"code": code_of(secret)}).status_code == 302


def test_27_recovery_codes_work_once_each_and_count_as_guesses(known: Cast) -> None:
    secret_of_app(known.mei)
    codes = factors.new_recovery_codes(known.mei)
    for code, expected in ((codes[0], 302), (codes[0], 422), (codes[1].replace("-", ""), 302)):
        client = Client()
        enter(client)
        assert client.post("/sign-in/code/", {"code": code}).status_code == expected
    assert factors.recovery_codes_left(known.mei) == 8
    factors.new_recovery_codes(known.mei)
    assert not factors.judge_code(known.mei, codes[2])


ALL = ("mei@corp.example", "mei@home.example", "mei@old.example", "mei@far.example")


def several(cast: Cast) -> None:
    for address in ALL[1:]:
        identities.add(cast.mei, "email", address)


def test_27_all_addresses_of_one_person_have_the_guesses_of_one_and_the_page_does_not_say_so(
    known: Cast, hashed: list[str]
) -> None:
    """Ten from one network in a quarter of an hour, a hundred from anywhere in an hour: whichever was typed."""
    several(known)
    unknown = [f"nobody{n}@corp.example" for n in range(4)]
    said: dict[str, list[str]] = {"hers": [], "nobody's": []}
    assert [enter(Client(REMOTE_ADDR="10.9.2.1"), f"wrong {n}", ALL[n % 2]).status_code for n in range(10)] == [
        422
    ] * 10
    assert enter(Client(REMOTE_ADDR="10.9.2.1"), PASSWORD, ALL[2]).status_code == 422  # of a third one none is left
    for whose, addresses in (("hers", ALL), ("nobody's", tuple(unknown))):
        for address in addresses:
            said[whose] += [plain(enter(Client(REMOTE_ADDR="10.9.0.1"), f"wrong {n}", address)) for n in range(11)]
            rate_limit.forget("network", "10.9.0.1")
    assert ["Too many attempts" in page for page in said["hers"]] == [
        "Too many attempts" in p for p in said["nobody's"]
    ]
    for address in ALL:  # ten were judged: by now not even the right one is, from here
        assert enter(Client(REMOTE_ADDR="10.9.0.1"), PASSWORD, address).status_code == 422
    assert enter(Client(REMOTE_ADDR="10.9.1.1"), PASSWORD, ALL[1]).status_code == 302


def test_27_from_many_networks_a_hundred_are_judged_of_all_addresses_together(known: Cast) -> None:
    several(known)
    for _n in range(100):
        rate_limit.take("account", rate_limit.account_of(known.mei, ""))
    for address in ALL:
        page = enter(Client(REMOTE_ADDR="10.8.0.1"), PASSWORD, address)
        assert page.status_code == 422
        assert "do not belong together" in page.content.decode()


def test_27_links_for_a_new_password_are_counted_so_too(known: Cast, letters: list[Any]) -> None:
    several(known)
    AccountDomain.objects.create(domain="home.example")
    for path in ("/sign-in/forgotten/", "/sign-in/account/"):
        letters.clear()
        for address in ALL:
            for n in range(4):
                Client(REMOTE_ADDR=f"10.7.{n}.{len(path)}").post(path, {"email": address})
        run_jobs()
        assert len(letters) == 3, path
