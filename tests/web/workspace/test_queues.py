"""The queues hold exactly the right tickets, in order, without a loss between two pages."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from firstline.kit import clock
from firstline.tickets import actions
from firstline.web.workspace import listing
from tests.cast import MONDAY, Cast
from tests.web.conftest import As
from tests.web.workspace.reading import rail, rows

MOST_QUERIES = 14


def test_each_ticket_of_an_agent_is_in_the_queue_of_what_it_waits_for(cast: Cast, as_: As) -> None:
    with clock.moved(MONDAY):
        working = actions.accept(cast.ask(), by=cast.bo)
        held = actions.hold(cast.ask(), by=cast.bo, reason="vendor")
        slept = actions.accept(cast.ask(), by=cast.bo)
        actions.snooze(slept, by=cast.bo, until=MONDAY + timedelta(hours=2))
        new = cast.ask()
        solved = actions.resolve(cast.ask(), by=cast.bo, resolution="Restart it.")
        desk = cast.it.pk
        bo = as_(cast.bo)
        assert rows(bo, "/desk/queue/mine/") == [working.pk]
        assert rows(bo, "/desk/queue/waiting/") == [held.pk]
        assert rows(bo, "/desk/queue/snoozed/") == [slept.pk]
        assert rows(bo, f"/desk/queue/unaccepted-{desk}/") == [new.pk]
        assert rows(bo, f"/desk/queue/solved-{desk}/") == [solved.pk]
        assert set(rows(bo, f"/desk/queue/open-{desk}/")) == {working.pk, held.pk, slept.pk, new.pk}
        assert set(rows(bo, f"/desk/queue/line-{cast.first.line_id}/")) == {working.pk, held.pk, slept.pk, new.pk}
        assert rows(bo, "/desk/queue/all/") == [solved.pk, new.pk, slept.pk, held.pk, working.pk]


def test_the_rail_counts_what_the_queues_hold(cast: Cast, as_: As) -> None:
    with clock.moved(MONDAY):
        actions.accept(cast.ask(), by=cast.bo)
        for _number in range(3):
            cast.ask()
        actions.escalate(cast.ask(), by=cast.bo, to=cast.network, handover="Gateway.")
        bo = as_(cast.bo)
        counted = rail(bo.get("/desk/rail/").content.decode())
        assert counted["mine"] == "1"
        assert counted[f"unaccepted-{cast.it.pk}"] == "3"
        assert counted[f"team-{cast.network.pk}"] == "1"
        for key, number in counted.items():
            assert len(rows(bo, f"/desk/queue/{key}/")) == int(number), key


def test_the_unaccepted_of_another_team_are_not_an_agents_to_accept(cast: Cast, as_: As) -> None:
    first, second = cast.ask(), cast.ask()
    actions.escalate(second, by=cast.bo, to=cast.network, handover="Gateway.")
    assert rows(as_(cast.bo), f"/desk/queue/unaccepted-{cast.it.pk}/") == [first.pk]
    assert rows(as_(cast.chen), f"/desk/queue/unaccepted-{cast.it.pk}/") == [second.pk]
    assert set(rows(as_(cast.dana), f"/desk/queue/unaccepted-{cast.it.pk}/")) == {first.pk, second.pk}


def test_about_to_breach_are_the_own_and_those_of_the_team_in_nobodys_hands(cast: Cast, as_: As) -> None:
    with clock.moved(MONDAY):
        own = actions.accept(cast.ask(), by=cast.bo)
        actions.classify(own, by=cast.bo, kind="incident", service=None)
        others = actions.accept(cast.ask(), by=cast.dana)
        actions.classify(others, by=cast.dana, kind="incident", service=None)
    with clock.moved(MONDAY + timedelta(minutes=20)):
        new = cast.ask()
        assert rows(as_(cast.bo), "/desk/queue/breaching/") == [new.pk, own.pk]
        assert rows(as_(cast.chen), "/desk/queue/breaching/") == []


def test_an_agent_of_another_desk_never_sees_a_ticket_of_this_one(cast: Cast, as_: As) -> None:
    ticket = cast.ask()
    hana = as_(cast.hana)
    for key in ("mine", "unaccepted", "breaching", "waiting", "snoozed", "open", "solved", "all"):
        assert rows(hana, f"/desk/queue/{key}/") == []
        assert rows(hana, f"/desk/queue/{key}/?desk={cast.it.pk}") == []
    for key in (
        f"open-{cast.it.pk}",
        f"line-{cast.first.line_id}",
        f"team-{cast.network.pk}",
        "nonsense",
        "open-999999",
    ):
        assert hana.get(f"/desk/queue/{key}/").status_code == 404
    assert ticket.number not in hana.get("/desk/queue/all/").content.decode()


def test_the_workspace_does_not_exist_for_those_who_only_ask(cast: Cast, as_: As) -> None:
    cast.ask()
    mei = as_(cast.mei)
    for path in ("", "queue/all/", "rail/", "palette/?q=vpn", "people/?q=bo", "record/", "today/", "bulk/accept/"):
        assert mei.get(f"/desk/{path}").status_code == 404, path
        assert Client().get(f"/desk/{path}").status_code == 302, path


def test_a_list_loses_and_repeats_nothing_between_its_pages(
    cast: Cast, as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PAGE", 3)
    with clock.moved(MONDAY):
        same = [cast.ask().pk for _number in range(8)]
    with clock.moved(MONDAY - timedelta(days=3)):
        sooner = cast.ask().pk
    never = actions.accept(cast.ask(), by=cast.bo).pk
    bo = as_(cast.bo)
    assert rows(bo, "/desk/queue/open/") == [sooner, *same, never]
    newest = [never, sooner, *reversed(same)]
    assert rows(bo, "/desk/queue/open/?sort=newest") == newest
    assert rows(bo, "/desk/queue/all/") == newest


@pytest.mark.parametrize(
    "after", ["x", "_", "2026_5", "99999999999999999999", "9999-99-99_4", "2026-11-23T01:00:00+00:00_"]
)
def test_a_broken_place_in_a_list_is_its_beginning(cast: Cast, as_: As, after: str) -> None:
    ticket = cast.ask()
    assert rows(as_(cast.bo), f"/desk/queue/open/?after={after}") == [ticket.pk]


def test_filters_narrow_a_queue_and_say_so(cast: Cast, as_: As) -> None:
    vpn = actions.accept(cast.ask(subject="VPN"), by=cast.bo)
    actions.classify(vpn, by=cast.bo, kind="incident", service=cast.vpn)
    actions.change_priority(vpn, by=cast.bo, impact=3, urgency=3)
    phone = cast.ask(by=cast.bo, requester=cast.mei, channel="phone")
    bo = as_(cast.bo)
    for query, found in {
        "kind=incident": [vpn.pk],
        "priority=1": [vpn.pk],
        f"service={cast.vpn.pk}": [vpn.pk],
        "service=none": [phone.pk],
        f"agent={cast.bo.pk}": [vpn.pk],
        "agent=none": [phone.pk],
        "channel=phone": [phone.pk],
        "status=pending": [phone.pk],
        "vip=1": [],
        f"q={vpn.number}": [vpn.pk],
        "kind=incident&agent=none": [],
        "opened=P1D": [phone.pk, vpn.pk],
        "priority=nonsense": [],
        "opened=nonsense": [],
        "unknown=1": [phone.pk, vpn.pk],
    }.items():
        assert rows(bo, f"/desk/queue/all/?{query}") == found, query
    page = bo.get("/desk/queue/all/?kind=incident&opened=P1D").content.decode()
    assert "Kind: <b>Incident</b>" in page
    assert 'href="?opened=P1D"' in page


def test_a_list_for_the_script_has_the_rows_that_it_shows_and_nothing_around(cast: Cast, as_: As) -> None:
    ticket = cast.ask()
    answer = as_(cast.bo).get("/desk/queue/open/?rows=120", headers={"HX-Request": "true"}).content.decode()
    assert f'data-row="{ticket.pk}"' in answer
    assert 'id="queue-numbers"' in answer
    assert "<html" not in answer


def test_the_day_begins_where_the_work_is(cast: Cast, as_: As) -> None:
    assert as_(cast.bo).get("/desk/")["Location"] == f"/desk/queue/unaccepted-{cast.it.pk}/"
    assert as_(cast.chen).get("/desk/")["Location"] == "/desk/queue/mine/"
    assert as_(cast.dana).get("/desk/")["Location"] == f"/desk/queue/open-{cast.it.pk}/"


def test_a_row_says_its_clock(cast: Cast, as_: As) -> None:
    with clock.moved(MONDAY):
        running = cast.ask()
        held = cast.ask()
        actions.reply(held, by=cast.bo, text="The provider is asked.")
        actions.hold(held, by=cast.bo, reason="vendor")
        actions.classify(held, by=cast.bo, kind="incident", service=None)
        met = actions.accept(cast.ask(), by=cast.bo)
        actions.resolve(met, by=cast.bo, resolution="Restart it.")
    with clock.moved(MONDAY + timedelta(minutes=4, seconds=30)):
        soon = as_(cast.bo).get("/desk/queue/all/").content.decode()
    with clock.moved(MONDAY + timedelta(minutes=6)):
        late = as_(cast.bo).get("/desk/queue/all/").content.decode()
    for page, word in ((soon, "soon"), (late, "late")):
        assert f'class="clock {word}"' in _row(page, running.pk)
        assert 'class="clock paused"' in _row(page, held.pk)
        assert 'class="clock met"' in _row(page, met.pk)


@pytest.mark.parametrize("number", [3, 60])
def test_the_queue_page_asks_the_database_a_fixed_number_of_times(cast: Cast, as_: As, number: int) -> None:
    for turn in range(number):
        ticket = cast.ask()
        if turn % 2:
            actions.accept(ticket, by=cast.bo)
    bo = as_(cast.bo)
    bo.get("/desk/queue/open/")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert len(bo.get(f"/desk/queue/open-{cast.it.pk}/?opened=P9D").content) > 0
    assert len(asked) <= MOST_QUERIES
    assert len(asked) == 7, [each["sql"][:90] for each in asked]


def _row(page: str, pk: int) -> str:
    return page.partition(f'data-row="{pk}"')[2].partition("</tr>")[0]
