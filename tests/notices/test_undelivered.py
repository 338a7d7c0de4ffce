"""What did not arrive is told to who has the request and marked in lists; a solution of these does not close itself."""

from datetime import timedelta

import pytest
from django.urls import reverse

from firstline.channels import failures
from firstline.kit import clock
from firstline.notices.models import Delivery
from firstline.notices.render import render
from firstline.tickets import actions, jobs
from firstline.tickets.list_rows import lines_of
from firstline.tickets.models import Message, Ticket
from tests.background import run_jobs
from tests.cast import MONDAY, Cast, fresh
from tests.letters import told
from tests.signing import signed_in
from tests.tickets.actions.test_give_back import colleague, goes

pytestmark = pytest.mark.django_db


def fails(message: Message) -> Delivery:
    """The email about this message to the requester comes back."""
    run_jobs()
    row = Delivery.objects.get(message=message, person=message.ticket.requester)
    row.state, row.reason = "failed", "no_address"
    row.save()
    failures.say_so(row)
    run_jobs()
    return row


def solved(cast: Cast) -> Ticket:
    return actions.resolve(actions.accept(cast.ask(), by=cast.bo), by=cast.bo, resolution="Restart it.")


def marked(ticket: Ticket) -> bool:
    return lines_of(Ticket.objects.filter(pk=ticket.pk))[0].unreached


def test_who_has_it_is_told_what_did_not_arrive_why_and_what_can_be_done(cast: Cast) -> None:
    ticket = actions.accept(cast.ask(), by=cast.bo)
    fails(actions.reply(ticket, by=cast.yu, text="Which client?"))
    assert told(cast.bo, template="undelivered") == ["undelivered"]
    assert told(cast.mei, template="undelivered") == []
    row = Delivery.objects.get(template="undelivered", person=cast.bo)
    for language, words in (
        ("en", ("to Lin Mei", "This address does not exist.", "Check the address.")),
        ("zh-hans", ("未能送达", "地址")),
    ):
        row.language = language
        shown = render(row)
        for body in (shown.text, shown.html):
            for said in words:
                assert said in body


def test_where_who_solved_it_is_gone_the_team_is_told(cast: Cast) -> None:
    omar, ticket = colleague(cast), solved(cast)
    goes(cast, "removed")
    fails(ticket.messages.latest("pk"))
    assert told(omar, template="undelivered") == ["undelivered"]


def test_what_could_not_reach_an_agent_is_told_to_nobody(cast: Cast) -> None:
    ticket = actions.accept(cast.ask(), by=cast.bo)
    actions.reply(ticket, by=cast.mei, text="Version 5.")
    run_jobs()
    failures.say_so(Delivery.objects.get(template="answered", person=cast.bo))
    run_jobs()
    assert not Delivery.objects.filter(template="undelivered").exists()


@pytest.mark.parametrize("again", [False, True])
def test_what_was_solved_closes_by_itself_only_if_they_could_have_read_it(cast: Cast, again: bool) -> None:
    with clock.moved(MONDAY):
        ticket, other = solved(cast), solved(cast)
        row = fails(ticket.messages.latest("pk"))
        assert (marked(fresh(ticket)), marked(fresh(other))) == (True, False)
        if again:
            actions.send_again(ticket, by=cast.bo, delivery=row.pk, person=row.person)
            assert not marked(fresh(ticket))
    with clock.moved(MONDAY + timedelta(days=30)):
        jobs.close_solved.func()
    assert (fresh(ticket).phase, fresh(other).phase) == ("closed" if again else "resolved", "closed")
    if not again:
        assert actions.close(ticket, by=cast.bo).phase == "closed"


def test_the_mark_goes_with_the_next_word_and_is_not_set_for_a_colleague(cast: Cast) -> None:
    ticket = actions.accept(cast.ask(), by=cast.bo)
    actions.add_participant(ticket, by=cast.mei, person=cast.omar)
    message = actions.reply(ticket, by=cast.bo, text="Which client?")
    run_jobs()
    failures.say_so(Delivery.objects.get(message=message, person=cast.omar))
    assert not marked(ticket)
    failures.say_so(Delivery.objects.get(message=message, person=cast.mei))
    assert marked(ticket)
    actions.reply(ticket, by=cast.mei, text="I saw it on the portal.")
    assert not marked(ticket)


def test_the_list_of_what_is_solved_says_it(cast: Cast) -> None:
    ticket = solved(cast)
    page = reverse("queue", args=[f"solved-{cast.it.pk}"])
    said = "The last email to the requester did not arrive"
    assert said not in signed_in(cast.bo).get(page).content.decode()
    fails(ticket.messages.latest("pk"))
    assert said in signed_in(cast.bo).get(page).content.decode()
