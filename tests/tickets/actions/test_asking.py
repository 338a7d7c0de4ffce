"""Asked for somebody else: whose words, who reads what, letting them read, and giving it back."""

from datetime import timedelta

import pytest

from firstline.catalog import config_cache
from firstline.kit import clock
from firstline.people.models import Person
from firstline.sla.models import SlaTarget
from firstline.tickets import actions, files, replay, search
from firstline.tickets.access import ASKING, Relation
from firstline.tickets.errors import NotAllowed, WrongState
from firstline.tickets.models import Attachment, Message, Ticket
from firstline.tickets.rights import relations
from tests.cast import MONDAY, Cast, fresh
from tests.signing import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """Mei asked it for Omar; Bo answered Omar, then both."""
    with clock.moved(MONDAY):
        ticket = cast.asked(requester=cast.omar, text="Omar's laptop", answers={"asset": "L-7"})
    with clock.moved(MONDAY + timedelta(minutes=1)):
        kept = files.keep(b"secret", name="secret.txt", by=cast.bo)
        actions.reply(ticket, by=cast.bo, text="Your salary file is back.", attachments=[kept])
        actions.reply(ticket, by=cast.bo, text="We order a new one.", to_askers=True)
        actions.reply(ticket, by=cast.omar, text="Thank you for the salary file, all of it is there.")
    return fresh(ticket)


def said(person: object, ticket: Ticket) -> list[str]:
    seen = Message.objects.visible_to(person, ticket).order_by("id")  # type: ignore[arg-type]
    return [text.split()[0] for text in seen.values_list("text", flat=True)]


def test_words_keep_their_writer_and_nothing_is_proved_of_the_one_for_whom_it_is_asked(
    cast: Cast, ticket: Ticket
) -> None:
    assert ticket.messages.order_by("id")[0].author == cast.mei
    assert (ticket.requester, ticket.asked_by, ticket.verified) == (cast.omar, cast.mei, False)
    assert cast.asked(verified=False).verified is False
    assert cast.asked().verified is True


def test_the_asker_reads_their_own_words_and_what_is_said_to_askers(cast: Cast, ticket: Ticket) -> None:
    assert said(cast.mei, ticket) == ["Omar's", "We"]
    assert said(cast.omar, ticket) == ["Omar's", "Your", "We", "Thank"]
    assert not Attachment.objects.visible_to(cast.mei).exists()
    assert Attachment.objects.visible_to(cast.omar).exists()


@pytest.mark.parametrize("verb", ["close", "reopen", "rate", "add_participant", "share", "decline", "cancel"])
def test_the_asker_may_say_more_and_nothing_else(cast: Cast, ticket: Ticket, verb: str) -> None:
    from firstline.tickets.rights import may

    assert relations(cast.mei, ticket) == {Relation.ASKER}
    assert may(cast.mei, "reply", ticket)
    assert not may(cast.mei, verb, ticket)
    more = actions.reply(ticket, by=cast.mei, text="It is urgent.")
    assert more.to_askers
    assert (said(cast.omar, ticket)[-1], said(cast.mei, ticket)[-1]) == ("It", "It")


def test_an_agent_who_asks_for_a_colleague_at_their_own_desk_answers_as_an_agent(cast: Cast) -> None:
    ticket = cast.ask(by=cast.bo, requester=cast.mei)
    assert fresh(ticket).asked_by == cast.bo
    assert relations(cast.bo, ticket) == {Relation.AGENT}
    answer = actions.reply(ticket, by=cast.bo, text="Try again.")
    assert (answer.kind, answer.to_askers, fresh(ticket).first_response_at is not None) == ("reply", False, True)


@pytest.mark.parametrize("who", ["bo", "chen", "dana"])
@pytest.mark.parametrize("part", ["asked", "added"])
def test_whoever_works_at_the_desk_answers_as_the_desk_however_they_take_part(cast: Cast, who: str, part: str) -> None:
    agent: Person = getattr(cast, who)
    if part == "asked":
        ticket = cast.ask(by=agent, requester=cast.mei)
    else:
        ticket = cast.ask()
        actions.add_participant(ticket, by=cast.mei, person=agent)
    actions.hold(ticket, by=cast.yu, reason="requester")
    answer = actions.reply(fresh(ticket), by=agent, text="Try again.")
    ticket = fresh(ticket)
    assert (answer.kind, ticket.status_id, ticket.phase) == ("reply", "waiting_requester", "waiting")
    assert ticket.first_response_at is not None


def test_who_works_at_another_desk_asks_here_as_everybody_does(cast: Cast) -> None:
    ticket = cast.ask(by=cast.hana, requester=cast.mei)
    assert relations(cast.hana, ticket) == {Relation.ASKER}
    assert actions.reply(ticket, by=cast.hana, text="It is urgent.").kind == "request"
    assert fresh(ticket).first_response_at is None


@pytest.mark.parametrize("channel", ["phone", "walk_in", "api", "email"])
def test_an_agent_who_puts_it_on_record_is_no_asker_and_does_not_answer_by_it(cast: Cast, channel: str) -> None:
    ticket = cast.asked(by=cast.bo, requester=cast.mei, channel=channel)
    assert (ticket.asked_by, ticket.messages.get().author) == (None, cast.bo)
    assert not ticket.participants.exists()
    more = actions.write_down(ticket, by=cast.bo, text="She called again.", channel="phone")
    assert (more.kind, more.author) == ("request", cast.bo)
    assert fresh(ticket).first_response_at is None
    assert len(said(cast.mei, ticket)) == 2
    assert not ASKING & relations(cast.bo, ticket)


def test_those_whom_the_asker_names_stand_beside_them_and_the_asker_is_not_let_in_by_naming_themselves(
    cast: Cast,
) -> None:
    ticket = cast.ask(requester=cast.omar, participants=[cast.hana, cast.mei, cast.omar])
    actions.reply(ticket, by=cast.bo, text="Only for Omar.")
    assert said(cast.mei, ticket) == said(cast.hana, ticket) == ["Since"]
    assert relations(cast.hana, ticket) == {Relation.ASKER}


def test_the_requester_lets_the_asker_read_and_takes_it_back(cast: Cast, ticket: Ticket) -> None:
    actions.share(ticket, by=cast.omar, person=cast.mei)
    assert said(cast.mei, ticket) == said(cast.omar, ticket)
    actions.unshare(ticket, by=cast.omar, person=cast.mei)
    assert said(cast.mei, ticket) == ["Omar's", "We"]
    assert list(ticket.events.filter(name__endswith="shared").values_list("name", "by")) == [
        ("shared", cast.omar.pk),
        ("unshared", cast.omar.pk),
    ]
    for nobody in (cast.mei, cast.bo, cast.hana):
        with pytest.raises(NotAllowed):
            actions.share(ticket, by=nobody, person=cast.mei)
    with pytest.raises(WrongState, match="did not ask"):
        actions.share(ticket, by=cast.omar, person=cast.hana)


def test_the_desk_cannot_let_the_asker_in_behind_the_requesters_back(cast: Cast, ticket: Ticket) -> None:
    with pytest.raises(NotAllowed, match="Only that person"):
        actions.add_participant(ticket, by=cast.bo, person=cast.mei)
    actions.add_participant(ticket, by=cast.omar, person=cast.mei)
    assert said(cast.mei, ticket) == said(cast.omar, ticket)


def test_given_back_it_is_the_askers_and_nothing_said_before_goes_along(cast: Cast, ticket: Ticket) -> None:
    with clock.moved(MONDAY + timedelta(minutes=2)):
        actions.add_participant(ticket, by=cast.omar, person=cast.hana)
        actions.share(ticket, by=cast.omar, person=cast.mei)
    with clock.moved(MONDAY + timedelta(minutes=3)):
        actions.decline(ticket, by=cast.omar)
    with clock.moved(MONDAY + timedelta(minutes=4)):
        actions.reply(ticket, by=cast.bo, text="Then it is yours.")
    ticket = fresh(ticket)
    assert (ticket.requester, ticket.requester_name, ticket.asked_by) == (cast.mei, "Lin Mei", None)
    assert (ticket.requester_email, ticket.requester_department) == ("mei@corp.example", "Finance")
    with clock.moved(MONDAY + timedelta(minutes=5)):
        assert said(cast.mei, ticket) == ["Omar's", "We", "Then"]
        assert not Attachment.objects.visible_to(cast.mei).exists()
        for gone in (cast.omar, cast.hana):
            assert said(gone, ticket) == []
            assert not Ticket.objects.visible_to(gone).exists()
            assert not relations(gone, ticket)
    assert relations(cast.mei, ticket) == {Relation.REQUESTER}
    assert replay.differences(ticket) == []


def test_only_what_was_asked_for_one_can_be_given_back_and_only_while_it_is_open(cast: Cast, ticket: Ticket) -> None:
    with pytest.raises(WrongState, match="Nobody asked"):
        actions.decline(cast.ask(), by=cast.mei)
    for other in (cast.mei, cast.bo):
        with pytest.raises(NotAllowed):
            actions.decline(ticket, by=other)
    actions.resolve(ticket, by=cast.bo, resolution="Done.")
    with pytest.raises(WrongState):
        actions.decline(ticket, by=cast.omar)


def test_a_solution_can_be_said_to_the_askers_too_and_without_askers_that_is_refused(
    cast: Cast, ticket: Ticket
) -> None:
    actions.resolve(ticket, by=cast.bo, resolution="Replaced.", to_askers=True)
    assert said(cast.mei, ticket)[-1] == "Replaced."
    plain = cast.ask()
    for verb, words in ((actions.reply, {"text": "x"}), (actions.resolve, {"resolution": "x"})):
        with pytest.raises(WrongState, match="Nobody asked"):
            verb(plain, by=cast.bo, to_askers=True, **words)  # type: ignore[operator]


def test_the_asker_finds_it_by_its_subject_and_number_and_not_by_words_said_to_another(
    cast: Cast, ticket: Ticket
) -> None:
    search.index(ticket.pk)

    def found(person: object, words: str) -> bool:
        return Ticket.objects.visible_to(person).matching(words, by=person).exists()  # type: ignore[arg-type]

    assert found(cast.mei, "keeps dropping")
    assert found(cast.mei, ticket.number)
    assert not found(cast.mei, "salary")
    assert not found(cast.mei, "haddad")
    assert found(cast.omar, "salary")
    assert found(cast.bo, "salary")


def test_a_file_of_a_reply_that_was_withdrawn_is_nobodys_of_the_asking_side(cast: Cast) -> None:
    ticket = cast.ask(participants=[cast.hana])
    kept = files.keep(b"x", name="wrong.txt", by=cast.bo)
    reply = actions.reply(ticket, by=cast.bo, text="Wrong file", attachments=[kept], undo_seconds=15)
    actions.withdraw(reply, by=cast.bo)
    with clock.moved(clock.now() + timedelta(minutes=1)):
        seen = {name: Attachment.objects.visible_to(getattr(cast, name)).exists() for name in ("mei", "hana", "bo")}
    assert seen == {"mei": False, "hana": False, "bo": True}


def test_a_file_of_a_withdrawn_or_unsent_reply_has_no_address_for_the_asking_side(cast: Cast) -> None:
    ticket = cast.ask(participants=[cast.hana])
    kept = files.keep(b"x", name="wrong.txt", by=cast.bo)
    reply = actions.reply(ticket, by=cast.bo, text="Wrong file", attachments=[kept], undo_seconds=15)

    def answers() -> dict[str, int]:
        return {
            name: signed_in(getattr(cast, name)).get(f"/files/{kept.pk}/").status_code
            for name in ("mei", "hana", "omar", "bo")
        }

    shut = {"mei": 404, "hana": 404, "omar": 404, "bo": 200}
    assert answers() == shut
    actions.withdraw(reply, by=cast.bo)
    assert answers() == shut
    with clock.moved(clock.now() + timedelta(minutes=1)):
        assert answers() == shut


def test_a_file_of_a_reply_that_left_can_be_fetched(cast: Cast) -> None:
    ticket = cast.ask()
    kept = files.keep(b"x", name="right.txt", by=cast.bo)
    actions.reply(ticket, by=cast.bo, text="Here.", attachments=[kept], undo_seconds=15)
    with clock.moved(clock.now() + timedelta(minutes=1)):
        assert signed_in(cast.mei).get(f"/files/{kept.pk}/").status_code == 200
        assert signed_in(cast.omar).get(f"/files/{kept.pk}/").status_code == 404


def test_given_back_it_is_due_as_a_request_of_who_asked(cast: Cast) -> None:
    """A goal may ask for a department, or for very important people: the new requester may be neither."""
    SlaTarget.objects.all().delete()
    for minutes, when in ((1, {"vip": [True]}), (2, {"department": ["Sales"]})):
        SlaTarget.objects.create(
            clock="acceptance", minutes=minutes, when=when, order=minutes, name_en="x", name_zh="x"
        )
    config_cache.forget()
    for vip, minutes in ((True, 1), (False, 2)):
        Person.objects.filter(pk=cast.omar.pk).update(vip=vip)
        omar = Person.objects.get(pk=cast.omar.pk)
        with clock.moved(MONDAY):
            asked = cast.ask(requester=omar)
        assert asked.clocks.get().minutes == minutes
        actions.decline(asked, by=omar)
        assert not asked.clocks.exists()
        assert replay.differences(asked) == []
