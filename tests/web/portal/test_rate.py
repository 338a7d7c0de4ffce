"""Rating from a letter: one click, no sign-in, and nothing written by merely opening the link."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from firstline.kit import clock
from firstline.notices.links import rating_link
from firstline.people import holdings
from firstline.tickets import actions
from firstline.tickets.models import Event, Rating, Ticket
from tests.cast import Cast, fresh


@pytest.fixture
def solved(cast: Cast) -> Ticket:
    ticket = cast.asked()
    actions.resolve(ticket, by=cast.bo, resolution="Done.")
    return fresh(ticket)


def path(ticket: Ticket, score: int) -> str:
    return "/rate/" + rating_link(ticket, score).partition("/rate/")[2]


def test_opening_the_link_writes_nothing(solved: Ticket) -> None:
    before = Event.objects.count()
    with CaptureQueriesContext(connection) as queries:
        page = Client().get(path(solved, 2)).content.decode()
    assert all(query["sql"].startswith("SELECT") for query in queries)
    assert (Event.objects.count(), Rating.objects.count()) == (before, 0)
    assert 'value="average" checked' in page
    assert "data-send-now" in page
    assert Client().head(path(solved, 2)).status_code == 200
    assert not Rating.objects.exists()


def test_sending_the_clicked_choice_counts_it_and_thanks(solved: Ticket, cast: Cast) -> None:
    answer = Client().post(path(solved, 2), {"satisfaction": "average"}, follow=True)
    assert "Thank you, your rating is counted" in answer.content.decode()
    assert "data-send-now" not in answer.content.decode()
    rating = Rating.objects.get()
    assert (rating.score, rating.by) == (2, cast.mei)


def test_stars_and_a_word_come_after_and_the_choice_can_be_changed(solved: Ticket) -> None:
    Client().post(path(solved, 2), {"satisfaction": "average"})
    Client().post(path(solved, 2), {"satisfaction": "dissatisfied", "stars": "2", "words": "It came back."})
    rating = Rating.objects.get()
    assert (rating.score, rating.stars, rating.words) == (3, 2, "It came back.")


def test_after_seven_days_it_is_said_that_a_rating_can_no_longer_be_changed(solved: Ticket) -> None:
    Client().post(path(solved, 1), {"satisfaction": "satisfied"})
    with clock.moved(clock.now() + timedelta(days=8)):
        answer = Client().post(path(solved, 3), {"satisfaction": "dissatisfied"})
    assert answer.status_code == 422
    assert "A rating can be changed for seven days." in answer.content.decode()
    assert Rating.objects.get().score == 1


def test_a_reopened_request_says_why_it_cannot_be_rated(solved: Ticket, cast: Cast) -> None:
    actions.reopen(solved, by=cast.mei, reason="Still broken.")
    answer = Client().post(path(solved, 1), {"satisfaction": "satisfied"})
    assert answer.status_code == 422
    assert "This request is being worked on." in answer.content.decode()


@pytest.mark.parametrize(("language", "words"), [("en", "This link is not complete."), ("zh-hans", "链接不完整")])
def test_a_link_that_was_cut_or_made_up_is_refused_in_words(solved: Ticket, language: str, words: str) -> None:
    client = Client(headers={"Accept-Language": language})
    for token in (path(solved, 1)[6:-4], "7.1:made-up"):
        answer = client.get(f"/rate/{token}/")
        assert answer.status_code == 404
        assert words in answer.content.decode()
    assert client.post(f"/rate/{path(solved, 1)[6:-4]}/", {"satisfaction": "satisfied"}).status_code == 404
    assert not Rating.objects.exists()


def test_the_link_of_one_request_rates_no_other(solved: Ticket, cast: Cast) -> None:
    other = cast.asked()
    actions.resolve(other, by=cast.bo, resolution="Done.")
    Client().post(path(solved, 1), {"satisfaction": "satisfied", "number": other.number})
    assert fresh(other).satisfaction is None


def refused(link: str) -> bool:
    answers = [Client().get(link), Client().post(link, {"satisfaction": "satisfied"}), Client().get(f"{link}thanks/")]
    return all(each.status_code == 404 and "This link no longer works." in each.content.decode() for each in answers)


def test_who_is_not_the_requester_any_more_does_not_rate_in_the_name_of_who_is(cast: Cast) -> None:
    ticket = cast.asked(by=cast.omar, requester=cast.mei)
    actions.resolve(ticket, by=cast.bo, resolution="Done.")
    link = path(fresh(ticket), 1)
    assert Client().get(link).status_code == 200
    actions.reopen(fresh(ticket), by=cast.mei, reason="It is not mine.")
    actions.decline(fresh(ticket), by=cast.mei)
    actions.resolve(fresh(ticket), by=cast.bo, resolution="Done.")
    assert refused(link)
    assert not Rating.objects.exists()
    assert Client().get(path(fresh(ticket), 1)).status_code == 200


@pytest.mark.parametrize("ends", ["left", "all signed out"])
def test_it_ends_with_all_that_its_person_holds(solved: Ticket, cast: Cast, ends: str) -> None:
    link = path(solved, 1)
    if ends == "left":
        cast.mei.is_active = False
        cast.mei.save(update_fields=["is_active"])
    else:
        holdings.end_all(cast.mei)
    assert refused(link)
    assert not Rating.objects.exists()
