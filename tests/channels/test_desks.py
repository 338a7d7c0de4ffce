"""A letter to two desks is a request at both, once at each, and each sees that the other has it."""

import pytest

from firstline.channels import desks
from firstline.channels.email.signed import reply_address
from firstline.channels.models import InboundMessage
from firstline.notices.models import Delivery
from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.models import Link, Ticket
from tests.background import run_jobs
from tests.cast import Cast
from tests.letters import arrives, happened, letter, spoken, told

pytestmark = pytest.mark.django_db

BOTH = {"to": "it@desk.example", "Cc": "hr@desk.example, Bo <bo@corp.example>"}


def at_both() -> tuple[Ticket, Ticket]:
    return Ticket.objects.get(desk__key="IT"), Ticket.objects.get(desk__key="HR")


@pytest.mark.parametrize("deliveries", [["it"], ["hr"], ["it", "hr"], ["hr", "it"], ["it", "hr", "it", "hr"]])
def test_a_letter_that_names_two_desks_is_one_request_at_each(cast: Cast, deliveries: list[str]) -> None:
    for desk in deliveries:
        arrives(letter(**BOTH), at=f"{desk}@desk.example")
    it, hr = at_both()
    assert Ticket.objects.count() == 2
    assert (it.requester, hr.requester) == (cast.mei, cast.mei)
    assert Link.objects.filter(kind="related").count() == 1
    for here, there, name in ((it, hr, "Human resources"), (hr, it, "IT")):
        assert [kind for kind, _text in spoken(here)] == ["request"]
        (said,) = happened(here, "also_sent")
        assert there.number in said
        assert name in said
    assert told(cast.mei) == ["received", "received"]


def test_a_letter_without_an_id_is_one_request_at_each_too(cast: Cast) -> None:
    for desk in ("it", "hr", "it"):
        arrives(letter(letter_id="", **BOTH), at=f"{desk}@desk.example")
    it, hr = at_both()
    assert Ticket.objects.count() == 2
    assert hr.number in happened(it, "also_sent")[0]


def test_each_reader_is_told_of_the_other_desk_in_their_language(cast: Cast) -> None:
    arrives(letter(**BOTH), at="it@desk.example")
    it, hr = at_both()
    said = [happened(it, "also_sent", language=language) for language in ("en", "zh-hans")]
    assert said == [
        [f"The same email was also sent to Human resources, where it is {hr.number}."],
        [f"同一封邮件也发给了人事服务台，在那里是 {hr.number}。"],
    ]


def test_two_addresses_of_one_desk_are_one_request(cast: Cast) -> None:
    from firstline.catalog.models import Inbox

    Inbox.objects.create(desk=cast.it, address="help@desk.example")
    arrives(letter(to="it@desk.example, help@desk.example"), at="it@desk.example")
    assert arrives(letter(to="it@desk.example, help@desk.example"), at="help@desk.example").state == "ignored"
    assert Ticket.objects.count() == 1


def test_a_desk_that_was_written_to_in_secret_is_tied_to_none(cast: Cast) -> None:
    arrives(letter(), at="it@desk.example")
    arrives(letter(), at="hr@desk.example")
    it, hr = at_both()
    assert not Link.objects.exists()
    assert [kind for kind, _text in spoken(it) + spoken(hr)] == ["request", "request"]


def test_desks_to_which_a_list_delivered_it_are_tied(cast: Cast) -> None:
    for desk in ("it", "hr"):
        arrives(letter(to="all@lists.example"), at=f"{desk}@desk.example")
    assert Link.objects.filter(kind="related").count() == 1


@pytest.mark.parametrize("deliveries", [["it"], ["it", "hr"], ["hr", "it"], ["hr"]])
def test_an_answer_to_both_signed_addresses_reaches_both(cast: Cast, deliveries: list[str]) -> None:
    arrives(letter(**BOTH), at="it@desk.example")
    it, hr = at_both()
    to = {"to": reply_address(it, "it@desk.example"), "Cc": reply_address(hr, "hr@desk.example")}
    addresses = {"it": to["to"], "hr": to["Cc"]}
    for desk in deliveries * 2:
        arrives(letter(letter_id="<two@corp.example>", text="More of it.", subject="Re: x", **to), at=addresses[desk])
    for ticket in (it, hr):
        assert [text.strip() for kind, text in spoken(ticket) if kind == "request"][1:] == ["More of it."]
    assert Ticket.objects.count() == 2


@pytest.mark.parametrize("deliveries", [["it", "hr"], ["hr", "it"], ["it"]])
def test_an_answer_to_one_desk_with_the_other_in_copy_reaches_what_is_tied_to_it(
    cast: Cast, deliveries: list[str]
) -> None:
    arrives(letter(**BOTH), at="it@desk.example")
    it, hr = at_both()
    for desk in deliveries:
        answer = letter(letter_id="<2@corp.example>", text="More of it.", answers="<one@corp.example>", **BOTH)
        arrives(answer, at=f"{desk}@desk.example")
    assert Ticket.objects.count() == 2
    for ticket in (it, hr):
        assert [text.strip() for kind, text in spoken(ticket) if kind == "request"][1:] == ["More of it."]


@pytest.mark.parametrize("deliveries", [["it", "hr"], ["hr", "it"], ["it"]])
def test_an_answer_that_brings_in_another_desk_is_a_request_there(cast: Cast, deliveries: list[str]) -> None:
    arrives(letter(), at="it@desk.example")
    it = Ticket.objects.get()
    for desk in deliveries:
        answer = letter(
            letter_id="<2@corp.example>", text="HR: the contract, please.", answers="<one@corp.example>", **BOTH
        )
        arrives(answer, at=f"{desk}@desk.example")
    hr = Ticket.objects.get(desk=cast.hr)
    assert Ticket.objects.count() == 2
    assert "contract" in spoken(hr)[0][1]
    assert [text.strip() for kind, text in spoken(it) if kind == "request"][1:] == ["HR: the contract, please."]
    assert Link.objects.filter(kind="related").count() == 1


def of_it(cast: Cast) -> tuple[Ticket, str]:
    """A request at IT, and the id of our letter about it."""
    ticket = cast.ask()
    run_jobs()
    return ticket, Delivery.objects.get(template="received").letter_id


@pytest.mark.parametrize("subject", ["Salary", "WG: [{number}] VPN"])
@pytest.mark.parametrize("theirs", [True, False])
def test_an_answer_to_a_letter_of_one_desk_that_only_the_other_gets_is_a_request_there(
    cast: Cast, subject: str, theirs: bool
) -> None:
    arrives(letter())
    it = Ticket.objects.get()
    answered = "<one@corp.example>" if theirs else Delivery.objects.get(template="received").letter_id
    to_hr = {"to": "hr@desk.example", "subject": subject.format(number=it.number), "answers": answered}
    received = arrives(letter(letter_id="<2@corp.example>", text="My salary, in confidence.", **to_hr))
    hr = Ticket.objects.get(desk=cast.hr)
    assert received.ticket == hr
    assert len(spoken(it)) == 1
    assert [text.strip() for _kind, text in spoken(hr)] == ["My salary, in confidence."]
    assert hr.requester == cast.mei
    assert Link.objects.get(ticket=hr, other=it).kind == "related"
    assert happened(hr, "named_another") == [
        f"The email answers one about {it.number}, in which Lin Mei takes part, and was written to this desk alone."
    ]
    assert happened(it, "also_sent") + happened(hr, "also_sent") == []
    arrives(letter(letter_id="<3@corp.example>", text="And the bonus.", **to_hr))
    assert [text.strip() for _kind, text in spoken(hr)][1:] == ["And the bonus."]
    assert (len(spoken(it)), Ticket.objects.count()) == (1, 2)


@pytest.mark.parametrize("sender", ["Omar Haddad <omar@corp.example>", "X <x@far.example>", "Bo <bo@corp.example>"])
def test_who_takes_no_part_and_answers_to_another_desk_learns_and_tells_nothing(cast: Cast, sender: str) -> None:
    it, ours = of_it(cast)
    arrives(letter(sender, to="hr@desk.example", answers=ours, text="Mine."))
    hr = Ticket.objects.get(desk=cast.hr)
    assert (len(spoken(it)), len(spoken(hr))) == (1, 1)
    assert not Link.objects.exists()
    assert happened(hr, "named_another") == []


def test_an_answer_to_another_desk_joins_no_request_of_somebody_else_that_is_tied(cast: Cast) -> None:
    it, ours = of_it(cast)
    theirs = cast.ask(by=cast.omar, desk=cast.hr)
    actions.link(it, by=Person.objects.system(), other=theirs, kind="related")
    arrives(letter(to="hr@desk.example", answers=ours, text="Mine."))
    assert len(spoken(theirs)) == 1
    assert Ticket.objects.get(desk=cast.hr, requester=cast.mei)


def test_an_answer_at_the_signed_address_joins_whichever_desk_got_it(cast: Cast) -> None:
    it, ours = of_it(cast)
    arrives(letter(to=reply_address(it, "it@desk.example"), answers=ours, text="More."), at="hr@desk.example")
    assert [text.strip() for _kind, text in spoken(it)][1:] == ["More."]


@pytest.mark.parametrize("desk", ["it", "hr"])
def test_an_answer_joins_a_request_that_was_handed_to_another_desk_and_back(cast: Cast, desk: str) -> None:
    it, began = of_it(cast)
    actions.transfer(it, by=cast.bo, to=cast.hr, reason="Theirs.")
    run_jobs()
    at_hr = Delivery.objects.get(template="transferred").letter_id
    actions.transfer(it, by=cast.hana, to=cast.it, reason="Ours.")
    for number, (text, answered) in enumerate([("One.", began), ("Two.", at_hr)]):
        answer = letter(letter_id=f"<{number}@corp.example>", to=f"{desk}@desk.example", answers=answered, text=text)
        arrives(answer)
    joined = [text.strip() for kind, text in spoken(it) if kind == "request"][1:]
    assert joined == (["One.", "Two."] if desk == "it" else ["Two."])


def test_an_answer_joins_what_its_request_was_merged_into_at_another_desk(cast: Cast) -> None:
    it, ours = of_it(cast)
    hr = cast.ask(desk=cast.hr)
    actions.merge(it, by=Person.objects.system(), into=hr)
    arrives(letter(to="it@desk.example", answers=ours, text="More."))
    assert "More." in [text.strip() for _kind, text in spoken(hr)]


def test_a_letter_that_names_an_inbox_that_is_switched_off_reaches_the_other_alone(cast: Cast) -> None:
    from firstline.catalog.models import Inbox

    Inbox.objects.filter(desk=cast.hr).update(active=False)
    arrives(letter(**BOTH), at="it@desk.example")
    assert Ticket.objects.get().desk == cast.it
    assert InboundMessage.objects.count() == 1


def test_a_letter_to_more_desks_than_it_is_handed_on_to_says_which_were_left_out(cast: Cast) -> None:
    from firstline.catalog import config_cache
    from firstline.catalog.models import Desk, Inbox

    keys = [f"D{number}" for number in range(desks.MOST_DESKS + 2)]
    for key in keys:
        desk = Desk.objects.create(key=key, name_en=key, name_zh=key, calendar=cast.it.calendar)
        Inbox.objects.create(desk=desk, address=f"{key.lower()}@desk.example")
    config_cache.forget()
    everybody = ", ".join(f"{key.lower()}@desk.example" for key in keys)
    arrives(letter(to=f"it@desk.example, {everybody}"), at="it@desk.example")
    at = {ticket.desk.key: ticket for ticket in Ticket.objects.select_related("desk")}
    assert set(at) == {"IT", *keys[: desks.MOST_DESKS]}
    for ticket in at.values():
        (said,) = happened(ticket, "not_handed_on")
        assert f"{keys[-2]} and {keys[-1]}" in said
    arrives(letter(**BOTH, letter_id="<few@corp.example>"), at="it@desk.example")
    assert happened(Ticket.objects.latest("pk"), "not_handed_on") == []
