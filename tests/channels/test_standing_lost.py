"""Who loses an address or leaves while their email is read and its signature asked for speaks by it no more."""

from collections.abc import Callable

import pytest

from firstline.channels import deduplication
from firstline.channels.base import Incoming
from firstline.people import identities
from firstline.people.models import Person
from firstline.tickets import actions
from tests.cast import Cast
from tests.letters import arrives, back_to, letter, spoken

pytestmark = pytest.mark.django_db


def leaves(cast: Cast) -> None:
    Person.objects.filter(pk=cast.mei.pk).update(is_active=False)


def loses_it(cast: Cast) -> None:
    identities.remove(cast.mei.identities.get(subject="mei@home.example"))


@pytest.mark.parametrize("meanwhile", [leaves, loses_it], ids=lambda each: each.__name__)
def test_their_words_are_nobodys_by_then(
    cast: Cast, meanwhile: Callable[[Cast], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    identities.add(cast.mei, "email", "mei@home.example", how="administrator")
    ticket = cast.asked()
    actions.accept(ticket, by=cast.bo)
    waits = deduplication.one_at_a_time

    def after_another(incoming: Incoming) -> None:
        waits(incoming)
        meanwhile(cast)

    monkeypatch.setattr(deduplication, "one_at_a_time", after_another)
    arrives(letter("Mei <mei@home.example>", to=back_to(ticket), text="canary", letter_id="<k@x>"))
    kind, text = spoken(ticket)[-1]
    assert kind == "note"
    assert "canary" in text
