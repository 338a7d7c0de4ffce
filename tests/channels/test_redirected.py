"""Letters of people that a rule of a mailbox passed on, and what rules and machines write themselves."""

import pytest

from firstline.notices.models import Delivery
from firstline.tickets import actions
from firstline.tickets.models import Ticket
from tests.background import run_jobs
from tests.cast import Cast, fresh
from tests.letters import arrives, letter, spoken, told

pytestmark = pytest.mark.django_db

SOURCE = {"X-MS-Exchange-Generated-Message-Source": "Mailbox Rules Agent"}
LOOP = {"X-MS-Exchange-Inbox-Rules-Loop": "it-help@corp.example"}
RESENT = {"Resent-From": "IT help <it-help@corp.example>"}
SIGNS: dict[str, dict[str, str]] = {
    "all of them": SOURCE | LOOP | RESENT,
    "the agent": SOURCE,
    "the mailbox of the rule": LOOP,
    "resent": RESENT,
    "the mailbox's forwarding": {"X-MS-Exchange-ForwardingLoop": "it-help@corp.example;4b5c0e5e-0b7a"},
    "through two mailboxes": SOURCE | LOOP | {"X-MS-Exchange-ForwardingLoop": "desk@corp.example;4b5c"},
}
GENERATED = {"Auto-Submitted": "auto-generated"}
# what a rule or a machine wrote itself: its fields, and how its letter differs.
MACHINES: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "no rule": (GENERATED, {}),
    "an answer, not a letter": ({"Auto-Submitted": "auto-replied"} | SOURCE | RESENT, {}),
    "a rule's own answer": (GENERATED | SOURCE | LOOP | {"X-Auto-Response-Suppress": "All"}, {}),
    "a rule of the sender's own": (GENERATED | SOURCE | {"X-MS-Exchange-Inbox-Rules-Loop": "Mei@corp.example"}, {}),
    "a letter that encloses another": (GENERATED | SOURCE, {"subject": "FW: VPN keeps dropping"}),
    "another agent": (GENERATED | RESENT | {"X-MS-Exchange-Generated-Message-Source": "Journal Agent"}, {}),
    "another agent's, passed on": (
        GENERATED | LOOP | {"X-MS-Exchange-Generated-Message-Source": "Transport Rule Agent,Mailbox Rules Agent"},
        {},
    ),
    "an absence's words": (GENERATED | SOURCE | LOOP, {"text": "I am out of the office until Monday."}),
    "an absence's title": (GENERATED | SOURCE | LOOP, {"subject": "Automatic reply: VPN"}),
    "nobody to answer": (GENERATED | SOURCE | LOOP, {"sender": "No reply <no-reply@corp.example>"}),
    "another desk of our make": (GENERATED | SOURCE | LOOP | {"X-Firstline-Loop": "far.example"}, {}),
}


@pytest.mark.parametrize("name", SIGNS)
def test_a_new_letter_that_a_rule_passed_on_is_confirmed_as_its_senders(cast: Cast, name: str) -> None:
    received = arrives(letter(**GENERATED, **SIGNS[name]))
    assert received.ticket is not None
    assert received.ticket.requester == cast.mei
    assert list(Delivery.objects.values_list("template", "person", "state")) == [("received", cast.mei.pk, "queued")]


@pytest.mark.parametrize("name", SIGNS)
def test_an_answer_that_a_rule_passed_on_ends_waiting_and_is_told(cast: Cast, name: str) -> None:
    ticket = cast.ask()
    actions.assign(ticket, by=cast.bo, to=cast.bo)
    actions.reply(ticket, by=cast.bo, text="Which drive?")
    actions.hold(ticket, by=cast.bo, reason="requester")
    run_jobs()
    ours = Delivery.objects.get(template="replied").letter_id
    arrives(letter(answers=ours, subject="Re: VPN", text="Drive S. Please go on.", **GENERATED, **SIGNS[name]))
    assert spoken(ticket)[-1] == ("request", "Drive S. Please go on.")
    assert fresh(ticket).status_id == "in_progress"
    assert told(cast.bo) == ["answered"]


@pytest.mark.parametrize("name", MACHINES)
def test_what_a_rule_or_a_machine_writes_itself_is_no_word_and_is_not_answered(cast: Cast, name: str) -> None:
    fields, more = MACHINES[name]
    ticket = cast.ask()
    actions.reply(ticket, by=cast.bo, text="Which drive?")
    actions.hold(ticket, by=cast.bo, reason="requester")
    run_jobs()
    ours = Delivery.objects.get(template="replied").letter_id
    arrives(letter(answers=ours, letter_id="<a@corp.example>", **more, **fields))
    assert spoken(ticket)[-1][0] == "note"
    assert fresh(ticket).status_id == "waiting_requester"
    before = Delivery.objects.exclude(state="dropped").count()
    arrives(letter(letter_id="<b@corp.example>", **more, **fields))
    assert Delivery.objects.exclude(state="dropped").count() == before


@pytest.mark.parametrize(
    "ours", [{"letter_id": "<IT-7.0123456789abcdef0123@desk.example>"}, {"X-Firstline-Loop": "desk.example"}]
)
def test_our_own_letter_that_a_rule_sends_back_stays_ours(cast: Cast, ours: dict[str, str]) -> None:
    assert arrives(letter(**ours, **GENERATED, **SIGNS["all of them"])).state == "ignored"
    assert not Ticket.objects.exists()


def test_letters_that_a_rule_passes_on_are_confirmed_three_times_an_hour_at_most(cast: Cast) -> None:
    for number in range(6):
        one = {"letter_id": f"<{number}@corp.example>", "subject": f"Trouble {number}"}
        arrives(letter(**one, **GENERATED, **SIGNS["all of them"]))
    assert Delivery.objects.filter(template="received").exclude(state="dropped").count() == 3
