"""An address that a person had once is erased with them, whichever way it ceased to be theirs."""

from collections.abc import Callable

import pytest

from firstline.api.models import Token
from firstline.channels.models import InboundMessage
from firstline.people import identities
from firstline.people.models import Person
from firstline.retention.addresses import ever_of
from firstline.retention.erasing import erase_person, preview
from firstline.tickets import actions
from firstline.tickets.models import Ticket
from firstline.tickets.verifying import verify
from tests.background import run_jobs
from tests.cast import Cast
from tests.letters import arrives, letter
from tests.retention.test_erasing import in_tables
from tests.web.admin.hands import as_

pytestmark = pytest.mark.django_db

FIRST, SECOND, LAST = "wendehals@corp.example", "jynx@home.example", "heher@corp.example"
BIRDS = ("wendehals", "jynx", "heher")


@pytest.fixture
def bird() -> Person:
    return Person.objects.create_person(name="W", email=FIRST, account="administrator")


def change(bird: Person, cast: Cast) -> None:
    bird.refresh_from_db()
    bird.email = LAST
    bird.save()


def change_on_the_page(bird: Person, cast: Cast) -> None:
    given = {"name": "W", "email": LAST, "phone": "", "language": "en", "zone": "UTC", "is_active": "on"}
    assert as_(cast.ada).post(f"/settings/people/{bird.pk}/", given).status_code == 302


def remove_second(bird: Person, cast: Cast) -> None:
    identities.remove(bird.identities.get(subject=SECOND))


def remove_first(bird: Person, cast: Cast) -> None:
    identities.prefer(bird.identities.get(subject=SECOND))
    identities.remove(bird.identities.get(subject=FIRST))


def all_of_it(bird: Person, cast: Cast) -> None:
    remove_first(bird, cast)
    change(bird, cast)


WAYS: dict[str, Callable[[Person, Cast], object]] = {
    way.__name__: way for way in (change, change_on_the_page, remove_second, remove_first, all_of_it)
}


def end_all(cast: Cast) -> None:
    for ticket in Ticket.objects.unfinished():
        actions.cancel(ticket, by=cast.bo)
    run_jobs()


@pytest.mark.parametrize("wrote_from", [FIRST, SECOND])
@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_left_of_it_in_what_is_others(cast: Cast, bird: Person, way: str, wrote_from: str) -> None:
    identities.add(bird, "email", SECOND)
    own = arrives(letter(f"W <{wrote_from}>", letter_id="<own@x>", text="help"))
    assert own.ticket
    assert own.ticket.requester == bird
    both = f"Wendehals <{FIRST}>, Jynx <{SECOND}>"
    others = arrives(letter("Omar <omar@corp.example>", letter_id="<cc@x>", subject="Omar's", Cc=both))
    Token.issue(cast.omar, scopes=["read"])
    Token.objects.get().answers.create(key="1", request="", body={"participants": [FIRST]})
    WAYS[way](bird, cast)
    bird.refresh_from_db()
    end_all(cast)
    # One at which nothing was ever said to them or by them is known only where it was set on a page.
    known = {*ever_of(bird), LAST}
    assert {wrote_from, FIRST} <= known
    erase_person(bird, by=cast.ada)
    run_jobs()
    assert in_tables(word for word in BIRDS if any(word in address for address in known)) == {}
    assert InboundMessage.objects.get(pk=others.pk).ticket == others.ticket
    assert verify().broken == ()


def test_one_that_an_administrator_added_and_removed_is_known_by_the_audit_log(cast: Cast, bird: Person) -> None:
    browser = as_(cast.ada)
    browser.post(f"/settings/people/{bird.pk}/identities/add/", {"kind": "email", "subject": SECOND})
    browser.post(f"/settings/people/{bird.pk}/identities/{bird.identities.get(subject=SECOND).pk}/remove/")
    arrives(letter("Omar <omar@corp.example>", letter_id="<cc@x>", Cc=f"Jynx <{SECOND}>"))
    end_all(cast)
    assert ever_of(bird) == [FIRST, SECOND]
    erase_person(bird, by=cast.ada)
    assert in_tables(BIRDS) == {}


def test_one_that_is_somebody_elses_by_now_stays_theirs(cast: Cast, bird: Person) -> None:
    identities.add(bird, "email", SECOND)
    own = arrives(letter(f"W <{SECOND}>", letter_id="<own@x>", text="help"))
    remove_second(bird, cast)
    identities.add(cast.omar, "email", SECOND)
    others = arrives(letter("Mei <mei@corp.example>", letter_id="<cc@x>", Cc=f"Omar <{SECOND}>"))
    end_all(cast)
    assert SECOND not in ever_of(bird)
    before = bytes(InboundMessage.objects.get(pk=others.pk).raw)
    erase_person(bird, by=cast.ada)
    assert bytes(InboundMessage.objects.get(pk=own.pk).raw) == b""
    assert bytes(InboundMessage.objects.get(pk=others.pk).raw) == before


def test_neither_a_desk_nor_a_form_that_wrote_for_them_is_taken_for_theirs(cast: Cast, bird: Person) -> None:
    form = letter("Web <contact@shop.example>", letter_id="<form@x>")
    form["Reply-To"] = f"W <{FIRST}>"
    received = arrives(form)
    InboundMessage.objects.filter(pk=received.pk).update(person=bird)
    InboundMessage.objects.filter(pk=arrives(letter("it@desk.example", letter_id="<d@x>")).pk).update(person=bird)
    assert ever_of(bird) == [FIRST]


def test_the_preview_counts_what_goes_by_them(cast: Cast, bird: Person) -> None:
    away = letter(f"W <{FIRST}>", letter_id="<away@x>", text="I am away.")
    away["Auto-Submitted"] = "auto-replied"
    arrives(letter(f"W <{FIRST}>", letter_id="<own@x>", text="help"))
    InboundMessage.objects.filter(pk=arrives(away).pk).update(person=None)
    change(bird, cast)
    assert preview(bird)["letters"] == 2
