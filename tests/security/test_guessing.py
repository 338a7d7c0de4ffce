"""Rows 15 and 27 of the threats: passwords and codes are not guessed. Names begin with the row."""

from datetime import timedelta

from django.test import Client

from firstline.kit import clock
from firstline.people import factors
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
