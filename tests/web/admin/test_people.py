"""People and their seats: who may seat whom, passwords that are set, and the last administrator."""

import pytest
from django.urls import reverse

from firstline.catalog.models import Membership, SettingChange
from firstline.people import identities
from firstline.people.models import Person
from tests.cast import Cast
from tests.web.admin.hands import as_

PERSON = {"name": "Ada Okoye", "email": "ada@corp.example", "language": "en", "zone": "Europe/Berlin"}


def test_people_are_listed_page_by_page(cast: Cast) -> None:
    for n in range(60):
        Person.objects.create_person(name=f"Zed {n:02}", email=f"z{n}@corp.example")
    ada, page = as_(cast.ada), reverse("settings-people")
    first = ada.get(page, {"q": "zed"}).content.decode()
    assert "Zed 49" in first
    assert "Zed 50" not in first
    last = Person.objects.get(name="Zed 49")
    assert "Zed 50" in ada.get(page, {"q": "zed", "after": f"{last.pk}-{last.name}"}).content.decode()


def test_a_manager_seats_agents_and_no_managers(cast: Cast) -> None:
    dana, page = as_(cast.dana), reverse("settings-new", args=["IT", "seats"])
    assert dana.post(page, {"person": "omar@corp.example", "role": "agent", "team": cast.first.pk}).status_code == 302
    assert dana.post(page, {"person": "Omar Haddad", "role": "manager"}).status_code == 422
    own = Membership.objects.get(person=cast.dana)
    assert dana.post(reverse("settings-remove", args=["IT", "seats", own.pk])).status_code == 422
    assert as_(cast.ada).post(page, {"person": "Omar Haddad", "role": "manager"}).status_code == 302


def test_a_seat_is_offered_from_the_page_of_the_person(cast: Cast) -> None:
    page = as_(cast.ada).get(reverse("settings-person", args=[cast.omar.pk])).content.decode()
    link = reverse("settings-new", args=["IT", "seats"]) + "?person=omar%40corp.example"
    assert link in page
    assert 'value="omar@corp.example"' in as_(cast.ada).get(link).content.decode()


def test_the_last_administrator_stays_one(cast: Cast) -> None:
    ada, page = as_(cast.ada), reverse("settings-person", args=[cast.ada.pk])
    for left_out in ({"is_active": "on"}, {"admin": "on"}):
        answer = ada.post(page, PERSON | left_out)
        assert answer.status_code == 422
        assert "last administrator" in answer.content.decode()
    cast.bo.admin = True
    cast.bo.save()
    assert ada.post(page, PERSON | {"is_active": "on"}).status_code == 302
    assert not Person.objects.get(pk=cast.ada.pk).admin


def test_nobody_is_given_an_address_of_the_desk(cast: Cast) -> None:
    ada, page = as_(cast.ada), reverse("settings-person", args=[cast.omar.pk])
    given = {**PERSON, "name": "Omar Haddad", "is_active": "on"}
    answer = ada.post(page, {**given, "email": "HR@desk.example"})
    assert answer.status_code == 422
    assert "hr@desk.example is a desk&#39;s own address." in answer.content.decode()
    assert ada.post(page, {**given, "email": "hr@corp.example"}).status_code == 302
    assert Person.objects.get(pk=cast.omar.pk).email == "hr@corp.example"


def test_a_password_is_set_and_never_told(cast: Cast) -> None:
    ada = as_(cast.ada)
    given = {
        **PERSON,
        "name": "Nora",
        "email": "Nora@corp.example",
        "is_active": "on",
        "new_password": "ocean-violin-42",
    }
    assert ada.post(reverse("settings-person-new"), given).status_code == 302
    nora = Person.objects.get(email="nora@corp.example")
    assert nora.check_password("ocean-violin-42")
    change = SettingChange.objects.get()
    assert change.changes["password"] == [None, True]
    assert "ocean" not in str(change.changes)
    assert nora.password not in str(change.changes)


def test_the_administrator_who_changes_his_password_stays_signed_in(cast: Cast) -> None:
    ada = as_(cast.ada)
    given = {**PERSON, "admin": "on", "is_active": "on", "new_password": "ocean-violin-42"}
    ada.post(reverse("settings-person", args=[cast.ada.pk]), given)
    assert ada.get(reverse("settings")).status_code == 200


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_an_address_that_somebody_else_has_is_refused_with_a_link_to_them(cast: Cast, language: str) -> None:
    other = Person.objects.create_person(name="Mei <Home>", email="mei@home.example")
    identities.add(other, "email", "mei@third.example")
    ada = as_(cast.ada)
    ada.cookies["firstline_language"] = language
    link = f'<a href="/settings/people/{other.pk}/">Mei &lt;Home&gt;</a>'
    for address in ("mei@home.example", "Mei@Third.example"):
        given = {"kind": "email", "subject": address}
        answer = ada.post(f"/settings/people/{cast.mei.pk}/identities/add/", given, follow=True)
        assert answer.content.decode().count(link) == 1
        form = {"name": "Lin Mei", "email": address, "language": "en", "zone": "UTC", "is_active": "on"}
        assert ada.post(f"/settings/people/{cast.mei.pk}/", form).content.decode().count(link) >= 1
    assert cast.mei.identities.count() == 1
    # What the sentence says can be done.
    identities.remove(other.identities.get(subject="mei@third.example"))
    ada.post(f"/settings/people/{cast.mei.pk}/identities/add/", {"kind": "email", "subject": "mei@third.example"})
    assert cast.mei.identities.filter(subject="mei@third.example").exists()
