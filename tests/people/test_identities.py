"""Identities: several for one person, each of one person, and in step with the address, whichever release writes it."""

from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client

from firstline.audit.models import AuditEntry
from firstline.catalog import config_cache
from firstline.catalog.models import Inbox
from firstline.notices import ways
from firstline.people import identities, password_links, search
from firstline.people.models import AccountLink, Identity, Person
from firstline.tickets.models import Ticket
from tests.background import run_jobs
from tests.cast import Cast
from tests.letters import arrives, letter
from tests.signing import signed_in

pytestmark = pytest.mark.django_db

PRIVATE = "Mei@Home.example"


def of(person: Person) -> list[tuple[str, str, bool]]:
    return list(person.identities.order_by("pk").values_list("kind", "subject", "preferred"))


def fresh(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


def by_hand(sql: str, *given: Any) -> None:
    """As a release does that knows nothing of identities."""
    with connection.cursor() as cursor:
        cursor.execute(sql, given)


def test_everybody_with_an_address_is_known_by_it(cast: Cast) -> None:
    assert of(cast.mei) == [("email", "mei@corp.example", True)]
    nobody = Person.objects.create_person(name="Nobody")
    assert of(nobody) == []


def test_the_release_before_keeps_them_in_step_without_knowing_of_them(cast: Cast) -> None:
    by_hand("UPDATE people_person SET email = 'lin@corp.example' WHERE id = %s", cast.mei.pk)
    assert of(cast.mei) == [("email", "lin@corp.example", True)]
    assert Person.objects.by_email("mei@corp.example") is None
    by_hand("UPDATE people_person SET email = NULL WHERE id = %s", cast.mei.pk)
    assert of(cast.mei) == []
    by_hand("UPDATE people_person SET email = 'mei@corp.example' WHERE id = %s", cast.mei.pk)
    assert of(cast.mei) == [("email", "mei@corp.example", True)]


def test_a_second_address_is_nobody_elses_first(cast: Cast) -> None:
    identities.add(cast.mei, "email", PRIVATE)
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.create_person(name="Eve", email="mei@home.example")
    with pytest.raises(IntegrityError), transaction.atomic():
        by_hand("UPDATE people_person SET email = 'mei@home.example' WHERE id = %s", cast.omar.pk)
    assert Person.objects.of_address(PRIVATE, name="Eve") == cast.mei
    with pytest.raises(identities.Taken):
        identities.add(cast.omar, "email", PRIVATE)
    with pytest.raises(identities.Taken):
        identities.add(cast.omar, "email", "MEI@corp.example")


def test_an_address_that_takes_the_place_of_another_ends_that_one_and_a_second_one_stays(cast: Cast) -> None:
    identities.add(cast.mei, "email", PRIVATE)
    cast.mei.email = "lin@corp.example"
    cast.mei.save()
    assert of(cast.mei) == [("email", "mei@home.example", False), ("email", "lin@corp.example", True)]


def test_the_one_that_is_preferred_is_the_address_to_which_emails_go(cast: Cast) -> None:
    private = identities.add(cast.mei, "email", PRIVATE)
    identities.prefer(private)
    assert fresh(cast.mei).email == "mei@home.example"
    assert of(cast.mei) == [("email", "mei@corp.example", False), ("email", "mei@home.example", True)]
    chat = identities.add(fresh(cast.mei), "chat", "U01MEI")
    identities.prefer(chat)
    assert fresh(cast.mei).email == "mei@home.example"
    assert [row for row in of(cast.mei) if row[2]] == [("chat", "U01MEI", True)]


def test_one_that_is_taken_away_ends_all_that_they_hold_but_not_the_address_of_their_emails(cast: Cast) -> None:
    private = identities.add(cast.mei, "email", PRIVATE)
    page, before = signed_in(cast.mei), fresh(cast.mei).session_round
    main = cast.mei.identities.get(subject="mei@corp.example")
    assert not identities.remove(main)
    assert fresh(cast.mei).session_round == before
    assert identities.remove(private)
    assert not identities.remove(private)
    assert fresh(cast.mei).session_round == before + 1
    assert page.get("/").status_code == 302
    assert Person.objects.by_email(PRIVATE) is None


def test_where_the_preferred_one_goes_another_takes_its_place(cast: Cast) -> None:
    chat = identities.add(cast.mei, "chat", "U01MEI")
    identities.prefer(chat)
    identities.remove(chat)
    assert of(cast.mei) == [("email", "mei@corp.example", True)]


def test_the_first_address_of_somebody_without_one_is_that_of_their_emails(cast: Cast) -> None:
    nora = Person.objects.create_person(name="Nora")
    identities.add(nora, "chat", "U02NORA", how="channel")
    row = identities.add(nora, "email", "Nora@Corp.example", how="administrator")
    assert fresh(nora).email == "nora@corp.example"
    assert of(nora) == [("chat", "U02NORA", True), ("email", "nora@corp.example", False)]
    assert (row.verified_how, row.verified_at is not None) == ("administrator", True)
    assert identities.add(nora, "email", "nora@corp.example", how="link").verified_how == "administrator"


def test_nobody_has_more_than_there_is_room_for(cast: Cast) -> None:
    for number in range(identities.MOST - 1):
        identities.add(cast.mei, "email", f"mei{number}@home.example")
    with pytest.raises(identities.TooMany):
        identities.add(cast.mei, "email", "one@more.example")
    identities.add(cast.mei, "email", "mei0@home.example")


def test_the_same_name_elsewhere_is_somebody_else(cast: Cast) -> None:
    identities.add(cast.mei, "chat", "mei@corp.example")
    identities.add(cast.omar, "slack", "mei@corp.example")
    assert Person.objects.by_email("mei@corp.example") == cast.mei
    assert Person.objects.by_identity("slack", "mei@corp.example") == cast.omar
    assert Person.objects.by_identity("chat", "MEI@corp.example") is None


def test_one_signs_in_by_any_of_their_addresses_and_the_password_is_asked(cast: Cast) -> None:
    cast.mei.set_password("a long enough one")
    cast.mei.account = "administrator"
    cast.mei.save()
    identities.add(cast.mei, "email", PRIVATE)
    for address in ("mei@corp.example", "MEI@home.example"):
        assert authenticate(None, email=address, password="a long enough one") == cast.mei
        assert authenticate(None, email=address, password="another one") is None
    assert authenticate(None, email="nobody@home.example", password="a long enough one") is None


def test_a_link_for_a_new_password_goes_to_the_main_address_whichever_was_typed(cast: Cast) -> None:
    Person.objects.filter(pk=cast.mei.pk).update(account="administrator")
    identities.add(cast.mei, "email", PRIVATE)
    link = password_links.for_reset(PRIVATE)
    assert link is not None
    assert link.address == "mei@corp.example"
    secret = password_links.write(link)
    found = password_links.found(password_links.digest(secret))
    assert found is not None
    assert password_links.use(found, password="another long one") == cast.mei
    proofs = dict(cast.mei.identities.values_list("subject", "verified_how"))
    assert proofs == {"mei@corp.example": "link", "mei@home.example": ""}
    assert AccountLink.objects.filter(used_at=None).count() == 0


def test_an_email_from_any_of_their_addresses_is_theirs_and_the_answer_goes_to_the_main_one(cast: Cast) -> None:
    identities.add(cast.mei, "email", PRIVATE)
    arrives(letter(sender="Mei <mei@home.example>"))
    ticket = Ticket.objects.get()
    assert ticket.requester == cast.mei
    run_jobs()
    assert [each.address for each in ticket.deliveries.all()] == ["mei@corp.example"]


def test_people_are_found_by_any_of_their_addresses(cast: Cast) -> None:
    identities.add(cast.mei, "email", PRIVATE)
    identities.add(cast.omar, "chat", "someone@home.example")
    assert list(search.found("home.exam")) == [cast.mei]
    assert search.meant("MEI@home.example") == cast.mei
    with pytest.raises(ValidationError):
        search.meant("someone@home.example")


def settings_of(cast: Cast, what: str = "", **given: Any) -> Any:
    page = signed_in(cast.ada)
    where = f"/settings/people/{cast.mei.pk}/"
    return page.post(f"{where}identities/{what}", given, follow=True) if what else page.get(where)


def test_an_administrator_adds_prefers_and_removes_them_and_the_audit_log_says_so(cast: Cast) -> None:
    said = settings_of(cast, "add/", kind="email", subject=PRIVATE).content.decode()
    assert "mei@home.example" in said
    assert "Entered by an administrator" in said
    row = Identity.objects.get(subject="mei@home.example")
    settings_of(cast, f"{row.pk}/prefer/")
    assert fresh(cast.mei).email == "mei@home.example"
    settings_of(cast, f"{row.pk}/remove/")
    assert Identity.objects.filter(pk=row.pk).exists()
    settings_of(cast, f"{cast.mei.identities.get(subject='mei@corp.example').pk}/remove/")
    assert of(cast.mei) == [("email", "mei@home.example", True)]
    entries = AuditEntry.objects.filter(name="identity_changed", about=cast.mei, by=cast.ada)
    assert [each.data["what"] for each in entries.order_by("pk")] == [
        "identity_added",
        "identity_preferred",
        "identity_removed",
    ]


@pytest.mark.parametrize(
    ("kind", "subject", "why"),
    [
        ("email", "it@desk.example", "own address"),
        ("email", "omar@corp.example", "is known by this already"),
        ("email", "no address", "valid email"),
        ("email", "", "Choose where"),
        ("nothing", "mei", "Choose where"),
        ("email", f"{'x' * 250}@y.example", "Choose where"),
    ],
)
def test_what_cannot_be_theirs_is_refused_with_a_sentence(cast: Cast, kind: str, subject: str, why: str) -> None:
    assert why in settings_of(cast, "add/", kind=kind, subject=subject).content.decode()
    assert of(cast.mei) == [("email", "mei@corp.example", True)]


def test_nobody_else_changes_them_nor_those_of_others_by_the_page_of_one(cast: Cast) -> None:
    row = cast.omar.identities.get()
    assert settings_of(cast, f"{row.pk}/remove/").status_code == 404
    assert settings_of(cast, f"{row.pk}/prefer/").status_code == 404
    for person in (cast.mei, cast.bo, cast.dana):
        page: Client = signed_in(person)
        given = {"kind": "email", "subject": PRIVATE}
        assert page.post(f"/settings/people/{cast.mei.pk}/identities/add/", given).status_code == 404
    assert of(cast.mei) == [("email", "mei@corp.example", True)]


def test_the_migration_moves_in_every_address_and_can_be_run_again(cast: Cast) -> None:
    from importlib import import_module

    migration = import_module("firstline.people.migrations.0011_addresses_are_identities")
    before = set(Identity.objects.values_list("person", "kind", "subject", "preferred"))
    Identity.objects.exclude(person=cast.bo).delete()
    migration.BATCH = 2
    for _each in range(2):
        with connection.schema_editor() as editor:
            migration.move_in(None, editor)
        assert set(Identity.objects.values_list("person", "kind", "subject", "preferred")) == before


def test_nobody_is_told_at_an_address_that_became_a_desks(cast: Cast) -> None:
    row = identities.add(cast.mei, "email", "help@corp.example", how="administrator")
    Inbox.objects.create(desk=cast.it, address="help@corp.example")
    config_cache.forget()
    ada = signed_in(cast.ada)
    page = ada.post(f"/settings/people/{cast.mei.pk}/identities/{row.pk}/prefer/", follow=True).content.decode()
    assert "help@corp.example is a desk&#39;s own address." in page
    assert Person.objects.get(pk=cast.mei.pk).email == "mei@corp.example"
    with pytest.raises(identities.Ours):
        identities.prefer(row)


def test_a_main_address_is_not_emptied_while_there_is_another_and_who_lost_it_is_told_at_that(cast: Cast) -> None:
    vera = Person.objects.create_person(name="Vera Sand", email="vera@customer.example")
    identities.add(vera, "email", "vera@home.example", how="administrator")
    given = {"name": "Vera Sand", "email": "", "language": "en", "zone": "UTC", "is_active": "on"}
    page = signed_in(cast.ada).post(f"/settings/people/{vera.pk}/", given)
    assert page.status_code == 422
    assert "Prefer another address of theirs first" in page.content.decode()
    vera.email = None  # as by a program
    vera.save()
    way = ways.way_to(Person.objects.get(pk=vera.pk))
    assert way is not None
    assert way.address == "vera@home.example"
