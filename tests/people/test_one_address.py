"""One mailbox is one person, whichever way its address comes and however it is spelled."""

import importlib
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client

from firstline.api.models import Token
from firstline.audit.models import AuditEntry
from firstline.catalog import config_cache, senders
from firstline.catalog.models import Inbox, Sender
from firstline.channels.base import GiveUp
from firstline.channels.email.writing import as_mime
from firstline.people import domains, rate_limit
from firstline.people.models import AccountDomain, Person
from firstline.tickets import naming
from firstline.tickets.errors import WrongState
from tests.cast import Cast
from tests.channels.email.test_leaving import outgoing

pytestmark = pytest.mark.django_db
SPELLED = ("anna@bücher.example", "Anna@BÜCHER.example", "anna@XN--BCHER-KVA.example", '"anna"@bücher.example')


def test_whoever_is_looked_for_by_any_spelling_is_the_one_person() -> None:
    anna = Person.objects.create_person(name="Anna", email=SPELLED[0])
    assert anna.email == "anna@xn--bcher-kva.example"
    for spelled in SPELLED:
        assert (
            Person.objects.by_email(spelled) == Person.objects.get(email=spelled) == naming.person_at(spelled) == anna
        )
        with pytest.raises(IntegrityError), transaction.atomic():
            Person.objects.create(name="Other", email=spelled)
        with pytest.raises(IntegrityError), transaction.atomic():
            Person.objects.bulk_create([Person(name="Other", email=spelled)])


OWN = ("it@desk.example", "IT+x@desk.example", "firstline@desk.example", "firstline+IT-1.a@DESK.example")


@pytest.mark.parametrize("own", OWN)
def test_no_address_of_our_own_becomes_somebodys(cast: Cast, own: str) -> None:
    assert naming.person_at(own).email is None
    Inbox.objects.create(desk=cast.it, address="help+it@big.example")
    config_cache.forget()
    assert naming.person_at("help+it@big.example").email is None
    assert naming.person_at("help+other@big.example").email == "help+other@big.example"


def test_the_tries_at_one_account_are_counted_together() -> None:
    for place in range(rate_limit.LIMITS["reset"].most):
        assert rate_limit.take("reset", SPELLED[place % len(SPELLED)])
    assert not rate_limit.take("reset", "anna@xn--bcher-kva.example")


def test_a_domain_of_the_settings_is_that_of_an_address() -> None:
    AccountDomain.objects.create(domain="Bücher.example")
    assert all(domains.may_ask(spelled) for spelled in SPELLED)
    senders.name("IT@bücher.example", how="before")
    assert senders.may_send_as("it@xn--bcher-kva.example")
    assert senders.may_send_as("it@BÜCHER.example")


# What somebody writes as a domain, and the domain
DOMAINS = [
    *((text, "far.example") for text in ("far.example", " FAR.example\n", "mei@far.example", "a@b@far.example")),
    *((".far.example.", "far.example"), ("bücher.example", "xn--bcher-kva.example"), ("example", "example")),
    (f"{'x' * 63}.example", f"{'x' * 63}.example"),
    *((text, "") for text in ("", "@", ".", "far..example", f"{'x' * 64}.example", "a@")),
]


def test_a_domain_is_read_out_of_what_somebody_writes() -> None:
    assert [row for row in DOMAINS if domains.domain_of(row[0]) != row[1]] == []


def test_an_inbox_has_its_address_in_one_form(cast: Cast) -> None:
    Inbox.objects.create(desk=cast.it, address="Hilfe@bücher.example")
    assert Inbox.objects.filter(address="hilfe@xn--bcher-kva.example").exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Inbox.objects.create(desk=cast.it, address="hilfe@BÜCHER.example")


def test_a_program_names_people_by_any_spelling(cast: Cast) -> None:
    anna = Person.objects.create_person(name="Anna", email=SPELLED[0])
    cast.ask(by=anna)
    program = Client(headers={"Authorization": f"Bearer {Token.issue(cast.bo, scopes=['read'])}"})
    found = program.get("/api/v1/tickets", {"requester": SPELLED[1]}).json()["items"]
    assert [each["requester_name"] for each in found] == ["Anna"]


def stored(name: str, email: str, **more: Any) -> Person:
    """As an earlier version stored it."""
    person = Person.objects.create_person(name=name, **more)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_person SET email = %s WHERE id = %s", [email, person.pk])
    return person


def emails() -> dict[str, str | None]:
    return dict(Person.objects.exclude(kind="system").values_list("name", "email"))


def test_what_was_stored_gets_its_form_and_of_two_that_are_one_both_stay_and_it_is_said() -> None:
    stored("Alone", "alone@bücher.example")
    stored("Known", "twice@xn--bcher-kva.example")
    stored("Account", '"twice"@bücher.example', account="administrator")
    stored("First", "both@xn--bcher-kva.example", account="administrator")
    second = stored("Second", "both@bücher.example", account="administrator")
    stored("Plain", "plain@corp.example")
    Sender.objects.bulk_create([Sender(name="x", token="t")])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_sender SET name = 'it@bücher.example'")
    fill = importlib.import_module("firstline.retention.migrations.0003_one_form_of_an_address").one_form
    for _again in range(2):
        with connection.schema_editor() as editor:
            fill(apps, editor)
        assert emails() == {
            "Alone": "alone@xn--bcher-kva.example", "Known": None, "Account": "twice@xn--bcher-kva.example",
            "First": "both@xn--bcher-kva.example", "Second": None, "Plain": "plain@corp.example",
        }  # fmt: skip
    said = AuditEntry.objects.filter(name="address_shared")
    assert {(each.about.name, each.words["address"]) for each in said if each.about} == {
        ("Known", "twice@xn--bcher-kva.example"), ("Second", "both@bücher.example"),
    }  # fmt: skip
    assert Person.objects.get(pk=second.pk).account == "administrator"
    assert Sender.objects.get().name == "it@xn--bcher-kva.example"


def name_of(person: Person) -> str:
    return Person.objects.get(pk=person.pk).name


def test_a_name_has_one_form_whichever_way_it_comes(cast: Cast) -> None:
    made = Person.objects.create_person(name="Dana\u202e  leinaD", email="d@far.example")
    assert (made.name, name_of(made)) == ("Dana leinaD", "Dana leinaD")
    made.name = "Jose\u0301\n"
    made.save(update_fields=["name"])
    Person.objects.filter(pk=cast.omar.pk).update(name="O\u2066mar")
    assert [name_of(made), name_of(cast.omar)] == ["José", "O mar"]
    assert Person.objects.get(name="Jose\u0301") == made


QUOTED = ['"a\\b"@far.example', '"a."@far.example', '"a b"@far.example', '".a"@far.example', '"a@b"@far.example']


@pytest.mark.parametrize("typed", QUOTED)
def test_an_address_that_would_have_to_be_quoted_is_nobodys_by_any_way(cast: Cast, typed: str) -> None:
    AccountDomain.objects.create(domain="far.example")
    count = Person.objects.count()
    for make in (
        lambda: Person.objects.create_person(name="x", email=typed),
        lambda: Person.objects.of_address(typed, name="x"),
        lambda: domains.open_account(domains.word(typed), name="x", password="correct horse", language="en"),
        lambda: cast.mei.account_links.create(purpose="reset", address=typed),
    ):
        with pytest.raises(ValidationError), transaction.atomic():
            make()
    with pytest.raises(WrongState):
        naming.person_at(typed)
    assert Client().post("/sign-in/account/", {"email": typed}).status_code == 422
    with pytest.raises(GiveUp):
        as_mime(outgoing(to=typed))
    assert Person.objects.count() == count


@pytest.mark.parametrize("typed", ["a.b@far.example", '"a.b"@far.example', "a+b@far.example", "o'hara@far.example"])
def test_one_that_is_written_plainly_is_kept_as_it_is_sent_to(cast: Cast, typed: str) -> None:
    made = Person.objects.create_person(name="x", email=typed)
    assert made.email == typed.replace('"', "")
