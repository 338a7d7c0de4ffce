"""Placeholders: replaced from a fixed dictionary, never evaluated, and never sent blank."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstline.tickets import actions
from firstline.tickets.placeholders import Unfilled, fill, refuse_unfilled, values_for
from tests.cast import MONDAY, Cast, fresh

VALUES = {"requester.name": "Lin Mei", "ticket.number": "IT-7", "ticket.due": ""}


def test_known_placeholders_are_replaced() -> None:
    filled = fill("Hello { requester.name }, about {ticket.number}.", VALUES)
    assert filled.text == "Hello Lin Mei, about IT-7."
    assert filled.complaint == ""


def test_unknown_and_blank_ones_stay_marked_and_are_named() -> None:
    filled = fill("{visit.date} before {ticket.due}, {visit.date}", VALUES)
    assert filled.text == "{visit.date} before {ticket.due}, {visit.date}"
    assert (filled.unknown, filled.blank) == (["visit.date"], ["ticket.due"])
    assert "{visit.date}" in filled.complaint
    assert "{ticket.due}" in filled.complaint


def test_a_text_with_placeholders_is_refused_by_their_names() -> None:
    with pytest.raises(Unfilled) as refused:
        refuse_unfilled("We come on {visit.date}, {agent.name}.")
    assert str(refused.value) == "Fill in {visit.date}, {agent.name} before you send this."


@pytest.mark.parametrize("text", ["${HOME}", "{}", "{ 1.5 }", "if (x) {return y.z;}", "{name}", "{{7*7}}"])
def test_braces_of_code_are_no_placeholders(text: str) -> None:
    refuse_unfilled(text)
    assert fill(text, VALUES).text == text


def test_values_are_put_in_once_and_never_read_again() -> None:
    assert fill("{requester.name}", {"requester.name": "{agent.name}", "agent.name": "Bo"}).text == "{agent.name}"


@given(st.text(), st.text(min_size=1))
def test_nothing_but_placeholders_changes(text: str, value: str) -> None:
    assert fill(text.replace("{", "("), {"requester.name": value}).text == text.replace("{", "(")


@pytest.mark.django_db
def test_the_values_are_in_the_requesters_language_and_zone() -> None:
    from firstline.kit import clock

    with clock.moved(MONDAY):
        cast = Cast.make()
        ticket = cast.asked()
        actions.classify(ticket, by=cast.bo, kind="incident", service=cast.vpn)
        ticket = type(ticket).objects.get(pk=ticket.pk)
        values = values_for(ticket, by=cast.bo)
    # Each of them, and nothing else: what is not here is unknown to whoever writes a canned reply.
    assert values == {
        "requester.name": "Lin Mei",
        "ticket.number": ticket.number,
        "ticket.subject": "VPN keeps dropping",
        "ticket.due": "2026年11月23日 星期一 09:05",
        "agent.name": "Bo Wen",
        "desk.name": "IT 服务台",
    }


@pytest.mark.django_db
@pytest.mark.parametrize("share", [False, True])
def test_whom_a_merge_brought_is_told_neither_name_nor_subject_by_a_canned_reply(cast: Cast, share: bool) -> None:
    ticket = cast.asked(subject="Divorce papers")
    actions.merge(cast.asked(by=cast.omar), by=cast.bo, into=ticket, share=share)
    values = values_for(fresh(ticket), by=cast.bo)
    told = fill("Dear {requester.name}, about {ticket.subject}", values)
    assert told.blank == ([] if share else ["requester.name", "ticket.subject"])
    assert ("Lin Mei" in told.text, "Divorce" in told.text) == (share, share)


@pytest.mark.django_db
def test_who_asked_it_by_an_address_is_told_no_name_until_they_read_along(cast: Cast) -> None:
    ticket = cast.asked(requester=cast.omar, subject="A laptop")
    values = values_for(ticket, by=cast.bo)
    assert (values["requester.name"], values["ticket.subject"]) == ("", "A laptop")
    actions.share(ticket, by=cast.omar, person=cast.mei)
    assert values_for(fresh(ticket), by=cast.bo)["requester.name"] == "Omar Haddad"
