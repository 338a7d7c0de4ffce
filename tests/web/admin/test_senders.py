"""Settings → Sending: which addresses letters may come from, who names them, and what proves them."""

import re
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from django.urls import reverse

from firstline.audit.models import AuditEntry
from firstline.catalog import config_cache, senders
from firstline.catalog.models import Desk, Inbox, Sender, SettingChange
from firstline.channels.email import proving, seals
from firstline.channels.email.signed import any_address, desk_address, own_address
from firstline.channels.email.writing import shown_name
from firstline.notices.models import Delivery, SigningKey
from firstline.tickets.errors import NotAllowed
from firstline.web.admin import saving
from firstline.web.admin.forms.desk import InboxForm
from firstline.web.admin.saving import keep
from tests.background import run_jobs
from tests.cast import Cast
from tests.channels.mailserver import MailServer
from tests.web.admin.hands import as_

pytestmark = pytest.mark.django_db

PAGE = "/settings/mail/sending/"
NEW = "/settings/desks/IT/inboxes/new/"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Any:
    from firstline.channels.email.connections import connections
    from tests.channels.mailserver import running
    from tests.letters import config

    with running() as server:
        config(monkeypatch, mail_url=server.url)
        yield server
        connections.close()


def act(cast: Cast, row: Sender, do: str, **more: str) -> str:
    path = reverse("settings-sender-address", args=[row.pk])
    return as_(cast.ada).post(path, {"do": do, **more}, follow=True).content.decode()


def added(cast: Cast, name: str) -> Sender:
    as_(cast.ada).post(reverse("settings-sender-address-new"), {"name": name})
    return Sender.objects.get(name=name.lower())


def only(cast: Cast, address: str) -> None:
    """The desk's letters can come from this inbox alone."""
    Inbox.objects.filter(desk=cast.it).exclude(address=address).update(active=False)
    config_cache.forget()


def test_a_manager_gives_their_desk_no_address_that_nobody_allowed(cast: Cast) -> None:
    dana = as_(cast.dana)
    answer = dana.post(NEW, {"address": "ceo@corp.example", "active": "on"})
    assert answer.status_code == 422
    assert "Only an administrator can add this address" in answer.content.decode()
    inbox = Inbox.objects.get(desk=cast.it)
    page = reverse("settings-edit", args=["IT", "inboxes", inbox.pk])
    assert dana.post(page, {"address": "ceo@corp.example", "active": "on"}).status_code == 422
    assert dana.post(page, {"address": "it@desk.example"}).status_code == 302  # switched off
    assert not Sender.objects.filter(name="ceo@corp.example").exists()


def test_an_address_is_named_and_proved_with_its_line_in_the_history_or_not_at_all(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = added(cast, "help@corp.example")
    code = senders.new_code(row)

    def fails(*given: object, **named: object) -> None:
        raise RuntimeError("the history cannot be written")

    monkeypatch.setattr(saving, "audit", fails)
    monkeypatch.setattr(proving, "by_dns", lambda row: "dns")
    ada = as_(cast.ada)
    ada.raise_request_exception = False
    path = reverse("settings-sender-address", args=[row.pk])
    tries = [
        (reverse("settings-sender-address-new"), {"name": "other@corp.example"}),
        (path, {"do": "check"}),
        (path, {"do": "code", "code": code}),
        (reverse("settings-signing-new"), {"domain": "corp.example"}),
    ]
    assert [ada.post(*each).status_code for each in tries] == [500] * 4
    assert list(Sender.objects.filter(name__endswith="@corp.example").values_list("name", "how")) == [(row.name, "")]
    assert not SigningKey.objects.exists()
    monkeypatch.undo()
    assert "is proved" in act(cast, row, "code", code=code)


def test_a_proved_domain_lets_a_manager_choose_no_address_of_it_that_is_not_named(cast: Cast) -> None:
    senders.prove(added(cast, "corp.example"), how="dns")
    assert as_(cast.dana).post(NEW, {"address": "ceo@corp.example", "active": "on"}).status_code == 422
    added(cast, "help@corp.example")
    assert as_(cast.dana).post(NEW, {"address": "help@corp.example", "active": "on"}).status_code == 302


def test_the_rule_stands_where_rows_are_saved(cast: Cast) -> None:
    form = InboxForm({"address": "ceo@corp.example", "active": "on"}, instance=Inbox(desk=cast.it), by=cast.ada)
    assert form.is_valid()
    with pytest.raises(NotAllowed):
        keep(form, by=cast.dana, desk=cast.it)


def test_an_administrators_new_address_is_sent_from_once_it_is_proved(cast: Cast) -> None:
    assert as_(cast.ada).post(NEW, {"address": "help@corp.example", "active": "on"}).status_code == 302
    only(cast, "help@corp.example")
    ticket = cast.asked()
    assert desk_address(ticket.desk_id) == own_address()
    senders.prove(Sender.objects.get(name="help@corp.example"), how="dns")
    assert desk_address(ticket.desk_id) == "help@corp.example"


def test_a_row_that_came_another_way_is_never_sent_from(cast: Cast, server: MailServer) -> None:
    Inbox.objects.create(desk=cast.it, address="ceo@corp.example")
    only(cast, "ceo@corp.example")
    cast.ask()
    run_jobs()
    assert Delivery.objects.get().state == "sent"
    letter = server.letters[0]
    for name in ("From", "Reply-To"):
        assert not letter[name].addresses[0].addr_spec.startswith("ceo")
    assert "ceo@" not in (server.envelopes[0].mail_from or "")


def test_letters_about_accounts_come_from_an_allowed_address_too(cast: Cast) -> None:
    Inbox.objects.update(active=False)
    Inbox.objects.create(desk=cast.it, address="ceo@corp.example")
    config_cache.forget()
    assert any_address() == own_address()


def test_letters_about_accounts_come_from_the_first_inbox_of_the_first_desk(cast: Cast) -> None:
    Inbox.objects.create(desk=cast.hr, address="later@desk.example")
    senders.name("later@desk.example", how="dns")
    for position, first in ((0, "it@desk.example"), (99, "hr@desk.example")):
        Desk.objects.filter(pk=cast.it.pk).update(order=position)
        config_cache.forget()
        assert any_address() == first


@pytest.mark.parametrize(
    ("record", "proves"),
    [("firstline-sender={token}", True), ("firstline-sender=other", False), ("v=spf1 -all", False), ("", False)],
)
def test_the_dns_proves_a_domain_and_with_it_the_addresses_that_are_named(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, record: str, proves: bool
) -> None:
    domain, help_desk = added(cast, "corp.example"), added(cast, "help@corp.example")
    monkeypatch.setattr(seals, "ask", lambda name, timeout=2: record.format(token=domain.token).encode() or None)
    act(cast, domain, "check")
    assert (help_desk.name in Sender.allowed()) is proves
    assert "corp.example" not in Sender.allowed()
    assert AuditEntry.objects.filter(data__kind="catalog.sender", data__what="changed").exists() is proves


def test_a_dns_that_does_not_answer_proves_nothing(cast: Cast) -> None:
    def silent(name: Any, timeout: float = 2) -> bytes:
        raise seals.Silent

    assert proving.by_dns(added(cast, "corp.example"), txt=silent) == ""


def test_a_code_in_a_letter_to_the_address_proves_it(cast: Cast, server: MailServer) -> None:
    row = added(cast, "Help@corp.example")
    act(cast, row, "send")
    raw = server.envelopes[0].original_content or server.envelopes[0].content
    assert server.envelopes[0].rcpt_tos == ["help@corp.example"]
    body = message_from_bytes(bytes(raw), policy=default).get_body(("plain",)).get_content()  # type: ignore[union-attr]
    code = re.search(r"\b[A-Z2-9]{10}\b", body)
    assert code is not None
    assert code[0] not in as_(cast.ada).get(PAGE).content.decode()
    assert "not the code" in act(cast, row, "code", code="WRONG")
    act(cast, row, "code", code=f" {code[0].lower()} ")
    assert row.name in Sender.allowed()
    row.refresh_from_db()
    assert (row.how, row.code) == ("code", "")


def test_a_code_is_void_after_five_tries_and_after_a_day(cast: Cast) -> None:
    row = added(cast, "help@corp.example")
    code = senders.new_code(row)
    for _try in range(senders.MOST_TRIES):
        act(cast, row, "code", code="AAAAAAAAAA")
    act(cast, row, "code", code=code)
    assert row.name not in Sender.allowed()
    code = senders.new_code(row)
    Sender.objects.filter(pk=row.pk).update(code_sent_at=row.code_sent_at - timedelta(hours=25))  # type: ignore[operator]
    act(cast, row, "code", code=code)
    assert row.name not in Sender.allowed()


def test_what_is_taken_off_the_list_is_sent_from_no_more(cast: Cast) -> None:
    ticket = cast.asked()
    assert desk_address(ticket.desk_id) == "it@desk.example"
    row = Sender.objects.get(name="it@desk.example")
    act(cast, row, "remove")
    assert desk_address(ticket.desk_id) == "it@desk.example"  # asked first
    path = reverse("settings-sender-address-remove", args=[row.pk])
    asked = as_(cast.ada).get(path).content.decode()
    assert f"IT service desk: from {own_address()} instead of it@desk.example" in asked
    assert "Human resources: from" not in asked
    assert Sender.objects.filter(pk=row.pk).exists()
    as_(cast.ada).post(path)
    assert desk_address(ticket.desk_id) == own_address()
    assert SettingChange.objects.filter(kind="catalog.sender", what="removed").exists()


def test_of_a_domain_those_desks_are_said_whose_addresses_it_alone_proves(cast: Cast) -> None:
    domain = added(cast, "desk.example")
    senders.prove(domain, how="dns")
    Sender.objects.filter(name="hr@desk.example").update(proved_at=None, how="")
    config_cache.forget()
    page = as_(cast.ada).get(reverse("settings-sender-address-remove", args=[domain.pk])).content.decode()
    assert f"Human resources: from {own_address()} instead of hr@desk.example" in page
    assert "IT service desk: from" not in page


@pytest.mark.parametrize("name", ["", "corp", "two words", "a@b@c", "-corp.example", "x" * 300 + ".example", "@"])
def test_what_is_neither_address_nor_domain_is_refused(cast: Cast, name: str) -> None:
    before = Sender.objects.count()
    as_(cast.ada).post(reverse("settings-sender-address-new"), {"name": name})
    assert Sender.objects.count() == before


def test_nobody_but_administrators_reaches_the_list(cast: Cast) -> None:
    row = Sender.objects.get(name="it@desk.example")
    for person in (cast.dana, cast.bo, cast.mei):
        client = as_(person)
        assert client.post(reverse("settings-sender-address-new"), {"name": "x.example"}).status_code == 404
        assert client.post(reverse("settings-sender-address-remove", args=[row.pk])).status_code == 404
    assert Sender.objects.filter(pk=row.pk).exists()


NAMES = {
    "ceo@corp.example": "ceo at corp.example",
    'Boss" <ceo@corp.example> "': "Boss ceo at corp.example",
    "ceo\uff20corp.example": "ceo at corp.example",
    "Bo\r\nBcc: x": "Bo Bcc: x",
    "Bo\u202eelpmaxe": "Bo elpmaxe",
    "Bo Wen · IT 服务台": "Bo Wen · IT 服务台",
}


@pytest.mark.parametrize(("name", "shown"), NAMES.items())
def test_a_name_before_an_address_never_looks_like_another_address(name: str, shown: str) -> None:
    assert shown_name(name) == shown
