"""Of a person's email that became a note those are told who have the request; of a machine's nobody is."""

import pytest

from firstline.notices import budget
from firstline.notices.models import Delivery, SwitchedOff
from firstline.notices.render import render
from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.models import Ticket
from tests.background import run_jobs
from tests.cast import Cast, fresh
from tests.letters import arrives, back_to, happened, letter, spoken, told

pytestmark = pytest.mark.django_db

STRANGER = "Mei at home <mei@home.example>"
AUTOMATIC = {"Auto-Submitted": "auto-replied"}


def held(cast: Cast) -> Ticket:
    """A request that Bo has, Yu watches, and for whose answer they wait."""
    ticket = cast.ask()
    actions.assign(ticket, by=cast.dana, to=cast.bo)
    actions.watch(ticket, by=cast.yu)
    actions.hold(ticket, by=cast.bo, reason="requester")
    run_jobs()
    return fresh(ticket)


@pytest.mark.parametrize("sender", [STRANGER, "Omar Haddad <omar@corp.example>", "Chen Rui <chen@corp.example>"])
def test_who_has_or_watches_it_is_told_of_an_email_that_became_a_note(cast: Cast, sender: str) -> None:
    ticket = held(cast)
    arrives(letter(sender, to=back_to(ticket), subject="Re: VPN", text="It is drive S."))
    kind, text = spoken(ticket)[-1]
    assert (kind, text.endswith("It is drive S.")) == ("note", True)
    assert fresh(ticket).status_id == "waiting_requester"
    assert {row.person for row in Delivery.objects.filter(template="noted")} == {cast.bo, cast.yu}


def test_the_letter_says_who_wrote_and_what_in_both_languages(cast: Cast) -> None:
    ticket = held(cast)
    arrives(letter(STRANGER, to=back_to(ticket), text="It is drive S."))
    row = Delivery.objects.get(person=cast.bo, template="noted")
    for language, said in (("en", "was kept as a note"), ("zh-hans", "已存为备注")):
        row.language = language
        shown = render(row)
        for body in (shown.text, shown.html):
            assert said in body
            assert "mei@home.example" in body
            assert "It is drive S." in body


def test_where_nobody_has_it_the_team_is_told(cast: Cast) -> None:
    ticket = cast.ask()
    run_jobs()
    arrives(letter(STRANGER, to=back_to(ticket)))
    assert list(Delivery.objects.filter(template="noted").values_list("person", flat=True)) == [cast.bo.pk]


@pytest.mark.parametrize(
    "more",
    [
        AUTOMATIC,
        {"subject": "Automatic reply: VPN", "text": "I am out of the office."},
        {"X-Autoreply": "yes"},
        {"text": "Thank you!"},
    ],
)
def test_nobody_is_told_of_a_machines_note_or_of_mere_thanks(cast: Cast, more: dict[str, str]) -> None:
    ticket = held(cast)
    arrives(letter(STRANGER, to=back_to(ticket), **more))
    assert spoken(ticket)[-1][0] == "note"
    assert not Delivery.objects.filter(template="noted").exists()


def test_nobody_is_told_of_a_colleagues_note_by_this(cast: Cast) -> None:
    ticket = held(cast)
    actions.note(ticket, by=cast.chen, text="Look at the client.")
    run_jobs()
    assert not Delivery.objects.filter(template="noted").exists()


@pytest.mark.parametrize("proved", [True, False])
def test_who_is_proved_to_have_written_it_is_not_told_and_whose_name_was_used_is(
    cast: Cast, proving: dict[str, str], proved: bool
) -> None:
    ticket = held(cast)
    arrives(letter("Bo Wen <bo@corp.example>", to=back_to(ticket), text="Restart it.", **(proving if proved else {})))
    assert told(cast.bo, template="noted") == ([] if proved else ["noted"])
    assert told(cast.yu, template="noted") == ["noted"]


def test_it_can_be_switched_off_alone(cast: Cast) -> None:
    ticket = held(cast)
    SwitchedOff.objects.create(person=cast.bo, template="noted")
    arrives(letter(STRANGER, to=back_to(ticket)))
    assert (told(cast.bo, template="noted"), told(cast.yu, template="noted")) == ([], ["noted"])


def test_what_strangers_bring_about_on_a_request_is_held_back_and_said(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = tuple(
        budget.Budget("inside", each.per, 2, each.within, each.reason) if each.sort == "inside" else each
        for each in budget.BUDGETS
    )
    monkeypatch.setattr(budget, "BUDGETS", rows)
    ticket = cast.ask()
    actions.assign(ticket, by=cast.dana, to=cast.bo)
    run_jobs()
    for number in range(4):
        arrives(letter(f"X <x{number}@far.example>", to=back_to(ticket), letter_id=f"<{number}@far.example>"))
    states = list(Delivery.objects.filter(template="noted").order_by("pk").values_list("state", flat=True))
    assert states == ["queued", "queued", "dropped", "dropped"]
    assert len(happened(ticket, "held_back")) == 1
    # Somebody else's share is their own.
    other = cast.ask(by=cast.omar)
    actions.assign(other, by=cast.dana, to=cast.bo)
    arrives(letter(to=back_to(other), letter_id="<mei@corp.example>", text="I read along."))
    assert Delivery.objects.get(template="noted", ticket=other).state == "queued"


def test_who_has_it_is_told_when_somebody_uses_the_name_of_the_requester(cast: Cast, proving: dict[str, str]) -> None:
    ticket = held(cast)
    arrives(letter(to=back_to(ticket), **{name: proof.replace("=pass", "=fail") for name, proof in proving.items()}))
    assert spoken(ticket)[-1][0] == "note"
    assert told(cast.bo, template="noted") == ["noted"]
    assert Person.objects.filter(name="Lin Mei").count() == 1
