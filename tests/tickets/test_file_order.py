"""Files stand in the order in which they were given, whichever way they came and wherever they were copied to."""

from collections.abc import Iterator, Sequence
from uuid import UUID

import pytest

from firstline.channels.email.forwards import ask_for
from firstline.kit import clock
from firstline.notices.enclosures import enclosures
from firstline.notices.models import Delivery
from firstline.people.models import Person
from firstline.tickets import actions, files
from firstline.tickets.models import Attachment, Message, Ticket
from tests.api.test_lookup import Program
from tests.background import run_jobs
from tests.cast import MONDAY, Cast, fresh
from tests.channels.test_forwards import FORM, OLGA, passed_on
from tests.letters import arrives, letter
from tests.signing import signed_in

pytestmark = pytest.mark.django_db

NAMES = [f"step {number}.txt" for number in range(1, 10)]
"""Nine: by chance they stand so once in 362,880 times."""


@pytest.fixture(autouse=True)
def one_moment() -> Iterator[None]:
    """All happens within it: when files came does not say in which order."""
    with clock.moved(MONDAY):
        yield


def uploaded(by: Person) -> list[Attachment]:
    return [files.keep(name.encode(), name=name, by=by) for name in NAMES]


def names(message: Message | None) -> list[str]:
    assert message
    return [file.name for file in message.attachments.in_order()]


def ids(kept: Sequence[Attachment]) -> list[str]:
    return [str(file.pk) for file in kept]


def test_as_the_verb_is_given_them(cast: Cast) -> None:
    kept = uploaded(cast.bo)
    turned = actions.reply(cast.asked(), by=cast.bo, text="Look", attachments=[*reversed(kept), kept[0]])
    assert names(turned) == NAMES[::-1]


def test_by_email(cast: Cast) -> None:
    message = letter()
    for name in NAMES:
        message.add_attachment(name.encode(), maintype="text", subtype="plain", filename=name)
    assert names(arrives(message).message) == NAMES


def test_by_the_api(cast: Cast) -> None:
    mei = Program(cast.mei)
    opened = mei("POST", "/tickets", {"text": "Help", "desk": "IT", "files": ids(uploaded(cast.mei))}).json()["number"]
    ticket = Ticket.objects.get(number=opened)
    assert names(ticket.messages.get()) == NAMES
    for path, more in (("messages", {"text": "More"}), ("attach", {})):
        turned = ids(uploaded(cast.mei)[::-1])
        assert mei("POST", f"/tickets/{opened}/{path}", {"files": turned, **more}).status_code < 300
        assert names(ticket.messages.last()) == NAMES[::-1]


def test_by_the_forms_of_the_asking_side(cast: Cast) -> None:
    browser = signed_in(cast.mei)
    browser.post(
        "/ask/laptop/", {"subject": "It is dead", "text": "Help", "urgency": 1, "files": ids(uploaded(cast.mei))}
    )
    ticket = Ticket.objects.get()
    assert names(ticket.messages.get()) == NAMES
    turned = ids(uploaded(cast.mei)[::-1])
    browser.post(f"/requests/{ticket.number}/reply/", {"text": "More", "files": turned})
    assert names(ticket.messages.last()) == NAMES[::-1]


def test_in_the_letter_that_takes_them_along(cast: Cast) -> None:
    ticket = cast.asked()
    actions.reply(ticket, by=cast.bo, text="Look", attachments=uploaded(cast.bo))
    run_jobs()
    delivery = Delivery.objects.filter(person=cast.mei).latest("pk")
    assert [file.name for file in enclosures(delivery).attached] == NAMES


def test_of_what_was_split_off(cast: Cast) -> None:
    ticket = cast.asked()
    said = actions.reply(ticket, by=cast.mei, text="And this", attachments=uploaded(cast.mei))
    new = actions.split(fresh(ticket), by=cast.bo, message=said, subject="This")
    assert names(new.messages.get()) == names(said) == NAMES


@pytest.mark.parametrize("said", [OLGA, FORM])
def test_of_what_is_asked_for_its_writer(cast: Cast, said: list[str]) -> None:
    ticket = passed_on(cast, said, with_file=False)
    message = ticket.messages.get(text="x")
    said_more = actions.reply(ticket, by=cast.bo, text="y", attachments=uploaded(cast.bo))
    said_more.attachments.update(message=message)
    asked = ask_for(ticket, by=cast.bo)
    assert asked
    assert names(asked.messages.exclude(attachments=None).get(attachments__name=NAMES[0])) == NAMES


def test_of_a_reply_that_is_taken_back_and_sent_again(cast: Cast) -> None:
    ticket, browser = cast.asked(), signed_in(cast.bo)
    page = f"/desk/tickets/{ticket.number}/"
    browser.post(f"{page}send/", {"mode": "reply", "text": "Look", "files": ids(uploaded(cast.bo)[::-1])})
    said = ticket.messages.get(kind="reply")
    assert names(said) == NAMES[::-1]
    browser.post(f"{page}messages/{said.pk}/undo/")
    shown = browser.get(page).content.decode()
    offered = {str(file.pk): file.name for file in Attachment.objects.unsent_of(cast.bo)}
    given_back = sorted(offered, key=shown.index)
    assert [offered[each] for each in given_back] == NAMES[::-1]
    browser.post(f"{page}send/", {"mode": "reply", "text": "Look again", "files": given_back})
    assert names(ticket.messages.get(text="Look again")) == NAMES[::-1]


def test_of_a_reply_that_is_refused(cast: Cast) -> None:
    ticket, kept = cast.asked(), uploaded(cast.bo)
    given = {"mode": "reply", "text": "{visit.date}", "files": ids(kept)}
    shown = signed_in(cast.bo).post(f"/desk/tickets/{ticket.number}/send/", given).content.decode()
    assert sorted(ids(kept), key=shown.index) == ids(kept)


def test_those_from_before_the_order_was_kept_stand_as_they_came(cast: Cast) -> None:
    said = actions.reply(cast.asked(), by=cast.bo, text="Look", attachments=uploaded(cast.bo))
    for hour, name in enumerate(NAMES):
        said.attachments.filter(name=name).update(place=0, created_at=MONDAY.replace(hour=hour))
    assert names(said) == NAMES


def test_of_ids_that_are_somebody_elses_or_nobodys_nothing_is_taken(cast: Cast) -> None:
    mine, theirs = uploaded(cast.bo), uploaded(cast.mei)
    asked = [mine[3].pk, theirs[0].pk, str(mine[1].pk), UUID(int=7), mine[3].pk]
    assert [file.name for file in Attachment.objects.unsent_of(cast.bo).named(asked)] == [NAMES[3], NAMES[1]]
