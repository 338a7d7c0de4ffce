"""What an agent writes for those whom the page names is not sent to others who came to read it meanwhile."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from firstline.kit import clock
from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.actions.conversation import MoreReaders
from firstline.tickets.models import Message, Ticket
from firstline.tickets.rights import readers_of
from tests.cast import Cast, fresh
from tests.signing import signed_in

pytestmark = pytest.mark.django_db


def merged(cast: Cast, ticket: Ticket) -> None:
    actions.merge(cast.asked(by=cast.hana), by=cast.yu, into=ticket)


def merged_and_shared(cast: Cast, ticket: Ticket) -> None:
    actions.merge(cast.asked(by=cast.hana), by=cast.yu, into=ticket, share=True)


def declined(cast: Cast, ticket: Ticket) -> None:
    actions.decline(ticket, by=cast.omar)


def shared(cast: Cast, ticket: Ticket) -> None:
    actions.share(ticket, by=cast.omar, person=cast.mei)


def let_in(cast: Cast, ticket: Ticket) -> None:
    actions.add_participant(ticket, by=cast.omar, person=cast.hana)


WAYS: list[Callable[[Cast, Ticket], None]] = [merged, merged_and_shared, declined, shared, let_in]


@pytest.mark.parametrize("then", ["", "wait", "resolve"])
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_the_page_keeps_what_was_typed_and_names_who_reads_it_by_now(
    cast: Cast, way: Callable[[Cast, Ticket], None], then: str
) -> None:
    ticket = cast.asked(requester=cast.omar)
    bo = signed_in(cast.bo)
    given = {"mode": "reply", "then": then, "text": "hunter2", "readers": str(cast.omar.pk), "askers": str(cast.mei.pk)}
    assert shown(bo.get(f"/desk/tickets/{ticket.number}/").content.decode()) == [str(cast.omar.pk)]
    way(cast, ticket)
    page = bo.post(f"/desk/tickets/{ticket.number}/send/", given).content.decode()
    assert "Meanwhile others came to read this:" in page
    assert "hunter2</textarea>" in page
    assert not ticket.messages.filter(text="hunter2").exists()
    assert fresh(ticket).phase != "resolved"


DIALOGS = {"resolve": "resolution", "cancel": "reason"}


@pytest.mark.parametrize("verb", DIALOGS)
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_so_does_the_dialog_of_a_verb_that_says_something_and_sent_again_it_goes(
    cast: Cast, way: Callable[[Cast, Ticket], None], verb: str
) -> None:
    ticket = cast.asked(requester=cast.omar)
    bo, at = signed_in(cast.bo), f"/desk/tickets/{ticket.number}/verbs/{verb}/"
    asked = bo.get(at).content.decode()
    assert "Omar Haddad reads this" in asked
    way(cast, ticket)
    given = {DIALOGS[verb]: "hunter2", "readers": shown(asked)[0]}
    refused = bo.post(at, given)
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "Meanwhile others came to read this:" in page
    assert "hunter2</textarea>" in page
    assert not ticket.messages.filter(text="hunter2").exists()
    assert fresh(ticket).phase == "pending"
    assert bo.post(at, {**given, "readers": shown(page)[0]}).status_code == 302
    assert ticket.messages.filter(text="hunter2").exists()


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_of_many_solved_at_once_each_is_left_as_it_is_that_others_read_by_now(
    cast: Cast, way: Callable[[Cast, Ticket], None]
) -> None:
    ticket, other = cast.asked(requester=cast.omar), cast.asked()
    actions.add_participant(other, by=cast.mei, person=cast.hana)
    bo, chosen = signed_in(cast.bo), {"ticket": [ticket.pk, other.pk]}
    asked = bo.get("/desk/bulk/resolve/", chosen).content.decode()
    assert "Lin Mei and Hana Sato read this" in asked
    assert "Omar Haddad reads this" not in asked, "one reader is the requester, which is said of all"
    way(cast, ticket)
    given = {"sent": "1", "resolution": "hunter2", "cause": "", "readers": shown(asked)}
    page = bo.post("/desk/bulk/resolve/", chosen | given).content.decode()
    assert "Meanwhile others came to read this:" in page
    assert (fresh(ticket).phase, fresh(other).phase) == ("pending", "resolved")


@pytest.mark.parametrize("share", [False, True])
def test_what_waits_to_leave_is_read_by_nobody_whom_a_merge_brings_but_as_all_that_was_said_before(
    cast: Cast, share: bool
) -> None:
    ticket = cast.asked(requester=cast.omar)
    actions.reply(ticket, by=cast.bo, text="left")
    held = actions.reply(fresh(ticket), by=cast.bo, text="held", undo_seconds=30)
    actions.add_participant(fresh(ticket), by=cast.bo, person=cast.hana)
    actions.merge(cast.asked(), by=cast.yu, into=fresh(ticket), share=share)
    with clock.moved(clock.now() + timedelta(minutes=1)):
        assert {"left", "held"} & read(cast.mei, ticket) == ({"left", "held"} if share else set())
        assert {"left", "held"} & read(cast.hana, ticket) == set()
        assert readers_of(Message.objects.get(pk=held.pk)) == {cast.bo.pk, cast.omar.pk} | (
            {cast.mei.pk} if share else set()
        )


def test_who_cancels_without_a_word_is_held_back_by_nobody(cast: Cast) -> None:
    ticket = cast.asked(requester=cast.omar)
    actions.add_participant(ticket, by=cast.omar, person=cast.hana)
    assert actions.cancel(fresh(ticket), by=cast.bo, readers=[cast.omar.pk]).phase == "cancelled"


def shown(page: str) -> list[str]:
    """Whom the page names, by their ids."""
    return re.findall(r'name="readers"\s+value="([^"]+)"', page)


def read(person: Person, ticket: Ticket) -> set[str]:
    return {said.text for said in Message.objects.visible_to(person, fresh(ticket))}


@pytest.mark.parametrize("verb", ["reply", "resolve", "cancel"])
def test_the_verbs_refuse_it_whoever_calls_them_and_ask_nothing_of_who_said_nothing(cast: Cast, verb: str) -> None:
    ticket = cast.asked()
    actions.add_participant(ticket, by=cast.mei, person=cast.omar)
    act = getattr(actions, verb)
    word = {"reply": "text", "resolve": "resolution", "cancel": "reason"}[verb]
    with pytest.raises(MoreReaders, match="Omar Haddad"):
        act(fresh(ticket), by=cast.bo, readers=[cast.mei.pk], **{word: "x"})
    act(fresh(ticket), by=cast.bo, readers=[cast.mei.pk, cast.omar.pk, cast.hana.pk], **{word: "x"})
    act(fresh(cast.asked()), by=cast.bo, **{word: "x"})
