"""Rows beside a ticket are told, rebuilt, verified and erased as its own columns are; the ratings are such rows."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest

from firstline.kit import clock
from firstline.retention import words
from firstline.retention.erasing import erase_person
from firstline.tickets import actions, event_versions, replay
from firstline.tickets.models import Rating, Ticket
from firstline.tickets.record import lock, record
from firstline.tickets.side_tables import SIDE_TABLES
from firstline.tickets.tracked import Tracked
from firstline.tickets.verifying import verify
from firstline.tickets.write_guard import door, writing
from tests.cast import MONDAY, Cast
from tests.tickets.versions import first_version

pytestmark = pytest.mark.django_db


def rated(cast: Cast) -> Ticket:
    ticket = cast.ask()
    actions.resolve(ticket, by=cast.bo, resolution="Restart it.")
    actions.rate(ticket, by=cast.mei, score=2, stars=4, words="Slow")
    return ticket


@writing
def take_away(ticket: Ticket, *, by: Any) -> None:
    """A verb of tomorrow, that deletes."""
    ticket = lock(ticket)
    rating = Rating.objects.get(ticket=ticket)
    Rating.objects.filter(pk=rating.pk).delete()
    record(ticket, "unrated", by=by, gone=[rating])


def test_a_row_is_told_whole_with_its_words_apart_and_rebuilt(cast: Cast) -> None:
    with clock.moved(MONDAY):
        ticket = rated(cast)
    with clock.moved(MONDAY + timedelta(days=1)):
        actions.rate(ticket, by=cast.mei, score=1, words="Quick after all")
    rating, event = Rating.objects.get(), ticket.events.latest("pk")
    told = {"by_id": cast.mei.pk, "score": 1, "stars": None, "words": "Quick after all"}
    assert event.told["rows"] == {
        "rating": {str(rating.pk): {**told, "created_at": "2026-11-23T01:00:00Z", "changed_at": "2026-11-24T01:00:00Z"}}
    }
    assert event.words == {"rows": {"rating": {str(rating.pk): {"words": "Quick after all"}}}}
    assert event.data["rows"]["rating"][str(rating.pk)]["words"] == ""
    when = {"created_at": MONDAY, "changed_at": MONDAY + timedelta(days=1)}
    assert replay.rows(ticket.pk) == {"rating": {rating.pk: {**told, **when}}}
    assert (replay.differences(ticket), verify().broken) == ([], ())


def test_a_row_that_was_changed_removed_or_added_past_the_verbs_is_found(cast: Cast) -> None:
    ticket, other, another = rated(cast), rated(cast), cast.ask()
    rating = Rating.objects.get(ticket=ticket)
    with door():
        Rating.objects.filter(pk=rating.pk).update(score=3)
        gone = Rating.objects.get(ticket=other).pk
        Rating.objects.filter(pk=gone).delete()
        added = Rating.objects.create(ticket=another, by=cast.mei, score=1)
    assert replay.differences_of([ticket.pk, other.pk, another.pk]) == {
        ticket.pk: [f"rating {rating.pk}: (stored, told) {{'score': (3, 2)}}"],
        other.pk: [f"rating {gone} is told, and not there"],
        another.pk: [f"rating {added.pk} is there, and not told"],
    }


def test_a_row_that_a_verb_deleted_is_told_as_gone(cast: Cast) -> None:
    ticket = rated(cast)
    pk = Rating.objects.get().pk
    take_away(ticket, by=cast.bo)
    assert ticket.events.latest("pk").data["rows"] == {"rating": {str(pk): None}}
    assert (replay.rows(ticket.pk), replay.differences(ticket)) == ({"rating": {}}, [])
    with door():
        Rating.objects.create(pk=pk, ticket=ticket, by=cast.mei, score=1)
    assert replay.differences(ticket) == [f"rating {pk} is there, and not told"]


def test_a_row_that_forgot_which_it_was_is_refused(cast: Cast) -> None:
    ticket = rated(cast)
    with door():
        rating = Rating.objects.get()
        rating.delete()
        with pytest.raises(ValueError, match="queryset"):
            record(lock(ticket), "unrated", by=cast.bo, gone=[rating])


def test_rows_from_before_they_were_told_are_believed_and_what_was_told_since_is_compared(cast: Cast) -> None:
    with first_version(), patch("firstline.tickets.record.rows_told", lambda rows, gone: {}):
        ticket = rated(cast)
    assert (replay.rows(ticket.pk), replay.differences(ticket)) == ({"rating": {}}, [])
    actions.rate(ticket, by=cast.mei, score=1)
    assert replay.differences(ticket) == []
    with door():
        Rating.objects.update(score=3)
    assert "rating" in replay.differences(ticket)[0]
    # The old code, while both run: what it did nobody was told.
    with first_version(), patch("firstline.tickets.record.rows_told", lambda rows, gone: {}):
        actions.rate(ticket, by=cast.mei, score=2)
    assert replay.differences(ticket) == []


@pytest.fixture
def no_stars() -> Iterator[None]:
    """The code of yesterday, which told no stars."""
    table = SIDE_TABLES["rating"]
    columns = {name: row for name, row in table.columns.items() if name != "stars"}
    with patch.dict(SIDE_TABLES, rating=replace(table, columns=columns)):
        yield


def test_a_column_that_rows_get_later_is_what_it_was_before(cast: Cast, no_stars: None) -> None:
    ticket = cast.ask()
    actions.resolve(ticket, by=cast.bo, resolution="Restart it.")
    actions.rate(ticket, by=cast.mei, score=2)
    table = SIDE_TABLES["rating"]
    since = event_versions.VERSION + 1
    for before, wrong in ((None, 0), (5, 1)):
        stars = Tracked("stars", since=since, before=before)
        with patch.dict(SIDE_TABLES, rating=replace(table, columns={**table.columns, "stars": stars})):
            assert len(replay.differences(ticket)) == wrong
            with patch.object(event_versions, "VERSION", since):
                actions.rate(ticket, by=cast.mei, score=2, stars=3)
            assert replay.differences(ticket) == []
        actions.rate(ticket, by=cast.mei, score=2)


def test_words_of_rows_go_with_the_rest(cast: Cast) -> None:
    ticket = rated(cast)
    with door():
        words.of_events([ticket.pk])
        words.of_tickets([ticket.pk])
    assert Rating.objects.get().words == ""
    assert "Slow" not in str([(event.data, event.words) for event in ticket.events.all()])
    assert replay.differences(ticket) == []


def test_a_verdict_on_what_was_given_back_goes_with_whoever_gave_it(cast: Cast) -> None:
    ticket = cast.ask(requester=cast.omar)
    actions.resolve(ticket, by=cast.bo, resolution="Restart it.")
    actions.rate(ticket, by=cast.omar, score=3, words="Omar's word")
    actions.reopen(ticket, by=cast.omar, reason="No.")
    actions.decline(ticket, by=cast.omar)
    erase_person(cast.omar, by=cast.ada)
    assert "Omar's word" not in str([(event.data, event.words) for event in ticket.events.all()])
    assert (replay.differences(ticket), verify().broken) == ([], ())
