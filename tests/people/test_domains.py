"""Accounts from listed email domains: asked for by anybody alike, proved by a link, opened once."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from firstline.audit.models import AuditEntry
from firstline.catalog import config_cache
from firstline.catalog.models import Inbox, SettingChange
from firstline.catalog.models.change import is_named_by_an_administrator
from firstline.channels.email import sender
from firstline.channels.email.signed import reply_address
from firstline.channels.email.writing import as_mime
from firstline.kit import clock
from firstline.notices.models import Delivery
from firstline.people import domains, identities
from firstline.people.models import AccountDomain, Person
from firstline.tickets import actions
from firstline.tickets.naming import is_mere_address, person_at
from tests.background import run_jobs, waiting_jobs
from tests.cast import Cast
from tests.letters import arrives, letter
from tests.security.entering import NEW, PASSWORD, enter, plain
from tests.signing import signed_in

LISTED, DOMAINS = "/sign-in/account/", "/settings/people/domains/"


@pytest.fixture
def listed(cast: Cast) -> AccountDomain:
    return AccountDomain.objects.create(domain="far.example")


def asked_for(letters: list[Any], address: str) -> str:
    letters.clear()
    assert Client().post(LISTED, {"email": address}).status_code == 200
    run_jobs()
    found = re.search(r"https?://[^/\s]+(/sign-in/account/link/\S+/)", letters[-1].text)
    assert found, letters[-1].text
    assert letters[-1].to == address.lower()
    return found[1]


@pytest.mark.parametrize("known", [True, False])
def test_an_address_of_a_listed_domain_is_proved_and_has_an_account(
    listed: AccountDomain, letters: list[Any], known: bool
) -> None:
    if known:
        arrives(letter("Vera Sand <vera@far.example>", letter_id="<v@far.example>"))
    path = asked_for(letters, "Vera@far.example")
    assert Person.objects.filter(email="vera@far.example").exists() == known
    browser = Client()
    assert browser.get(path).status_code == 302
    page = browser.get("/sign-in/account/new/").content.decode()
    assert path.split("/")[4] not in page
    assert browser.post("/sign-in/account/new/", {"name": "Vera S.", "password": NEW}).status_code == 302
    assert browser.get("/").status_code == 200
    vera = Person.objects.get(email="vera@far.example")
    assert (vera.account, vera.name) == ("domain", "Vera S.")
    assert AuditEntry.objects.filter(name="account_opened", about=vera).count() == 1
    again = Client()
    assert again.get(path, follow=True).status_code == 410
    assert again.post("/sign-in/account/new/", {"name": "Eve", "password": PASSWORD}).status_code == 410
    assert enter(Client(), NEW, email="vera@far.example").status_code == 302


def test_whoever_was_named_by_an_address_alone_takes_the_name_that_they_give_and_hears_of_requests(
    cast: Cast, listed: AccountDomain, letters: list[Any]
) -> None:
    vera = person_at("vera@far.example")
    actions.add_participant(cast.ask(), by=cast.mei, person=vera)
    path, browser = asked_for(letters, "vera@far.example"), Client()
    assert Delivery.objects.filter(person=vera, template="added").count() == 0
    browser.get(path)
    browser.post("/sign-in/account/new/", {"name": "Vera Sand", "password": NEW})
    vera.refresh_from_db()
    assert vera.name == "Vera Sand"
    actions.add_participant(cast.ask(), by=cast.mei, person=vera)
    run_jobs()
    assert Delivery.objects.filter(person=vera, template="added").count() == 1


def test_what_a_stranger_called_them_in_an_email_is_neither_offered_nor_kept(
    listed: AccountDomain, letters: list[Any]
) -> None:
    forged = letter("Ada Okoye (Administrator) <vera@far.example>", letter_id="<v@evil.example>")
    arrives(forged, envelope_sender="eve@evil.example")
    path, browser = asked_for(letters, "vera@far.example"), Client()
    assert "Ada Okoye" not in browser.get(path, follow=True).content.decode()
    browser.post("/sign-in/account/new/", {"name": "Vera Sand", "password": NEW})
    assert Person.objects.get(email="vera@far.example").name == "Vera Sand"


def test_the_name_that_an_administrator_gave_is_shown_and_stays(
    cast: Cast, listed: AccountDomain, letters: list[Any]
) -> None:
    arrives(letter("Vera <vera@far.example>", letter_id="<v@far.example>"))
    vera = Person.objects.get(email="vera@far.example")
    SettingChange.objects.create(
        kind="people.person", row=vera.pk, by=cast.ada, what="changed", changes={"phone": ["", "1"]}
    )
    assert not is_named_by_an_administrator(vera)
    SettingChange.objects.create(
        kind="people.person", row=vera.pk, by=cast.ada, what="changed", changes={"name": ["V", "Vera"]}
    )
    assert is_named_by_an_administrator(vera)
    assert not is_named_by_an_administrator(cast.mei)
    path, browser = asked_for(letters, "vera@far.example"), Client()
    page = browser.get(path, follow=True).content.decode()
    assert re.search(r'<input[^>]*name="name"[^>]*value="Vera"[^>]*disabled', page)
    browser.post("/sign-in/account/new/", {"name": "Boss", "password": NEW})
    vera.refresh_from_db()
    assert (vera.account, vera.name) == ("domain", "Vera")


def test_an_account_is_no_mere_address_whatever_its_name(cast: Cast) -> None:
    named = Person.objects.create_person(name="new@corp.example", email="new@corp.example", account="administrator")
    assert not is_mere_address(named)
    assert is_mere_address(person_at("other@corp.example"))


def test_who_writes_with_the_address_for_a_name_is_more_than_an_address(cast: Cast) -> None:
    arrives(letter('"vera@far.example" <vera@far.example>', letter_id="<v@far.example>"))
    assert Person.objects.get(email="vera@far.example").name == "vera"


def test_no_page_tells_which_addresses_may_or_have_one(listed: AccountDomain, letters: list[Any]) -> None:
    addresses = ("mei@corp.example", "vera@far.example", "nobody@else.example", "x@sub.far.example")
    pages = set()
    for n, address in enumerate(addresses):
        answer = Client(REMOTE_ADDR=f"10.0.0.{n}").post(LISTED, {"email": address})
        pages.add((answer.status_code, re.sub(r"[\w.]+@[\w.]+example", "", plain(answer))))
    assert len(pages) == 1
    assert [name for name, _args in waiting_jobs()] == ["firstline.channels.domain_letter"] * 4
    run_jobs()
    assert sorted(each.to for each in letters) == ["mei@corp.example", "vera@far.example"]
    assert "/sign-in/link/" in next(each.text for each in letters if each.to == "mei@corp.example")


def test_without_a_domain_nobody_can_ask_and_nothing_offers_it(cast: Cast) -> None:
    assert Client().get(LISTED).status_code == 404
    assert LISTED not in Client().get("/sign-in/").content.decode()
    AccountDomain.objects.create(domain="far.example")
    assert LISTED in Client().get("/sign-in/").content.decode()


def test_a_link_ends_after_a_day_and_with_its_domain_and_cannot_be_made_up(
    listed: AccountDomain, letters: list[Any]
) -> None:
    path = asked_for(letters, "vera@far.example")
    with clock.moved(clock.now() + timedelta(hours=1)):
        assert Client().get(path, follow=True).status_code == 200
    listed.delete()
    assert Client().get(path, follow=True).status_code == 410
    AccountDomain.objects.create(domain="far.example")
    for forged in ("made-up", domains.word("vera@far.example")[:-2], path.split("/")[4].upper()):
        assert Client().get(f"/sign-in/account/link/{forged}/", follow=True).status_code == 410
    assert domains.read(domains.word("eve@else.example")) == ""


def test_who_left_and_machines_open_none(listed: AccountDomain) -> None:
    Person.objects.create_person(name="Gone", email="gone@far.example", is_active=False)
    Person.objects.create_person(name="Robot", email="robot@far.example", kind="bot")
    assert [domains.may_ask(f"{who}@far.example") for who in ("gone", "robot", "new")] == [False, False, True]


def test_an_administrator_lists_domains_with_their_history(cast: Cast) -> None:
    ada = signed_in(cast.ada)
    assert ada.post(DOMAINS, {"domain": " @Corp.Example. "}).status_code == 302
    assert ada.post(DOMAINS, {"domain": "bücher.example"}).status_code == 302
    assert sorted(AccountDomain.objects.values_list("domain", flat=True)) == ["corp.example", "xn--bcher-kva.example"]
    for wrong in ("", "corp.example", "localhost", "a..b", "x" * 64 + ".example"):
        assert ada.post(DOMAINS, {"domain": wrong}).status_code == 422
    row = AccountDomain.objects.get(domain="corp.example")
    assert signed_in(cast.dana).post(f"{DOMAINS}{row.pk}/remove/").status_code == 404
    assert ada.post(f"{DOMAINS}{row.pk}/remove/").status_code == 302
    changes = SettingChange.objects.filter(kind="people.accountdomain", name_en="corp.example")
    assert sorted(changes.values_list("what", flat=True)) == ["added", "removed"]
    assert "corp.example" in ada.get("/settings/history/").content.decode()
    assert AuditEntry.objects.filter(name="setting", data__kind="people.accountdomain").count() == 3


@pytest.mark.parametrize("public", ["gmail.com", "QQ.com", "163.com", "outlook.com"])
def test_a_public_mail_domain_is_listed_only_by_whoever_was_warned(cast: Cast, public: str) -> None:
    ada = signed_in(cast.ada)
    answer = ada.post(DOMAINS, {"domain": public})
    assert answer.status_code == 422
    assert "Anybody in the world" in answer.content.decode()
    assert 'name="anyway"' in answer.content.decode()
    assert ada.post(DOMAINS, {"domain": public, "anyway": "on"}).status_code == 302
    assert "Public: anybody" in ada.get(DOMAINS).content.decode()


def test_one_network_asks_for_twenty_emails_an_hour_by_however_many_addresses(
    listed: AccountDomain, letters: list[Any]
) -> None:
    for number in range(24):
        address = f"2001:db8:1:2::{number:x}"
        given = {"email": f"person{number}@far.example"}
        assert Client(REMOTE_ADDR=address).post(LISTED, given).status_code == 200
    run_jobs()
    assert len(letters) == 20


def test_an_address_to_which_nothing_can_be_sent_is_no_failure_of_ours(
    listed: AccountDomain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "send", as_mime)  # what every way of sending begins with
    assert Client().post(LISTED, {"email": "ı@far.example"}).status_code == 200
    run_jobs()


@pytest.mark.parametrize("way", ["/sign-in/account/link", "/sign-in/link", "/follow"])
def test_nothing_that_a_stranger_makes_up_is_stored(listed: AccountDomain, way: str) -> None:
    for made_up in ("x" * 12_000, "made-up", domains.word("eve@else.example"), "x" * 700):
        browser = Client()
        assert browser.get(f"{way}/{made_up}/", follow=True).status_code == 410
        assert "sessionid" not in str(browser.cookies).lower()
    assert Session.objects.count() == 0


def test_made_up_links_use_up_the_tries_of_their_network(listed: AccountDomain, letters: list[Any]) -> None:
    path = asked_for(letters, "vera@far.example")
    for _time in range(25):
        assert Client().get(path).status_code == 302
    for _time in range(21):
        Client().get("/sign-in/account/link/made-up/")
    assert Client().get(path, follow=True).status_code == 410


@pytest.mark.parametrize("address", ["it@desk.example", "IT+x@desk.example", "firstline@desk.example", "reply"])
def test_a_desks_own_address_is_nobodys_account_for_the_desk_would_read_the_link(cast: Cast, address: str) -> None:
    AccountDomain.objects.create(domain="desk.example")
    own = reply_address(cast.asked(), "it@desk.example") if address == "reply" else address
    assert not domains.may_ask(own)
    given = domains.word(own)
    assert domains.open_account(given, name="Nobody", password=PASSWORD, language="en") is None
    assert Client().post(LISTED, {"email": own}).status_code == 200
    run_jobs()
    assert not Person.objects.filter(email=own.lower()).exists()


def test_an_address_that_became_a_desks_own_is_let_in_by_no_link(cast: Cast) -> None:
    AccountDomain.objects.create(domain="desk.example")
    given = domains.word("new@desk.example")
    assert domains.read(given)
    Inbox.objects.create(desk=cast.it, address="new@desk.example", kind="email")
    config_cache.forget()
    assert domains.open_account(given, name="Nobody", password=PASSWORD, language="en") is None


def test_a_second_address_at_a_listed_domain_opens_no_account_of_somebody_known(
    listed: AccountDomain, cast: Cast, letters: list[Any]
) -> None:
    """Whoever reads a mailbox of several, as a reception's, is not all who write from it."""
    vera = Person.objects.create_person(name="Vera Sand", email="vera@customer.example")
    identities.add(vera, "email", "reception@far.example", how="administrator")
    letters.clear()
    assert Client().post(LISTED, {"email": "reception@far.example"}).status_code == 200
    run_jobs()
    assert letters == []
    given = domains.word("reception@far.example")
    assert domains.open_account(given, name="Eve", password=NEW, language="en") is None
    assert Person.objects.get(pk=vera.pk).account == ""


def test_a_link_opens_nothing_once_its_address_is_a_second_one(
    listed: AccountDomain, cast: Cast, letters: list[Any]
) -> None:
    path = asked_for(letters, "new@far.example")
    vera = Person.objects.create_person(name="Vera Sand", email="vera@customer.example")
    identities.add(vera, "email", "new@far.example", how="administrator")
    browser = Client()
    browser.get(path)
    assert browser.post("/sign-in/account/new/", {"name": "Eve", "password": NEW}).status_code == 410
    assert Person.objects.get(pk=vera.pk).account == ""
    identities.prefer(vera.identities.get(subject="new@far.example"))
    browser.get(path)
    assert browser.post("/sign-in/account/new/", {"name": "Vera", "password": NEW}).status_code == 302
