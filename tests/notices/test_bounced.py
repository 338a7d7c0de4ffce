"""An address from which letters come back: only while it is the person's, and what takes the mark away."""

import pytest

from firstline.audit.models import AuditEntry
from firstline.notices import bounced
from firstline.notices.models import Delivery
from firstline.people.models import Person
from tests.cast import Cast
from tests.deliveries import failed_letter, marked

pytestmark = pytest.mark.django_db


@pytest.fixture
def delivery(cast: Cast) -> Delivery:
    return failed_letter(cast.asked())


def fresh(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


def test_the_address_of_the_letter_is_marked_with_the_reason(cast: Cast, delivery: Delivery) -> None:
    bounced.mark(delivery, why="off")
    mei = fresh(cast.mei)
    assert (mei.is_bounced, mei.bounced_address, mei.bounced_why) == (True, "mei@corp.example", "off")
    assert mei.bounced_at is not None
    assert not fresh(cast.omar).is_bounced


def test_an_address_that_is_no_longer_theirs_is_not_marked(cast: Cast, delivery: Delivery) -> None:
    Person.objects.filter(pk=cast.mei.pk).update(email="mei@new.example")
    bounced.mark(delivery, why="off")
    assert fresh(cast.mei).bounced_at is None
    assert fresh(cast.mei).bounced_address == ""


def test_a_mark_is_cleared_once_and_all_of_it(cast: Cast) -> None:
    assert not bounced.clear(cast.mei)
    assert bounced.clear(marked(cast.mei))
    mei = fresh(cast.mei)
    assert (mei.bounced_at, mei.bounced_address, mei.bounced_why) == (None, "", "")
    assert not bounced.clear(mei)


def test_trying_again_is_kept_in_the_audit_log(cast: Cast) -> None:
    assert not bounced.try_again(cast.mei, by=cast.ada)
    before = AuditEntry.objects.count()
    assert bounced.try_again(marked(cast.mei), by=cast.ada)
    assert not fresh(cast.mei).is_bounced
    entry = AuditEntry.objects.latest("pk")
    assert AuditEntry.objects.count() == before + 1
    assert (entry.name, entry.about, entry.words) == ("address_tried", cast.mei, {"address": cast.mei.email})


def test_only_letters_to_the_marked_address_of_today_are_held(cast: Cast, delivery: Delivery) -> None:
    assert not bounced.holds(delivery)
    delivery.person = marked(cast.mei)
    assert bounced.holds(delivery)
    delivery.address = "mei@new.example"
    assert not bounced.holds(delivery)


def test_only_what_says_something_of_the_address_marks_it() -> None:
    assert {"no_address", "off"} == bounced.OF_THE_ADDRESS
