"""Each number of the today page is the number of rows of the list to which it leads."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from firstline.kit import clock
from firstline.tickets import actions
from tests.cast import MONDAY, Cast
from tests.web.conftest import As
from tests.web.workspace.reading import numbers, rows

NOON = MONDAY + timedelta(hours=3)


def _a_day(cast: Cast) -> None:
    with clock.moved(MONDAY - timedelta(days=3)):
        old = actions.accept(cast.ask(), by=cast.bo)
        actions.resolve(old, by=cast.bo, resolution="Restart it.")
        actions.rate(old, by=cast.mei, score=1)
        poor = actions.resolve(cast.ask(), by=cast.bo, resolution="Wait.")
        actions.rate(poor, by=cast.mei, score=3)
    with clock.moved(MONDAY + timedelta(minutes=10)):
        cast.ask()
        working = actions.accept(cast.ask(), by=cast.bo)
        actions.classify(working, by=cast.bo, kind="incident", service=cast.vpn)
        actions.escalate(cast.ask(), by=cast.bo, to=cast.network, handover="Gateway.")
    with clock.moved(MONDAY + timedelta(minutes=70)):
        actions.hold(cast.ask(), by=cast.bo, reason="vendor")
        replied = cast.ask()
        actions.reply(replied, by=cast.bo, text="Looking.")
        actions.resolve(replied, by=cast.bo, resolution="Restart it.")
        cast.ask(desk=cast.hr)


@pytest.mark.parametrize("who", ["dana", "bo", "ada"])
def test_each_number_counts_the_rows_of_its_list(cast: Cast, as_: As, who: str) -> None:
    _a_day(cast)
    with clock.moved(NOON):
        client = as_(getattr(cast, who))
        found = numbers(client.get(f"/desk/today/?desk={cast.it.pk}").content.decode())
        assert len(found) > 20
        for href, number in found:
            assert len(rows(client, href)) == number, href


def test_the_managers_page_has_the_whole_desk(cast: Cast, as_: As) -> None:
    _a_day(cast)
    with clock.moved(NOON):
        found = dict(numbers(as_(cast.dana).get("/desk/today/").content.decode()))
    desk, day = cast.it.pk, "2026-11-23"
    assert found[f"/desk/queue/open-{desk}/"] == 4
    assert found[f"/desk/queue/open-{desk}/?late=1"] == 3
    # Two nobody accepted, one that nobody answered.
    assert found[f"/desk/queue/all-{desk}/?breached={day}"] == 3
    assert found[f"/desk/queue/all-{desk}/?opened={day}"] == 5
    assert found[f"/desk/queue/all-{desk}/?solved={day}"] == 1
    assert found[f"/desk/queue/all-{desk}/?solved=P30D"] == 3
    assert found[f"/desk/queue/all-{desk}/?solved=P30D&first_contact=1"] == 2
    assert found[f"/desk/queue/all-{desk}/?rated=P30D&satisfaction=1"] == 1
    assert found[f"/desk/queue/all-{desk}/?rated=P30D&satisfaction=2"] == 0
    assert found[f"/desk/queue/all-{desk}/?rated=P30D&satisfaction=3"] == 1
    assert found[f"/desk/queue/open-{desk}/?agent=none"] == 2
    assert found[f"/desk/queue/open-{desk}/?service={cast.vpn.pk}"] == 1


def test_an_agent_sees_his_own_numbers_and_no_names(cast: Cast, as_: As) -> None:
    _a_day(cast)
    with clock.moved(NOON):
        page = as_(cast.bo).get("/desk/today/").content.decode()
    found = dict(numbers(page))
    assert found[f"/desk/queue/open-{cast.it.pk}/?agent={cast.bo.pk}"] == 2
    assert "By agent" not in page
    assert all(f"agent={cast.bo.pk}" in href for href in found)


def test_the_today_page_of_another_desk_does_not_exist(cast: Cast, as_: As) -> None:
    assert as_(cast.hana).get(f"/desk/today/?desk={cast.it.pk}").status_code == 404
    assert as_(cast.hana).get("/desk/today/?desk=x").status_code == 404


def test_an_empty_day_has_words_for_it(cast: Cast, as_: As) -> None:
    page = as_(cast.dana).get("/desk/today/").content.decode()
    assert "Everything is accepted." in page
    assert "Nothing is open." in page


@pytest.mark.parametrize("number", [3, 40])
def test_the_today_page_asks_a_fixed_number_of_times(cast: Cast, as_: As, number: int) -> None:
    with clock.moved(MONDAY):
        for turn in range(number):
            ticket = cast.ask()
            if turn % 3:
                actions.accept(ticket, by=cast.bo)
    with clock.moved(MONDAY + timedelta(hours=1)):
        dana = as_(cast.dana)
        dana.get("/desk/today/")
        with CaptureQueriesContext(connection) as asked:
            dana.get("/desk/today/")
    assert len(asked) == 11, [each["sql"][:90] for each in asked]
