"""What people from outside the desk can have it write to others has an end; what the desk says has none."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from firstline.catalog.models import Membership
from firstline.kit import clock
from firstline.notices import budget, preferences
from firstline.notices.models import Delivery
from firstline.notices.tell import NOTICES, tell_all
from firstline.people.models import Person
from firstline.tickets import actions, quotas
from firstline.tickets.models import Event, Ticket
from firstline.tickets.quotas import TooMuch
from firstline.web.workspace.event_descriptions import Names
from firstline.web.workspace.event_descriptions import told as sentence
from tests.cast import Cast, fresh
from tests.letters import config, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(monkeypatch: pytest.MonkeyPatch) -> Cast:
    config(monkeypatch, requests_a_minute=5000)
    return Cast.make()


@pytest.fixture
def unrefused(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if no verb refused anything."""
    monkeypatch.setattr(quotas, "may_name", lambda *_args: None)


def somebody(name: str = "", email: str = "") -> Person:
    name = name or f"P{uuid4().hex[:8]}"
    account = Person.Account.ADMINISTRATOR
    return Person.objects.create_person(name=name, email=email or f"{name}@corp.example", account=account)


def ask(cast: Cast, by: Person, *, channel: str = "email", **more: Any) -> Ticket:
    return cast.ask(by=by, channel=channel, subject=f"VPN {uuid4().hex[:4]}", **more)


def tell_everything() -> None:
    """As the worker's jobs would, of many events at once."""
    tell_all(list(Event.objects.select_related("ticket__requester", "by").filter(name__in=NOTICES).order_by("pk")))


def sent(person: Person, *templates: str) -> int:
    return Delivery.objects.filter(person=person, state="queued", template__in=templates or list(ALL)).count()


ALL = {notice.template for notices in NOTICES.values() for notice in notices}


def test_whoever_is_named_sixty_times_by_one_is_written_to_a_few_times_and_the_tickets_say_so(cast: Cast) -> None:
    refused = 0
    for _ in range(60):
        ticket = ask(cast, cast.mei)
        try:
            actions.add_participant(ticket, by=cast.mei, person=cast.omar)
        except TooMuch:
            refused += 1
    assert refused == 60 - quotas.NAMED
    tell_everything()
    assert sent(cast.omar) == budget.FROM_ONE
    held = Event.objects.filter(name="held_back", data__person=cast.omar.pk, data__reason="enough_from_one")
    assert held.count() == quotas.NAMED - budget.FROM_ONE
    names = Names({cast.omar.pk: "Omar Haddad"}, {})
    happening = sentence(held[0], names)
    assert happening is not None
    assert happening.internal
    assert happening.text == (
        "Omar Haddad was sent no email about this: The same person has brought about many emails to them."
    )


def test_who_takes_part_already_is_not_told_again(cast: Cast) -> None:
    ticket = ask(cast, cast.mei)
    for _ in range(25):
        actions.add_participant(ticket, by=cast.mei, person=cast.omar)
    tell_everything()
    assert sent(cast.omar) == 1


def test_many_persons_against_one_have_an_end_as_well(cast: Cast) -> None:
    for _ in range(30):
        ask(cast, somebody(), requester=cast.omar, channel="portal")
    tell_everything()
    assert sent(cast.omar) == budget.TO_ONE
    assert Event.objects.filter(name="held_back", data__reason="enough_for_one").count() == 30 - budget.TO_ONE


def test_whose_own_share_is_used_up_takes_nothing_of_what_others_may(cast: Cast) -> None:
    for _ in range(quotas.NAMED):
        ask(cast, cast.mei, requester=cast.omar, channel="portal")
    tell_everything()
    ask(cast, cast.hana, requester=cast.omar, channel="portal")
    tell_everything()
    assert sent(cast.omar) == budget.FROM_ONE + 1


def test_one_person_who_names_many_has_an_end_by_whichever_way(cast: Cast) -> None:
    mine = ask(cast, cast.mei)
    ways: list[Callable[[], object]] = [
        lambda: ask(cast, cast.mei, requester=somebody(), channel="portal"),
        lambda: ask(cast, cast.mei, participants=[somebody()], channel="api"),
        lambda: actions.add_participant(mine, by=cast.mei, person=somebody()),
        lambda: ask(cast, cast.mei, participants=[somebody()], channel="portal"),
    ]
    for number in range(quotas.NAMED):
        ways[number % len(ways)]()
    for way in ways:
        with pytest.raises(TooMuch, match="named many people"):
            way()


def test_where_no_page_refuses_the_emails_of_one_person_have_an_end_too(cast: Cast, unrefused: None) -> None:
    for _ in range(quotas.NAMED + 20):
        ask(cast, cast.mei, requester=somebody(), channel="portal")
    tell_everything()
    assert Delivery.objects.filter(template="asked_for", state="queued").count() == quotas.NAMED
    assert Event.objects.filter(name="held_back", data__reason="enough_of_one").count() == 20


def test_spellings_of_one_address_are_one_mailbox(cast: Cast) -> None:
    spelled = ["v.ictim@gmail.com", "vi.ctim@googlemail.com", "victim+a@gmail.com", "victim+b.c@gmail.com"] * 3
    spelled += [f"{'.'.join('victim'[:n])}{'victim'[n:]}@gmail.com" for n in range(2, 6)]
    for address in spelled:
        victim = Person.objects.by_email(address) or somebody("A Victim", address)
        ask(cast, cast.mei, requester=victim, channel="portal")
    tell_everything()
    assert Delivery.objects.filter(template="asked_for", state="queued").count() == budget.FROM_ONE


def test_several_accounts_of_one_mailbox_are_one_writer(cast: Cast) -> None:
    for number in range(20):
        ask(cast, somebody("Me", f"me+{number}@corp.example"), requester=cast.omar, channel="portal")
    tell_everything()
    assert sent(cast.omar) == budget.FROM_ONE


def test_confirmations_of_forged_emails_are_few_however_the_address_is_spelled(cast: Cast) -> None:
    for number in range(12):
        address = f"omar+{number}@corp.example" if number % 2 else "Omar@CORP.example"
        ask(cast, Person.objects.by_email(address) or somebody("Omar", address))
    tell_everything()
    assert Delivery.objects.filter(template="received", state="queued").count() == budget.CONFIRMED
    assert Event.objects.filter(name="held_back", data__reason="enough").count() == 12 - budget.CONFIRMED


def test_an_agent_is_not_buried_by_one_who_answers_without_end_and_sees_every_answer(cast: Cast) -> None:
    ticket = ask(cast, cast.mei)
    actions.assign(ticket, by=cast.dana, to=cast.bo)
    for number in range(40):
        actions.reply(fresh(ticket), by=cast.mei, text=f"And {number} more things that do not work.", channel="email")
    tell_everything()
    assert sent(cast.bo, "answered") == budget.TO_AN_AGENT
    assert ticket.messages.count() == 41
    assert ticket.events.filter(name="held_back").count() == 1
    other = ask(cast, cast.omar)
    actions.assign(other, by=cast.dana, to=cast.bo)
    actions.reply(fresh(other), by=cast.omar, text="Mine does not work either.")
    tell_everything()
    assert sent(cast.bo, "answered") == budget.TO_AN_AGENT + 1


def test_nothing_that_an_agent_says_is_held_back(cast: Cast) -> None:
    ticket = ask(cast, cast.mei)
    for number in range(70):
        actions.reply(fresh(ticket), by=cast.bo, text=f"Answer {number}")
    for _ in range(25):
        actions.add_participant(ask(cast, cast.mei), by=cast.bo, person=cast.omar)
    tell_everything()
    assert sent(cast.mei, "replied") == 70
    assert sent(cast.omar, "added") == 25
    assert not Event.objects.filter(name="held_back").exclude(data__reason="enough").exists()


def test_what_was_told_already_is_neither_counted_nor_said_again(cast: Cast) -> None:
    for _ in range(budget.FROM_ONE + 3):
        ask(cast, cast.mei, requester=cast.omar, channel="portal")
    tell_everything()
    before = Event.objects.count()
    tell_everything()
    assert Event.objects.count() == before
    assert sent(cast.omar) == budget.FROM_ONE


def test_a_budget_begins_anew_and_a_day_has_an_end_too(cast: Cast) -> None:
    now = clock.now()
    for hour in range(5):
        with clock.moved(now + timedelta(hours=hour, minutes=hour)):
            for _ in range(budget.FROM_ONE + 1):
                ask(cast, cast.mei, requester=cast.omar, channel="portal")
            tell_everything()
    assert sent(cast.omar) == budget.FROM_ONE_IN_A_DAY
    with clock.moved(now + timedelta(hours=25)):
        ask(cast, cast.mei, requester=cast.omar, channel="portal")
        tell_everything()
    assert sent(cast.omar) == budget.FROM_ONE_IN_A_DAY + 1


@pytest.mark.parametrize("row", budget.BUDGETS, ids=lambda row: f"{row.sort} of {row.per} in {row.within}")
def test_every_row_of_the_table_bites(
    cast: Cast, row: budget.Budget, unrefused: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budget, "BUDGETS", (row,))
    ticket = ask(cast, cast.mei)
    actions.assign(ticket, by=cast.dana, to=cast.bo)
    tell_everything()
    with clock.moved(clock.now() + timedelta(minutes=61)):
        for _ in range(row.most + 2):
            if row.sort == "kept":
                wrote = {"writer": cast.chen.pk, "proved": True}
                actions.note(ticket, by=Person.objects.system(), text="Restart it.", wrote=wrote)
            elif row.sort == "inside":
                actions.reply(fresh(ticket), by=cast.mei, text="It still does not work here.", channel="email")
            else:
                more: dict[str, Any] = {"requester": cast.omar, "channel": "portal"} if row.sort == "outside" else {}
                ask(cast, cast.mei, **more)
        tell_everything()
    templates = {"kept": "kept_as_note", "inside": "answered", "outside": "asked_for", "confirmation": "received"}
    template = templates[row.sort]
    late = Delivery.objects.filter(template=template).exclude(event__ticket=ticket, template="received")
    assert late.filter(state="queued").count() == row.most
    assert set(late.filter(state="dropped").values_list("reason", flat=True)) == {row.reason}


def test_every_event_is_counted_unless_only_the_desk_can_bring_it_about(cast: Cast) -> None:
    assert set(NOTICES) - budget.BY_THE_DESK == {
        "opened", "declined", "shared", "closed", "cancelled", "participant_added", "asked",
        "noted", "reopened", "rated"
    }  # fmt: skip


@pytest.mark.parametrize("template", ["received", "asked_for", "added", "declined"])
def test_what_somebody_else_brings_about_is_switched_off_by_a_link_without_an_account(
    cast: Cast, client: Client, template: str
) -> None:
    cast.omar.account = ""
    cast.omar.save()
    ticket = ask(cast, cast.omar)
    switch = preferences.switch_of(ticket, cast.omar, template)
    assert switch is not None
    assert switch.words
    assert client.post("/" + switch.link(address="omar@corp.example").split("/", 3)[3]).status_code == 200
    ticket = ask(cast, cast.omar)
    ask(cast, cast.mei, requester=cast.omar, channel="portal")
    actions.add_participant(ask(cast, cast.mei), by=cast.mei, person=cast.omar)
    actions.decline(ask(cast, cast.omar, requester=cast.hana, channel="portal"), by=cast.hana)
    Delivery.objects.all().delete()
    tell_everything()
    assert template not in told(cast.omar)
    assert set(told(cast.omar)) == {"received", "asked_for", "added", "declined"} - {template}


def test_the_agent_who_has_it_can_leave_the_answers_of_one_request_alone(cast: Cast) -> None:
    ticket, other = ask(cast, cast.mei), ask(cast, cast.mei)
    for each in (ticket, other):
        actions.assign(each, by=cast.dana, to=cast.bo)
    switch = preferences.switch_of(fresh(ticket), cast.bo, "answered")
    assert switch is not None
    switch.turn(off=True)
    for each in (ticket, other):
        actions.reply(fresh(each), by=cast.mei, text="It does not work here either.")
    tell_everything()
    assert told(cast.bo, ticket=ticket) == ["assigned"]
    assert told(cast.bo, ticket=other) == ["assigned", "answered"]


def test_who_works_at_another_desk_is_counted_as_who_asks(cast: Cast) -> None:
    assert Membership.objects.filter(person=cast.hana).exists()
    for _ in range(budget.FROM_ONE + 2):
        ask(cast, cast.hana, requester=cast.omar, channel="portal")
    tell_everything()
    assert sent(cast.omar) == budget.FROM_ONE


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_page_says_when_one_may_name_more(cast: Cast, client: Client, language: str) -> None:
    client.force_login(cast.mei)
    cast.mei.language = language
    cast.mei.save()
    quotas.may_name(cast.mei, quotas.NAMED)
    ticket = ask(cast, cast.mei)
    answer = client.post(
        f"/requests/{ticket.number}/colleague/",
        {"email": "new@corp.example"},
        follow=True,
        headers={"accept-language": language},
    )
    said = {"en": "You have named many people", "zh-hans": "您在短时间内指定了很多人"}[language]
    assert said in answer.content.decode()
    assert not Person.objects.filter(email="new@corp.example").exists()
