"""What an agent writes for those whom the page names is not sent to others who came to read it meanwhile."""

from collections.abc import Callable

import pytest

from firstline.tickets import actions
from firstline.tickets.actions.conversation import MoreReaders
from firstline.tickets.models import Ticket
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
    assert f'name="readers" value="{cast.omar.pk}"' in bo.get(f"/desk/tickets/{ticket.number}/").content.decode()
    way(cast, ticket)
    page = bo.post(f"/desk/tickets/{ticket.number}/send/", given).content.decode()
    assert "Meanwhile others came to read this:" in page
    assert "hunter2</textarea>" in page
    assert not ticket.messages.filter(text="hunter2").exists()
    assert fresh(ticket).phase != "resolved"


@pytest.mark.parametrize("verb", ["reply", "resolve"])
def test_the_verbs_refuse_it_whoever_calls_them_and_ask_nothing_of_who_said_nothing(cast: Cast, verb: str) -> None:
    ticket = cast.asked()
    actions.add_participant(ticket, by=cast.mei, person=cast.omar)
    act = getattr(actions, verb)
    word = {"reply": "text", "resolve": "resolution"}[verb]
    with pytest.raises(MoreReaders, match="Omar Haddad"):
        act(fresh(ticket), by=cast.bo, readers=[cast.mei.pk], **{word: "x"})
    act(fresh(ticket), by=cast.bo, readers=[cast.mei.pk, cast.omar.pk, cast.hana.pk], **{word: "x"})
    act(fresh(cast.asked()), by=cast.bo, **{word: "x"})
