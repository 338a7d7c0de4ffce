"""Settings → Mail: mailboxes, whose passwords nobody reads again, and the letters that could not be read."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from firstline.catalog.models import Inbox, Mailbox, SettingChange
from firstline.channels import intake
from firstline.channels.email import imap, reading
from firstline.channels.email.imap_errors import TROUBLES, Trouble
from firstline.channels.inbound import NOT_GIVEN, TOO_LARGE
from firstline.channels.models import Fetching, InboundMessage
from firstline.kit import clock
from firstline.tickets.models import Ticket
from tests.background import run_jobs
from tests.cast import Cast
from tests.letters import letter
from tests.web.admin.hands import as_

ZH = {"accept-language": "zh-hans"}


def typed(cast: Cast, **more: Any) -> dict[str, Any]:
    inbox = Inbox.objects.get(desk=cast.it)
    return {
        "inbox": inbox.pk, "host": "imap.corp.example", "port": 993, "security": "tls", "user": "it@corp.example",
        "sign_in": "password", "password": "a secret word", "folder": "INBOX", "after": "leave", "into": "",
        "old_mail": "leave", "old_days": 7, "active": "on", **more,
    }  # fmt: skip


NEW = "/settings/desks/IT/mailboxes/new/"


def put_aside(
    cast: Cast, count: int = 1, *, state: str = "unreadable", desk: str = "it", **more: Any
) -> InboundMessage:
    inbox = Inbox.objects.get(address=f"{desk}@desk.example")
    given = {"reason": reading.REASONS["size"], **more}
    raw = letter(subject="<b>Fern</b>").as_bytes()
    at = clock.now()
    begun = InboundMessage.objects.count()
    rows = [
        InboundMessage(
            key=f"{desk} {begun + n}", inbox=inbox, raw=raw, state=state, received_at=at - timedelta(minutes=n), **given
        )
        for n in range(count)
    ]
    return InboundMessage.objects.bulk_create(rows)[0]


def test_a_mailbox_is_connected_and_its_secrets_are_never_shown_again(cast: Cast) -> None:
    ada = as_(cast.ada)
    assert ada.post(NEW, typed(cast)).status_code == 302
    mailbox = Mailbox.objects.get()
    assert mailbox.password.reveal() == "a secret word"
    page = reverse("settings-mailbox", args=["IT", mailbox.pk])
    assert ada.post(page, typed(cast, password="", folder="Desk")).status_code == 302
    mailbox.refresh_from_db()
    assert (mailbox.password.reveal(), mailbox.folder) == ("a secret word", "Desk")
    ada.post(page, typed(cast, password="another one"))
    for address in (page, reverse("settings-history"), reverse("settings-mail")):
        text = ada.get(address).content.decode()
        assert "a secret word" not in text
        assert "another one" not in text
    assert "another one" not in str(list(SettingChange.objects.values_list("changes", flat=True)))
    assert SettingChange.objects.first().changes["password"] == [None, True]


def test_the_only_inbox_of_a_desk_is_chosen_already_and_of_two_none(cast: Cast) -> None:
    ada, only = as_(cast.ada), Inbox.objects.get(desk=cast.it)
    chosen = f'<option value="{only.pk}" selected'
    assert chosen in ada.get(NEW).content.decode()
    Inbox.objects.create(desk=cast.it, address="help@desk.example")
    assert chosen not in ada.get(NEW).content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"old_mail": ""},
        {"password": ""},
        {"sign_in": "oauth"},
        {"after": "move"},
        {"after": "move", "into": "INBOX"},
        {"after": "keyword", "into": "two words"},
        {"port": 70000},
        {"host": "<script>"},
    ],
)
def test_what_a_mailbox_needs_is_asked_for(cast: Cast, wrong: dict[str, Any]) -> None:
    assert as_(cast.ada).post(NEW, typed(cast, **wrong)).status_code == 422
    assert not Mailbox.objects.exists()


def test_another_folder_is_read_from_its_own_beginning(cast: Cast) -> None:
    ada = as_(cast.ada)
    ada.post(NEW, typed(cast))
    mailbox = Mailbox.objects.get()
    page = reverse("settings-mailbox", args=["IT", mailbox.pk])
    Fetching.objects.create(mailbox=mailbox, last_uid=7)
    ada.post(page, typed(cast, password="new"))
    assert Fetching.objects.get().last_uid == 7
    ada.post(page, typed(cast, folder="Help"))
    assert not Fetching.objects.exists()


def test_the_test_of_a_connection_says_plainly_what_is_wrong(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(mailbox: Mailbox) -> int:
        raise Trouble("sign-in", "AUTHENTICATIONFAILED")

    ada = as_(cast.ada)
    monkeypatch.setattr(imap, "check", refused)
    page = ada.post(NEW, typed(cast, do="test"), follow=True).content.decode()
    assert TROUBLES["sign-in"] in page
    assert "AUTHENTICATIONFAILED" not in page  # what a server says that anybody may have named
    monkeypatch.setattr(imap, "check", lambda mailbox: 3)
    again = reverse("settings-mailbox-test", args=["IT", Mailbox.objects.get().pk])
    assert "3 emails lie there" in ada.post(again, follow=True).content.decode()


def test_the_overview_says_how_each_mailbox_goes_in_the_readers_language(cast: Cast) -> None:
    as_(cast.ada).post(NEW, typed(cast))
    Fetching.objects.create(mailbox=Mailbox.objects.get(), trouble="certificate")
    for headers, words in (({}, TROUBLES["certificate"].replace("'", "&#39;")), (ZH, "服务器证书与该名称不符")):
        cast.ada.language = "zh-hans" if headers else "en"
        cast.ada.save()
        assert words in as_(cast.ada).get(reverse("settings-mail"), headers=headers).content.decode()


def test_what_could_not_be_read_is_listed_with_its_reason_and_can_be_saved(cast: Cast) -> None:
    put = put_aside(cast)
    cast.ada.language = "zh-hans"
    cast.ada.save()
    ada = as_(cast.ada)
    page = ada.get(reverse("settings-letters"), headers=ZH).content.decode()
    assert "邮件超过了允许的大小" in page
    assert "&lt;b&gt;Fern&lt;/b&gt;" in page
    answer = ada.get(reverse("settings-letter-raw", args=[put.pk]))
    assert answer.content == bytes(put.raw)
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_trying_again_makes_a_request_of_it(cast: Cast) -> None:
    put = put_aside(cast)
    as_(cast.ada).post(reverse("settings-letter-again", args=[put.pk]))
    run_jobs()
    assert Ticket.objects.get().subject == "<b>Fern</b>"
    put.refresh_from_db()
    assert put.state == "done"


@pytest.mark.parametrize("reason", [TOO_LARGE, NOT_GIVEN])
def test_of_a_letter_that_is_not_all_here_no_half_request_is_made(cast: Cast, reason: str) -> None:
    put, ada = put_aside(cast, reason=reason), as_(cast.ada)
    address = reverse("settings-letter-again", args=[put.pk])
    assert address not in ada.get(reverse("settings-letters")).content.decode()
    page = ada.post(address, follow=True).content.decode()
    assert "It cannot be read again" in page
    ada.post(reverse("settings-letters-again"))
    assert not intake.again(put)
    run_jobs()
    put.refresh_from_db()
    assert (put.state, put.reason) == ("unreadable", reason)
    assert not Ticket.objects.exists()


def test_why_a_letter_could_not_be_read_is_said_in_chinese(cast: Cast) -> None:
    cast.ada.language = "zh-hans"
    cast.ada.save()
    for reason in (*reading.REASONS.values(), intake.DIED):
        put_aside(cast, reason=reason)
    page = as_(cast.ada).get(reverse("settings-letters"), headers=ZH).content.decode()
    for reason in (*reading.REASONS.values(), intake.DIED):
        assert reason not in page, reason


def test_all_are_tried_again_but_a_manager_only_has_his_own(cast: Cast) -> None:
    own, other = put_aside(cast, 3), put_aside(cast, desk="hr")
    dana = as_(cast.dana)
    assert dana.get(reverse("settings-letter-raw", args=[other.pk])).status_code == 404
    assert dana.post(reverse("settings-letter-again", args=[other.pk])).status_code == 404
    dana.post(reverse("settings-letters-again"))
    assert InboundMessage.objects.filter(state="new").count() == 3
    other.refresh_from_db()
    assert other.state == "unreadable"
    assert own.inbox != other.inbox


def test_letters_left_aside_are_shown_with_why_and_handled_ones_to_nobody(cast: Cast) -> None:
    aside = put_aside(cast, state="ignored", reason="The letter is empty.")
    done = put_aside(cast, state="done")
    ada = as_(cast.ada)
    assert "The letter is empty." in ada.get(reverse("settings-letters"), {"show": "ignored"}).content.decode()
    assert "Fern" not in ada.get(reverse("settings-letters")).content.decode()
    assert ada.get(reverse("settings-letter-raw", args=[aside.pk])).status_code == 200
    assert ada.get(reverse("settings-letter-raw", args=[done.pk])).status_code == 404


def test_the_list_goes_on_by_keys_and_costs_the_same_however_long_it_is(cast: Cast) -> None:
    ada, address = as_(cast.ada), reverse("settings-letters")
    put_aside(cast, 3)
    ada.get(address)
    with CaptureQueriesContext(connection) as few:
        ada.get(address)
    put_aside(cast, 50)
    with CaptureQueriesContext(connection) as many:
        first = ada.get(address)
    assert len(many) == len(few) <= 6
    second = ada.get(_more(first, address))
    assert first.content.decode().count("/raw/") + second.content.decode().count("/raw/") == 53


def _more(answer: Any, address: str) -> str:
    found = answer.content.decode().partition('href="?show')[2].partition('"')[0].replace("&amp;", "&")
    assert found
    return f"{address}?show{found}"
