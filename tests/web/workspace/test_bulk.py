"""Bulk verbs go one by one through the verbs, and say what was refused and why."""

from datetime import timedelta

from firstline.kit import clock
from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.models import Event
from firstline.tickets.verbs import VERBS
from firstline.web.workspace import bulk
from tests.cast import Cast, fresh
from tests.web.conftest import As


def test_what_fits_is_done_and_what_does_not_is_named_with_its_reason(cast: Cast, as_: As) -> None:
    new, other = cast.ask(), cast.ask()
    solved = actions.resolve(cast.ask(), by=cast.bo, resolution="Restart it.")
    chosen = {"ticket": [new.pk, other.pk, solved.pk]}
    answer = as_(cast.bo).post("/desk/bulk/accept/", chosen, headers={"HX-Request": "true"})
    text = answer.content.decode()
    assert "data-all-done" not in text
    assert "Done with 2 requests." in text
    assert f">{solved.number}</a> <span>This request is already solved.</span>" in text
    assert fresh(new).assignee == fresh(other).assignee == cast.bo
    assert fresh(solved).phase == "resolved"
    assert Event.objects.filter(name="accepted", ticket=new).count() == 1


def test_a_ticket_that_one_may_not_see_is_not_even_named(cast: Cast, as_: As) -> None:
    ticket = cast.ask()
    answer = as_(cast.hana).post("/desk/bulk/accept/", {"ticket": [ticket.pk]})
    assert answer.status_code == 422
    assert ticket.number not in answer.content.decode()
    assert fresh(ticket).phase == "pending"


def test_every_verb_of_the_bar_does_what_it_says(cast: Cast, as_: As) -> None:
    bo = as_(cast.bo)
    until = (clock.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    ticket = cast.ask()
    for verb, given, column, expected in [
        ("assign", {"to": cast.bo.pk}, "assignee", cast.bo),
        ("assign", {"to": ""}, "assignee", None),
        ("classify", {"kind": "incident", "service": cast.vpn.pk}, "service", cast.vpn),
        ("classify", {"kind": "question", "service": ""}, "service", cast.vpn),
        ("change_priority", {"impact": 3, "urgency": 3}, "priority", 1),
        ("tag", {"tags": "red, 紧急，blue"}, "tags", ["red", "紧急", "blue"]),
        ("tag", {"tags": "red, green"}, "tags", ["red", "紧急", "blue", "green"]),
        ("hold", {"reason": "date", "until": until}, "phase", "waiting"),
        ("escalate", {"to": f"team-{cast.network.pk}", "handover": "Gateway."}, "team", cast.network),
        ("escalate", {"to": f"team-{cast.first_plus.pk}", "handover": "Back."}, "team", cast.first_plus),
        ("resolve", {"resolution": "Restart it.", "cause": ""}, "phase", "resolved"),
        ("close", {}, "phase", "closed"),
    ]:
        answer = bo.post(
            f"/desk/bulk/{verb}/", {"ticket": [ticket.pk], "sent": "1", **given}, headers={"HX-Request": "1"}
        )
        assert "data-all-done" in answer.content.decode(), (verb, answer.content.decode())
        assert getattr(fresh(ticket), column) == expected, verb


def test_a_verb_that_needs_words_asks_for_them_and_keeps_what_was_typed(cast: Cast, as_: As) -> None:
    ticket = cast.ask()
    bo = as_(cast.bo)
    asked = bo.get(f"/desk/bulk/escalate/?ticket={ticket.pk}&next=/desk/queue/mine/").content.decode()
    assert 'name="handover"' in asked
    assert f'name="ticket" value="{ticket.pk}"' in asked
    answer = bo.post("/desk/bulk/resolve/", {"ticket": [ticket.pk], "sent": "1", "resolution": " ", "cause": ""})
    assert answer.status_code == 422
    assert fresh(ticket).phase == "pending"


def test_more_than_a_hundred_at_once_are_refused_as_a_whole(cast: Cast, as_: As, monkeypatch: object) -> None:
    tickets = [cast.ask() for _number in range(3)]
    monkeypatch.setattr(bulk, "MOST", 2)  # type: ignore[attr-defined]
    answer = as_(cast.bo).post("/desk/bulk/accept/", {"ticket": [ticket.pk for ticket in tickets]})
    assert answer.status_code == 422
    assert "At most 2 requests at once." in answer.content.decode()
    assert {fresh(ticket).phase for ticket in tickets} == {"pending"}


def test_who_only_looks_on_is_offered_nothing_and_refused_all(cast: Cast, as_: As) -> None:
    ticket = cast.ask()
    cast.dana.memberships.update(role="auditor")
    dana = as_(Person.objects.get(pk=cast.dana.pk))
    assert "/desk/bulk/" not in dana.get("/desk/queue/open/").content.decode().replace(
        'action="/desk/bulk/accept/"', ""
    )
    text = dana.post("/desk/bulk/accept/", {"ticket": [ticket.pk]}).content.decode()
    assert f"You may not do this with {ticket.number}." in text
    assert fresh(ticket).phase == "pending"


def test_the_bar_offers_every_verb_that_can_be_done_to_many_with_the_key_that_does_it_to_one(cast: Cast) -> None:
    offered = bulk.offered(cast.bo)
    assert set(offered) == {key for key, verb in VERBS.items() if verb.bulk}
    keys = {key: each.shortcut for key, each in offered.items()}
    assert keys == {
        **{"accept": "a", "assign": "i", "classify": "t", "change_priority": "p", "escalate": "e", "hold": "w"},
        **{"resolve": "s", "close": "", "tag": ""},
    }
    assert str(offered["tag"].label) == "Add tags"  # those that a ticket has stay
