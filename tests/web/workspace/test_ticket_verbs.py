"""Each verb by its form: it works, and what it refuses is shown with everything that was typed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from firstline.kit import clock
from firstline.people.models import Person
from firstline.tickets import actions, following
from firstline.tickets.models import Link, Participant, RequestLink, Ticket
from firstline.web.workspace.verbs import buttons, offered
from tests.cast import MONDAY, Cast, fresh
from tests.web.conftest import As

NEXT_YEAR = clock.now().year + 1
HTMX = {"HX-Request": "true"}

Given = Callable[[Cast, Ticket], None]
Data = Callable[[Cast, Ticket], dict[str, Any]]
Check = Callable[[Cast, Ticket], Any]


def nothing(cast: Cast, ticket: Ticket) -> None:
    return None


def accepted(cast: Cast, ticket: Ticket) -> None:
    actions.accept(ticket, by=cast.bo)


def resolved(cast: Cast, ticket: Ticket) -> None:
    actions.resolve(ticket, by=cast.bo, resolution="Done.")


def other_of(cast: Cast) -> Ticket:
    return Ticket.objects.get(subject="Another matter")


def another(cast: Cast, ticket: Ticket) -> None:
    cast.ask(subject="Another matter", text="Other words.")


def linked(cast: Cast, ticket: Ticket) -> None:
    actions.link(ticket, by=cast.bo, other=cast.asked(subject="Another matter"), kind="related")


def merged(cast: Cast, ticket: Ticket) -> None:
    actions.merge(ticket, by=cast.bo, into=cast.asked(subject="Another matter"))


def followed(cast: Cast, ticket: Ticket) -> None:
    pavel = Person.objects.create_person(name="Pavel", email="pavel@far.example")
    actions.add_participant(ticket, by=cast.bo, person=pavel)
    following.secret_for(ticket, pavel, address="pavel@far.example")


# verb: what was before, what is typed, what must be true afterwards
WORKS: dict[str, tuple[Given, Data, Check]] = {
    "accept": (nothing, lambda c, t: {}, lambda c, t: (t.phase, t.assignee) == ("in_progress", c.bo)),
    "assign": (nothing, lambda c, t: {"to": c.chen.pk}, lambda c, t: (t.assignee, t.team) == (c.chen, c.network)),
    "classify": (
        nothing,
        lambda c, t: {"kind": "incident", "service": c.vpn.pk},
        lambda c, t: (t.kind, t.service) == ("incident", c.vpn),
    ),
    "change_priority": (
        nothing,
        lambda c, t: {"pair": "3-3"},
        lambda c, t: (t.impact, t.urgency, t.priority) == (3, 3, 1),
    ),
    "escalate": (
        nothing,
        lambda c, t: {"to": f"team-{c.network.pk}", "handover": "Tried the gateway."},
        lambda c, t: t.team == c.network and t.messages.filter(kind="note", text="Tried the gateway.").exists(),
    ),
    "send_back": (
        lambda c, t: actions.escalate(t, by=c.bo, to=c.network, handover="x") and None,
        lambda c, t: {"reason": "Not the network.", "wrong": "on"},
        lambda c, t: (t.team, t.misclassified) == (c.first, 1),
    ),
    "transfer": (nothing, lambda c, t: {"to": c.hr.pk, "reason": "A question of pay."}, lambda c, t: t.desk == c.hr),
    "hold": (
        nothing,
        lambda c, t: {"reason": "date", "until": f"{NEXT_YEAR}-01-01T09:00"},
        lambda c, t: (
            t.status_id == "waiting_date" and t.waiting_until.isoformat() == f"{NEXT_YEAR}-01-01T01:00:00+00:00"
        ),
    ),
    "resume": (
        lambda c, t: actions.hold(t, by=c.bo, reason="vendor") and None,
        lambda c, t: {},
        lambda c, t: t.phase == "in_progress",
    ),
    "snooze": (nothing, lambda c, t: {"when": "tomorrow"}, lambda c, t: t.snoozed_until > clock.now()),
    "wake": (
        lambda c, t: actions.snooze(t, by=c.bo, until=clock.now() + timedelta(days=1)) and None,
        lambda c, t: {},
        lambda c, t: t.snoozed_until is None,
    ),
    "resolve": (
        accepted,
        lambda c, t: {"resolution": "Restarted it.", "cause": str(c.it.options.filter(list="cause").first().pk)},
        lambda c, t: t.phase == "resolved" and t.cause is not None,
    ),
    "close": (resolved, lambda c, t: {}, lambda c, t: (t.phase, t.closed_by) == ("closed", c.bo)),
    "reopen": (resolved, lambda c, t: {"reason": "Again."}, lambda c, t: (t.phase, t.reopened) == ("in_progress", 1)),
    "file": (
        nothing,
        lambda c, t: {"repeated": "yes", "description": "Gateway down.", "remarks": "", "module": "", "cause": ""},
        lambda c, t: (t.repeated, t.description) == (True, "Gateway down."),
    ),
    "tag": (nothing, lambda c, t: {"tags": "vpn，月结, vpn"}, lambda c, t: t.tags == ["vpn", "月结"]),
    "rename": (nothing, lambda c, t: {"subject": " VPN  of floor 3 "}, lambda c, t: t.subject == "VPN of floor 3"),
    "watch": (nothing, lambda c, t: {}, lambda c, t: Participant.objects.filter(person=c.bo, role="watcher").exists()),
    "unwatch": (
        lambda c, t: actions.watch(t, by=c.bo),
        lambda c, t: {},
        lambda c, t: not Participant.objects.filter(person=c.bo).exists(),
    ),
    "end_links": (followed, lambda c, t: {}, lambda c, t: not RequestLink.objects.filter(ticket=t, ended_at=None)),
    "add_participant": (
        nothing,
        lambda c, t: {"person": "omar@corp.example"},
        lambda c, t: Participant.objects.filter(person=c.omar, role="participant").exists(),
    ),
    "link": (
        another,
        lambda c, t: {"other": other_of(c).number.lower(), "kind": "duplicate"},
        lambda c, t: Link.objects.get(ticket=t).other == other_of(c),
    ),
    "unlink": (linked, lambda c, t: {"other": other_of(c).number}, lambda c, t: not Link.objects.exists()),
    "merge": (another, lambda c, t: {"into": other_of(c).pk}, lambda c, t: t.merged_into == other_of(c)),
    "unmerge": (merged, lambda c, t: {}, lambda c, t: t.merged_into is None),
    "split": (
        nothing,
        lambda c, t: {"message": t.messages.get().pk, "subject": "Another matter"},
        lambda c, t: Link.objects.get(kind="split").ticket == other_of(c),
    ),
    "cancel": (nothing, lambda c, t: {"reason": "Asked twice."}, lambda c, t: t.phase == "cancelled"),
}

# verb: what was before, what is typed, the sentence, and a typed text that must still be there
REFUSED: list[tuple[str, Given, Data, str, str]] = [
    ("accept", accepted, lambda c, t: {}, "This request is being worked on.", ""),
    ("assign", nothing, lambda c, t: {"to": c.hana.pk}, "not one of the available choices", ""),
    (
        "escalate",
        nothing,
        lambda c, t: {"to": f"team-{c.network.pk}", "handover": " "},
        "so that the next line need not ask again",
        "",
    ),
    (
        "escalate",
        resolved,
        lambda c, t: {"to": f"team-{c.network.pk}", "handover": "Found it"},
        "already solved",
        "Found it",
    ),
    ("escalate", nothing, lambda c, t: {"to": f"team-{c.first.pk}", "handover": "Found"}, "not one of", "Found"),
    ("send_back", nothing, lambda c, t: {"reason": "Not ours"}, "It did not come from another team.", "Not ours"),
    ("hold", nothing, lambda c, t: {"reason": "date"}, "Choose the date until which it waits.", ""),
    (
        "hold",
        nothing,
        lambda c, t: {"reason": "vendor", "until": "2001-01-01T09:00"},
        "That moment is over",
        "2001-01-01T09:00",
    ),
    ("snooze", nothing, lambda c, t: {"when": "picked"}, "Choose the moment.", ""),
    ("resolve", resolved, lambda c, t: {"resolution": "Once more"}, "already solved", "Once more"),
    (
        "reopen",
        nothing,
        lambda c, t: {"reason": "Still broken"},
        "Nobody has accepted this request yet.",
        "Still broken",
    ),
    ("close", nothing, lambda c, t: {}, "Nobody has accepted this request yet.", ""),
    ("rename", nothing, lambda c, t: {"subject": " "}, "A subject has 1 to 250 characters.", ""),
    ("tag", nothing, lambda c, t: {"tags": ",".join(map(str, range(21)))}, "at most 20 tags", "0,1,2"),
    ("add_participant", nothing, lambda c, t: {"person": "Lin Mei"}, "asked it; there is nothing to add", "Lin Mei"),
    ("add_participant", nothing, lambda c, t: {"person": "Nobody Atall"}, "Nobody is known", "Nobody Atall"),
    ("link", nothing, lambda c, t: {"other": "IT-999999", "kind": "related"}, "There is no request", "IT-999999"),
    ("link", nothing, lambda c, t: {"other": t.number, "kind": "related"}, "cannot be linked like that", ""),
    ("merge", nothing, lambda c, t: {"number": t.number}, "cannot be merged into itself", ""),
    ("merge", nothing, lambda c, t: {}, "Type a number or choose a request.", ""),
    ("unmerge", nothing, lambda c, t: {}, "This request was not merged.", ""),
    ("split", nothing, lambda c, t: {"message": 1, "subject": "Other"}, "Choose a message", "Other"),
    ("end_links", nothing, lambda c, t: {}, "Nobody follows this request by a link", ""),
    ("wake", nothing, lambda c, t: {}, "This request is not snoozed.", ""),
]


def test_every_verb_is_tested_here() -> None:
    assert set(WORKS) == {verb.key for verb in buttons()}


def post(client: Client, ticket: Ticket, verb: str, data: dict[str, Any], **more: Any) -> Any:
    return client.post(f"/desk/tickets/{ticket.number}/verbs/{verb}/", data, **more)


@pytest.mark.parametrize("verb", WORKS)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_it_works(cast: Cast, as_: As, verb: str, headers: dict[str, str]) -> None:
    ticket = cast.asked()
    given, data, check = WORKS[verb]
    given(cast, ticket)
    assert as_(cast.bo).get(f"/desk/tickets/{ticket.number}/verbs/{verb}/", headers=headers).status_code == 200
    answer = post(as_(cast.bo), ticket, verb, data(cast, fresh(ticket)), headers=headers)
    assert answer.status_code == (204 if headers else 302), answer.content.decode()
    assert check(cast, fresh(ticket))


@pytest.mark.parametrize(("verb", "given", "data", "sentence", "typed"), REFUSED)
def test_a_refusal_keeps_what_was_typed(
    cast: Cast, as_: As, verb: str, given: Given, data: Data, sentence: str, typed: str
) -> None:
    ticket = cast.asked()
    given(cast, ticket)
    before = fresh(ticket).tracked()
    for headers in ({}, HTMX):
        answer = post(as_(cast.bo), ticket, verb, data(cast, ticket), headers=headers)
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
        assert typed in answer.content.decode()
    assert fresh(ticket).tracked() == before


def test_after_a_transfer_one_is_no_longer_on_a_page_that_is_not_there(cast: Cast, as_: As) -> None:
    ticket = cast.asked()
    answer = post(as_(cast.bo), ticket, "transfer", {"to": cast.hr.pk, "reason": "Pay."}, headers=HTMX)
    assert answer["HX-Redirect"] == "/desk/"


def test_from_the_verbs_own_page_one_goes_back_to_the_ticket(cast: Cast, as_: As) -> None:
    ticket = cast.ask()
    page, path = f"/desk/tickets/{ticket.number}/", f"/desk/tickets/{ticket.number}/verbs/rename/"
    for shown, status in ((path, "HX-Redirect"), (page, "HX-Trigger")):
        headers = {**HTMX, "HX-Current-URL": f"http://testserver{shown}"}
        answer = as_(cast.bo).post(path, {"subject": f"Named on {shown}"}, headers=headers)
        assert (answer.status_code, status in answer) == (204, True)


def test_merging_leads_to_the_request_that_goes_on(cast: Cast, as_: As) -> None:
    ticket, other = cast.asked(), cast.asked()
    answer = post(as_(cast.bo), ticket, "merge", {"number": other.number}, headers=HTMX)
    assert answer["HX-Redirect"] == f"/desk/tickets/{other.number}/"
    back = post(as_(cast.bo), ticket, "unmerge", {"shown": other.number}, headers=HTMX)
    assert back["HX-Redirect"] == f"/desk/tickets/{other.number}/"


def test_merging_into_a_request_of_another_desk_finds_nothing(cast: Cast, as_: As) -> None:
    ticket = cast.asked()
    secret = actions.open_ticket(by=cast.omar, desk=cast.hr, subject="Pay", text="…", channel="portal")
    secret = fresh(secret)
    answer = post(as_(cast.bo), ticket, "merge", {"number": secret.number})
    assert answer.status_code == 422
    assert "Pay" not in answer.content.decode()


def test_resolve_and_next_goes_to_the_next_own_ticket_then_to_the_teams(cast: Cast, as_: As) -> None:
    first, second, third = cast.asked(), cast.asked(), cast.asked()
    actions.accept(first, by=cast.bo)
    actions.accept(second, by=cast.bo)
    client = as_(cast.bo)
    done = {"resolution": "Done.", "then": "next"}
    assert post(client, first, "resolve", done)["Location"] == f"/desk/tickets/{second.number}/"
    assert post(client, second, "resolve", done)["Location"] == f"/desk/tickets/{third.number}/"
    assert post(client, third, "resolve", done)["Location"] == "/desk/"


def test_mornings_are_mornings_where_the_agent_is(cast: Cast, as_: As) -> None:
    ticket = cast.asked()
    with clock.moved(MONDAY):  # nine in Shanghai, two in the night in Berlin
        post(as_(cast.dana), ticket, "snooze", {"when": "monday"})
    assert fresh(ticket).snoozed_until == MONDAY + timedelta(days=7, hours=7)


def test_on_a_sunday_tomorrow_and_monday_are_offered_once(cast: Cast, as_: As) -> None:
    ticket = cast.asked()
    address = f"/desk/tickets/{ticket.number}/verbs/snooze/"
    with clock.moved(MONDAY - timedelta(days=1)):
        assert 'value="monday"' not in as_(cast.bo).get(address, headers=HTMX).content.decode()
    with clock.moved(MONDAY):
        assert 'value="monday"' in as_(cast.bo).get(address, headers=HTMX).content.decode()


def test_the_handover_offers_the_team_of_the_service_first(cast: Cast, as_: As) -> None:
    ticket = cast.asked(service=cast.vpn)
    form = as_(cast.bo).get(f"/desk/tickets/{ticket.number}/verbs/escalate/", headers=HTMX).content.decode()
    assert f'<option value="team-{cast.network.pk}" selected>' in form
    assert "Line 2, by service" in form


def test_offered_verbs_never_refuse_by_state(cast: Cast) -> None:
    ticket = cast.asked()
    for step in (nothing, accepted, resolved):
        step(cast, ticket)
        verbs = offered(cast.bo, fresh(ticket))
        assert ("accept" in verbs) == (fresh(ticket).phase == "pending")
        assert ("close" in verbs) == (fresh(ticket).phase == "resolved")
    assert offered(cast.omar, fresh(ticket)) == {}


def test_who_does_not_work_on_it_has_no_verbs(cast: Cast, as_: As) -> None:
    ticket = cast.asked()
    actions.add_participant(ticket, by=cast.bo, person=cast.omar)
    before = fresh(ticket).tracked()
    for person in (cast.hana, cast.mei, cast.omar):
        client = as_(person)
        for verb in WORKS:
            assert client.get(f"/desk/tickets/{ticket.number}/verbs/{verb}/").status_code == 404
            assert post(client, ticket, verb, {"reason": "x", "subject": "x"}).status_code == 404
    assert fresh(ticket).tracked() == before


@pytest.mark.parametrize(
    ("verb", "given"),
    [("hold", {"reason": "requester"}), ("snooze", {"when": "tomorrow"}), ("resolve", {"resolution": "Done."})],
)
def test_what_arrived_while_the_dialog_stood_open_is_shown_before_it_is_done(
    cast: Cast, as_: As, verb: str, given: dict[str, Any]
) -> None:
    ticket = cast.asked()
    here = f"/desk/tickets/{ticket.number}/verbs/{verb}/"
    seen = ticket.messages.latest("pk").pk
    assert f'name="seen" value="{seen}"' in as_(cast.bo).get(here, headers=HTMX).content.decode()
    actions.reply(ticket, by=cast.mei, text="Now the whole floor burns.")
    held = as_(cast.bo).post(here, {**given, "seen": seen}, headers=HTMX)
    assert (held.status_code, "whole floor burns" in held.content.decode()) == (422, True)
    now = fresh(ticket).messages.latest("pk").pk
    assert f'name="seen" value="{now}"' in held.content.decode()
    assert as_(cast.bo).post(here, {**given, "seen": now}, headers=HTMX).status_code == 204


def test_an_unknown_verb_is_not_there(cast: Cast, as_: As) -> None:
    ticket = cast.asked()
    assert as_(cast.bo).get(f"/desk/tickets/{ticket.number}/verbs/delete/").status_code == 404


@pytest.mark.parametrize("here", ["http://[x", "http://[", "//[::1", "http://[x]/desk/", "\x00", "javascript:1", ""])
def test_whatever_a_browser_says_of_its_own_address_the_verb_is_done_and_said_to_be(
    cast: Cast, as_: As, here: str
) -> None:
    ticket = cast.ask()
    answer = post(as_(cast.bo), ticket, "rename", {"subject": "VPN"}, headers={**HTMX, "HX-Current-URL": here})
    assert (answer.status_code, "HX-Trigger" in answer) == (204, True)
    assert fresh(ticket).subject == "VPN"
