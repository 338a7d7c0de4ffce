"""Rows 15, 23, 24 and 30 of the threats: links by which a password is set. Names begin with the row."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from firstline.kit import clock
from firstline.people import password_links
from firstline.people.models import AccountLink, Person
from tests.background import run_jobs, waiting_jobs
from tests.cast import Cast
from tests.security.entering import NEW, PASSWORD, asked_for, link_in, plain, secret_of_app
from tests.signing import signed_in


def test_15_a_forgotten_password_is_answered_alike_and_does_the_same_work(known: Cast, letters: list[Any]) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    pages, work = [], []
    for email in ("mei@corp.example", "nobody@corp.example", "Bo@Corp.example"):
        client = Client(REMOTE_ADDR=f"10.0.0.{len(pages)}")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = client.post("/sign-in/forgotten/", {"email": email})
        pages.append((answer.status_code, plain(answer)))
        work.append([re.sub(r"'[^']*'|\d+", "", query["sql"]) for query in queries])
    assert len(set(pages)) == 1
    assert work[0] == work[1] == work[2]
    assert [name for name, _args in waiting_jobs()] == ["firstline.channels.reset_letter"] * 3
    run_jobs()
    assert sorted(letter.to for letter in letters) == ["bo@corp.example", "mei@corp.example"]


def test_15_a_link_that_was_used_and_one_that_never_was_look_alike(known: Cast, letters: list[Any]) -> None:
    path = asked_for(letters)
    Client().get(path)
    used = Client()
    used.get(path)
    used.post("/sign-in/new-password/", {"password": NEW})
    pages = set()
    for each in (path, "/sign-in/link/never-was/"):
        client = Client()
        answer = client.get(each, follow=True)
        pages.add((answer.status_code, plain(answer)))
    assert len(pages) == 1
    assert pages.pop()[0] == 410


def test_23_the_link_in_a_letter_does_not_follow_a_forged_host(known: Cast, letters: list[Any]) -> None:
    forged = {"HTTP_X_FORWARDED_HOST": "evil.example", "HTTP_X_FORWARDED_PROTO": "https"}
    assert (
        Client().post("/sign-in/forgotten/", {"email": "mei@corp.example"}, HTTP_HOST="evil.example").status_code == 400
    )
    assert Client().post("/sign-in/forgotten/", {"email": "mei@corp.example"}, **forged).status_code == 200
    run_jobs()
    assert "evil" not in letters[0].text + letters[0].html
    assert "http://127.0.0.1:8000/sign-in/link/" in letters[0].text


@pytest.mark.parametrize(
    "given",
    [
        {"email": ["mei@corp.example", "evil@corp.example"]},
        {"email": "mei@corp.example,evil@corp.example"},
        {"email": "mei@corp.example\nCc: evil@corp.example"},
        {"email[]": "mei@corp.example"},
        {"email": ["evil@corp.example", "mei@corp.example"]},
    ],
)
def test_24_a_reset_takes_one_address_and_no_list(known: Cast, letters: list[Any], given: dict[str, Any]) -> None:
    assert Client().post("/sign-in/forgotten/", given).status_code == 422
    run_jobs()
    assert letters == []


def test_24_whatever_was_typed_the_letter_goes_to_the_stored_address(known: Cast, letters: list[Any]) -> None:
    for typed in ("MEI@corp.example", "mei@corp.e\u0445ample", "m\u0435i@corp.example", "mei@\uff43orp.example"):
        Client(REMOTE_ADDR=f"10.1.0.{len(typed)}").post("/sign-in/forgotten/", {"email": typed})
    run_jobs()
    assert {letter.to for letter in letters} == {"mei@corp.example"}


def test_24_a_link_works_once_within_the_hour_for_its_address_and_is_kept_nowhere(
    known: Cast, letters: list[Any]
) -> None:
    elsewhere = signed_in(known.mei)
    path = asked_for(letters)
    secret = path.rstrip("/").rpartition("/")[2]
    assert AccountLink.objects.get().hash == password_links.digest(secret)
    client = Client()
    assert client.get(path)["Location"] == "/sign-in/new-password/"
    assert AccountLink.objects.get().used_at is None  # a mail scanner has opened it, no more
    assert secret not in str(client.session.items())
    assert client.post("/sign-in/new-password/", {"password": "short"}).status_code == 422
    assert client.post("/sign-in/new-password/", {"password": NEW})["Location"] == "/"
    assert client.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302
    assert Person.objects.get(pk=known.mei.pk).check_password(NEW)
    again = Client()
    again.get(path)
    assert again.post("/sign-in/new-password/", {"password": PASSWORD}).status_code == 410

    late = asked_for(letters)
    with clock.moved(clock.now() + timedelta(minutes=61)):
        assert Client().get(late, follow=True).status_code == 410
    Person.objects.filter(pk=known.mei.pk).update(email="lin.mei@corp.example")
    assert Client().get(late, follow=True).status_code == 410


def test_24_a_new_link_takes_the_place_of_the_one_before(known: Cast, letters: list[Any]) -> None:
    first, second = asked_for(letters), asked_for(letters)
    assert Client().get(first, follow=True).status_code == 410
    assert Client().get(second, follow=True).status_code == 200


def test_24_a_link_does_not_pass_by_the_second_factor(known: Cast, letters: list[Any]) -> None:
    secret_of_app(known.mei)
    client = Client()
    client.get(asked_for(letters))
    assert client.post("/sign-in/new-password/", {"password": NEW})["Location"] == "/sign-in/code/"
    assert client.get("/account/").status_code == 302


def test_27_one_address_gets_three_letters_an_hour(known: Cast, letters: list[Any]) -> None:
    for number in range(10):
        Client(REMOTE_ADDR=f"10.0.0.{number}").post("/sign-in/forgotten/", {"email": "mei@corp.example"})
    run_jobs()
    assert len(letters) == 3


def test_30_an_invitation_is_bound_to_its_address_works_once_and_for_72_hours(known: Cast, letters: list[Any]) -> None:
    ada = signed_in(known.ada)
    given = {"name": "New Nina", "email": "nina@corp.example", "language": "en", "zone": "UTC", "is_active": "on"}
    assert ada.post("/settings/people/new/", {**given, "invite": "on"}).status_code == 302
    run_jobs()
    nina = Person.objects.get(email="nina@corp.example")
    assert [letter.to for letter in letters] == ["nina@corp.example"]
    assert "Ada Okoye" in letters[0].text
    path = link_in(letters[0])
    with clock.moved(clock.now() + timedelta(hours=71)):
        assert Client().get(path, follow=True).status_code == 200
    with clock.moved(clock.now() + timedelta(hours=73)):
        assert Client().get(path, follow=True).status_code == 410
    client = Client()
    client.get(path)
    assert client.post("/sign-in/new-password/", {"password": NEW})["Location"] == "/"
    assert Client().get(path, follow=True).status_code == 410

    ada.post(f"/settings/people/{nina.pk}/invite/")
    Person.objects.filter(pk=nina.pk).update(email="other@corp.example")
    run_jobs()
    assert len(letters) == 1
