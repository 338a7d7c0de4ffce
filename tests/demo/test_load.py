"""A small load, lived through the verbs; every test looks at the same one."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import DjangoDbBlocker

from firstline.catalog import config_cache
from firstline.catalog.find import find, open_request_types
from firstline.catalog.models import Inbox, Membership, RequestType, Service
from firstline.demo.cast import DEMO_SIGN_INS
from firstline.demo.load import load
from firstline.demo.people import PASSWORD
from firstline.kit import clock
from firstline.notices.models import Delivery
from firstline.people.models import Person
from firstline.tickets import channels
from firstline.tickets.models import Attachment, Clock, Event, Message, Ticket
from firstline.tickets.replay import differences

DAYS = 8

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """One load for the module, taken back when it ends."""
    with django_db_blocker.unblock(), transaction.atomic():
        load(lambda _said: None, days=DAYS)
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _read_afresh() -> None:
    config_cache.forget()


def test_every_ticket_can_be_rebuilt_from_its_events() -> None:
    found = {ticket.number: differences(ticket) for ticket in Ticket.objects.all()}
    assert len(found) > 100
    assert not {number: what for number, what in found.items() if what}


def test_both_languages_all_channels_desks_and_phases_occur() -> None:
    of = {name: set(Ticket.objects.values_list(name, flat=True)) for name in ("channel", "phase", "desk__key", "kind")}
    assert of["channel"] == set(channels.known()) - {"api"}
    assert of["phase"] == set(Ticket.Phase.values)
    assert of["desk__key"] == {"IT", "HR", "FAC", "LAW", "FIN"}
    assert of["kind"] >= {"inquiry", "incident", "service_request", "question"}
    chinese = Ticket.objects.filter(requester__language="zh-hans").count()
    assert 0.3 < chinese / Ticket.objects.count() < 0.6


def test_nothing_lies_in_the_future() -> None:
    now = clock.now()
    assert not Event.objects.filter(at__gt=now).exists()
    assert not Message.objects.filter(created_at__gt=now).exists()
    assert not Ticket.objects.filter(created_at__gt=now).exists()
    since = Ticket.objects.filter(answers__since__isnull=False).values_list("answers__since", flat=True)
    assert since
    assert max(since) < now.date().isoformat()


def test_events_stand_in_the_order_of_their_moments() -> None:
    moments = list(Event.objects.order_by("id").values_list("at", flat=True))
    assert moments == sorted(moments)


def test_nobody_was_told() -> None:
    assert not Delivery.objects.exists()
    assert not ProcrastinateJob.objects.exists()


def test_every_deadline_that_passed_was_acted_on() -> None:
    running = Clock.objects.filter(state="running")
    assert not running.filter(due_at__lt=clock.now() - _slack(), breached_at__isnull=True).exists()
    assert Clock.objects.filter(breached_at__isnull=False).exists()


def test_open_work_lies_in_every_state_and_on_every_line() -> None:
    work = Ticket.objects.open()
    assert 40 <= work.count() <= 75
    assert set(work.filter(desk__key="IT").values_list("line__key", flat=True)) == {"L1", "L1.5", "L2", "L3"}
    assert work.filter(phase="pending", created_at__gt=clock.now() - _slack(15)).count() >= 5
    assert work.filter(snoozed_until__gt=clock.now()).exists()
    assert work.filter(unanswered_since__isnull=False, phase="in_progress").exists()
    assert work.filter(status="waiting_requester").count() >= 3


def test_words_are_found_in_both_languages() -> None:
    admin = Person.objects.filter(admin=True).first()
    assert Ticket.objects.matching("蓝屏", by=admin).exists() or Ticket.objects.matching("报销", by=admin).exists()
    assert not Ticket.objects.filter(search__isnull=True).exists()


@pytest.mark.parametrize("words", ["打印机", "printer", "鼠标"])
def test_everyday_words_lead_to_a_form(words: str) -> None:
    found = find(words, open_request_types())
    assert found[0].request_type.key == "it-computer"


def test_people_attach_screenshots_that_are_pictures() -> None:
    assert any(file.is_picture and file.size > 1000 for file in Attachment.objects.all())


def test_a_second_load_does_nothing() -> None:
    before = Event.objects.count()
    load(lambda _said: None, days=DAYS)
    assert Event.objects.count() == before


def test_whoever_signs_in_with_one_click_has_the_seat_of_the_role() -> None:
    persons = {role: Person.objects.get(email=email) for role, email in DEMO_SIGN_INS.items()}
    seats = {role: list(Membership.objects.filter(person=person)) for role, person in persons.items()}
    assert not seats["requester"]
    assert [seat.team.line.key for seat in seats["l1"] if seat.team] == ["L1"]
    assert [seat.team.line.key for seat in seats["l2"] if seat.team] == ["L2"]
    assert {seat.role for seat in seats["manager"]} == {"manager"}
    assert persons["admin"].admin
    assert persons["requester"].check_password(PASSWORD)


def test_the_company_is_of_sixty_people_in_three_cities_of_two_countries() -> None:
    people = Person.objects.filter(kind="human")
    assert 55 <= people.count() <= 70
    assert set(people.values_list("city", "country")) == {("上海", "CN"), ("深圳", "CN"), ("Berlin", "DE")}
    assert people.filter(manager__isnull=True).count() == 1


def test_all_rows_of_the_category_table_are_services() -> None:
    rows = Service.objects.filter(category__key__in=("desktop", "meetings", "business"))
    assert rows.count() == 11
    assert all(row.item_zh and row.class_zh and row.channels and row.mode and row.level for row in rows)
    assert Inbox.objects.count() == 5
    assert RequestType.objects.filter(anything=True).count() == 5


def _slack(minutes: float = 1) -> timedelta:
    return timedelta(minutes=minutes)
