"""To which request something leads, by which way, and how its sender stands there."""

from dataclasses import replace

import pytest

from firstline.channels.email.incoming import IncomingMail
from firstline.channels.models import InboundMessage
from firstline.channels.threading import Standing, named_ticket, sender_of, stand, standing_of
from firstline.channels.verdicts import VERDICTS, Sender, Verdict, Way
from firstline.notices.models import Delivery
from firstline.tickets import actions
from firstline.tickets.models import Ticket
from tests.cast import Cast, fresh
from tests.deliveries import failed_letter

pytestmark = pytest.mark.django_db

MAIL = IncomingMail("email", "<x@corp.example>", "Lin Mei", "mei@corp.example", True, "VPN", "It drops.")


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return cast.asked()


def found(standing: Standing | None) -> tuple[Ticket, Way, Sender, int | None] | None:
    return standing and (standing.ticket, standing.way, standing.sender, standing.answered_at)


def test_a_signed_address_says_more_than_an_answer_and_that_more_than_a_number(cast: Cast, ticket: Ticket) -> None:
    answered, named = cast.asked(), cast.asked()
    letter = failed_letter(answered)
    every = replace(MAIL, signed=ticket.number, answers=(letter.letter_id,), named=(named.number,))
    requester = Sender.REQUESTER
    assert found(standing_of(every, cast.mei, desk=cast.it)) == (ticket, Way.SIGNED, requester, None)
    every = replace(every, signed="")
    assert found(standing_of(every, cast.mei, desk=cast.it)) == (answered, Way.ANSWERED, requester, cast.it.pk)
    for nothing in ((), ("<unknown@x.example>",), ("<" + "x" * 250 + ">",)):
        every = replace(every, answers=nothing)
        assert found(standing_of(every, cast.mei, desk=cast.it)) == (named, Way.NUMBER, requester, None)
    assert standing_of(replace(every, named=()), cast.mei, desk=cast.it) is None
    assert standing_of(replace(every, signed="IT-0"), cast.mei, desk=cast.it) is not None


def test_the_likeliest_letter_counts_whether_it_came_or_left(cast: Cast, ticket: Ticket) -> None:
    other = cast.asked(desk=cast.hr)
    left = failed_letter(ticket)
    inbox = cast.hr.inboxes.get()
    InboundMessage.objects.create(key="1", sha256="", raw=b"", letter_id="<came@x.example>", ticket=other, inbox=inbox)
    InboundMessage.objects.create(key="2", sha256="", raw=b"", letter_id="<nothing@x.example>")
    InboundMessage.objects.create(key="3", sha256="", raw=b"", letter_id="<nowhere@x.example>", ticket=other)
    for answers, wanted in (
        (("<came@x.example>", left.letter_id), (other, cast.hr.pk)),
        ((left.letter_id, "<came@x.example>"), (ticket, cast.it.pk)),
        (("<nothing@x.example>", left.letter_id), (ticket, cast.it.pk)),
        (("<nowhere@x.example>",), (other, None)),
    ):
        standing = standing_of(replace(MAIL, answers=answers), cast.mei, desk=None)
        assert standing is not None
        assert (standing.ticket, standing.answered_at) == wanted


def test_an_id_of_250_characters_is_looked_for_and_a_longer_one_is_not(cast: Cast, ticket: Ticket) -> None:
    for length, leads in ((250, True), (251, False)):
        one = "<" + "x" * (length - 2) + ">"
        InboundMessage.objects.create(key=one, sha256="", raw=b"", letter_id=one[:250], ticket=ticket)
        assert (standing_of(replace(MAIL, answers=(one,)), cast.mei, desk=None) is not None) is leads


def test_a_letter_left_from_the_desk_where_the_request_was_then(cast: Cast, ticket: Ticket) -> None:
    before = failed_letter(ticket)
    actions.transfer(ticket, by=cast.bo, to=cast.hr, reason="Leave.")
    for event, desk in ((before.event, cast.it), (ticket.events.latest("pk"), cast.hr)):
        Delivery.objects.filter(pk=before.pk).update(event=event)
        standing = standing_of(replace(MAIL, answers=(before.letter_id,)), cast.mei, desk=None)
        assert standing is not None
        assert standing.answered_at == desk.pk


def test_after_two_moves_the_first_after_the_letter_says_where_it_was(cast: Cast, ticket: Ticket) -> None:
    letter = failed_letter(ticket)
    actions.transfer(ticket, by=cast.bo, to=cast.hr, reason="Leave.")
    actions.transfer(fresh(ticket), by=cast.hana, to=cast.it, reason="Not ours.")
    standing = standing_of(replace(MAIL, answers=(letter.letter_id,)), cast.mei, desk=None)
    assert standing is not None
    assert standing.answered_at == cast.it.pk


def test_a_number_leads_those_who_take_part_to_a_request_of_the_desk(cast: Cast, ticket: Ticket) -> None:
    at_hr = cast.asked(desk=cast.hr)
    foreign = cast.asked(by=cast.omar)
    both = replace(MAIL, named=(foreign.number, "IT-0", at_hr.number, ticket.number))
    assert named_ticket(both, cast.mei) == at_hr
    assert named_ticket(both, cast.mei, desk=cast.it) == ticket
    assert named_ticket(both, cast.mei, desk=cast.hr) == at_hr
    assert named_ticket(both, cast.omar) == foreign
    assert named_ticket(both, None) is None
    assert named_ticket(both, cast.bo) is None
    assert named_ticket(MAIL, cast.mei) is None


def test_only_the_first_twenty_numbers_are_looked_at(cast: Cast, ticket: Ticket) -> None:
    others = [f"IT-{number}" for number in range(20)]
    assert named_ticket(replace(MAIL, named=(*others[:19], ticket.number)), cast.mei) == ticket
    assert named_ticket(replace(MAIL, named=(*others, ticket.number)), cast.mei) is None


def test_a_request_is_of_the_desk_where_it_is_and_where_it_began(cast: Cast, ticket: Ticket) -> None:
    actions.transfer(ticket, by=cast.bo, to=cast.hr, reason="Leave.")
    ticket = fresh(ticket)
    mail = replace(MAIL, named=(ticket.number,))
    assert named_ticket(mail, cast.mei, desk=cast.it) == named_ticket(mail, cast.mei, desk=cast.hr) == ticket
    standing = stand(ticket, cast.mei, way=Way.NUMBER)
    assert standing.is_at(cast.it)
    assert standing.is_at(cast.hr)
    own = stand(cast.asked(), cast.mei, way=Way.NUMBER)
    assert [own.is_at(cast.it), own.is_at(cast.hr)] == [True, False]
    assert replace(own, answered_at=cast.hr.pk).is_at(cast.hr)
    assert stand(cast.asked(), None, way=Way.ANSWERED, answered_at=cast.hr.pk).is_at(cast.hr)


def test_a_merged_request_leads_to_where_it_went_and_remembers_through_which(cast: Cast) -> None:
    first, second, third = (cast.asked(desk=desk) for desk in (cast.hr, cast.it, cast.it))
    actions.transfer(first, by=cast.hana, to=cast.it, reason="Not ours.")
    actions.merge(fresh(first), by=cast.bo, into=second)
    actions.merge(fresh(second), by=cast.bo, into=third)
    standing = stand(fresh(first), cast.mei, way=Way.SIGNED)
    assert (standing.ticket, standing.through) == (third, (first, second))
    assert standing.is_at(cast.hr)


def test_how_each_stands_to_a_request(cast: Cast, ticket: Ticket) -> None:
    actions.add_participant(ticket, by=cast.mei, person=cast.omar)
    standing = {None: "stranger", "mei": "requester", "omar": "participant", "bo": "worker", "hana": "outsider"}
    standing |= {"dana": "worker", "ada": "worker"}
    found = {name: str(sender_of(getattr(cast, name) if name else None, ticket)) for name in standing}
    assert found == standing
    # Whoever asks it for themselves asks, wherever they work.
    assert sender_of(cast.bo, cast.asked(by=cast.bo)) == Sender.REQUESTER
    assert sender_of(cast.omar, cast.asked(by=cast.omar, requester=cast.mei)) == Sender.PARTICIPANT


def test_the_table_of_verdicts_is_whole() -> None:
    assert len(VERDICTS) == 3 * len(Sender) * len(Way)
    assert set(VERDICTS.values()) == set(Verdict)
