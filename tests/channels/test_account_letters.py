"""Letters about accounts: written once, to whom they were meant, and kept note of."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from procrastinate import RetryStrategy

from firstline.channels.base import GiveUp, TryLater
from firstline.channels.email import account_letters, sender
from firstline.channels.email.account_letters import FOR_DAYS, SOON, domain_letter, invitation_letter, reset_letter
from firstline.channels.email.outgoing import Outgoing
from firstline.kit import clock
from firstline.people import password_links
from firstline.people.models import AccountDomain, AccountLink, Person
from tests.cast import Cast
from tests.channels.mailserver import MailServer
from tests.letters import config

pytestmark = pytest.mark.django_db


def to(server: MailServer) -> list[str]:
    return [letter["To"].addresses[0].addr_spec for letter in server.letters]


def refusing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def send(letter: Outgoing, **_more: object) -> bool:
        raise error

    monkeypatch.setattr(sender, "send", send)


def test_a_new_password_is_offered_to_the_stored_address_and_to_nobody_unknown(cast: Cast, server: MailServer) -> None:
    reset_letter("MEI@corp.example")
    reset_letter("nobody@corp.example")
    assert to(server) == ["mei@corp.example"]
    link = AccountLink.objects.get()
    assert (link.person, link.error, link.sent_at is not None) == (cast.mei, "", True)


def test_the_letter_comes_from_the_desk_and_says_that_a_machine_wrote_it(
    cast: Cast, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    config(monkeypatch, company="Example Ltd", mail_domain="mx.desk.example", mail_url=server.url)
    reset_letter("mei@corp.example")
    (letter,) = server.letters
    assert letter["From"].addresses[0].addr_spec == "it@desk.example"
    assert letter["From"].addresses[0].display_name == "Example Ltd"
    assert letter["To"].addresses[0].display_name == "Lin Mei"
    assert letter["Reply-To"].addresses[0].addr_spec == "it@desk.example"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"].startswith("<account.")
    assert letter["Message-ID"].endswith("@mx.desk.example>")


def test_an_invitation_is_written_once(cast: Cast, server: MailServer) -> None:
    person = Person.objects.create_person(name="Nora New", email="nora@corp.example")
    link = password_links.for_invitation(person, by=cast.ada)
    assert link is not None
    for _time in range(2):
        invitation_letter(link.pk)
    assert to(server) == ["nora@corp.example"]


@pytest.mark.parametrize("why", ["address", "used", "ended"])
def test_an_invitation_that_was_taken_back_is_not_written(cast: Cast, server: MailServer, why: str) -> None:
    person = Person.objects.create_person(name="Nora New", email="nora@corp.example")
    link = password_links.for_invitation(person, by=cast.ada)
    assert link is not None
    if why == "address":
        Person.objects.filter(pk=person.pk).update(email="nora@new.example")
    elif why == "used":
        AccountLink.objects.update(used_at=clock.now())
    else:
        Person.objects.filter(pk=person.pk).update(session_round=person.session_round + 1)
    invitation_letter(link.pk)
    assert to(server) == []


def test_what_could_not_be_sent_says_why_and_is_tried_again_where_that_can_help(
    cast: Cast, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing(monkeypatch, TryLater("away", "no route"))
    with pytest.raises(TryLater):
        reset_letter("mei@corp.example")
    assert AccountLink.objects.values_list("error", "sent_at").get() == ("away: no route", None)
    refusing(monkeypatch, GiveUp("no_address", "550"))
    reset_letter("mei@corp.example")
    assert AccountLink.objects.values_list("error", "sent_at").latest("pk") == ("no_address: 550", None)


def test_an_account_is_offered_by_domain_and_a_new_password_to_whoever_has_one(
    cast: Cast, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    AccountDomain.objects.create(domain="corp.example")
    domain_letter("nora@corp.example", "en")
    domain_letter("nora@else.example", "en")
    assert to(server) == ["nora@corp.example"]
    assert not AccountLink.objects.exists()
    domain_letter("mei@corp.example", "en")
    assert to(server)[1:] == ["mei@corp.example"]
    assert AccountLink.objects.get().person == cast.mei
    refusing(monkeypatch, GiveUp("no_address"))
    domain_letter("nora@corp.example", "en")
    refusing(monkeypatch, TryLater("away"))
    with pytest.raises(TryLater):
        domain_letter("nora@corp.example", "en")


def test_they_are_tried_again_for_minutes_or_for_five_days() -> None:
    def waits(strategy: RetryStrategy, failure: Exception) -> list[int]:
        found = []
        for attempts in range(100):
            before = datetime.now(UTC)
            decided = strategy.get_retry_decision(exception=failure, job=SimpleNamespace(attempts=attempts))  # type: ignore[arg-type]
            if decided is None or decided.retry_at is None:
                break
            found.append(round((decided.retry_at - before).total_seconds()))
        return found

    soon, days = waits(SOON, TryLater("away")), waits(FOR_DAYS, TryLater("away"))
    assert soon == [4, 16, 64, 256, 1024]
    assert days[:4] == [0, 240, 480, 720]
    assert timedelta(days=4.5) < timedelta(seconds=sum(days)) < timedelta(days=5.5)
    assert waits(SOON, OSError())
    assert waits(SOON, ValueError()) == []


def caught(monkeypatch: pytest.MonkeyPatch) -> list[Outgoing]:
    """What would have left."""
    sent: list[Outgoing] = []
    monkeypatch.setattr(sender, "send", lambda letter, **_more: sent.append(letter))
    return sent


def test_every_field_of_a_letter_about_an_account(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    config(monkeypatch, company="Example Ltd", mail_domain="mx.desk.example")
    sent = caught(monkeypatch)
    AccountDomain.objects.create(domain="corp.example")
    with clock.moved(datetime(2026, 11, 23, tzinfo=UTC)):
        reset_letter("mei@corp.example")
        domain_letter("nora@corp.example", "zh-hans")
    for letter, to, name in zip(sent, ("mei@corp.example", "nora@corp.example"), ("Lin Mei", ""), strict=True):
        assert (letter.to, letter.to_name, letter.sender_name) == (to, name, "Example Ltd")
        assert letter.sender == letter.reply_to == "it@desk.example"
        assert (letter.date, letter.automatic) == (datetime(2026, 11, 23, tzinfo=UTC), True)
        assert letter.subject
        assert letter.text != letter.html
        assert "zh-Hans" in letter.html
        assert "Example Ltd · Example Ltd" in letter.text
    assert len({letter.letter_id for letter in sent}) == 2


def test_a_link_is_kept_as_sent_once_it_was_and_its_earlier_error_forgotten(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = Person.objects.create_person(name="Nora New", email="nora@corp.example")
    link = password_links.for_invitation(person, by=cast.ada)
    assert link is not None
    other = password_links.for_reset("mei@corp.example")
    assert other is not None
    refusing(monkeypatch, TryLater("away", "no route"))
    with pytest.raises(TryLater):
        invitation_letter(link.pk)
    refusing(monkeypatch, GiveUp("no_address", "550"))
    invitation_letter(link.pk)
    assert AccountLink.objects.values_list("error", "sent_at").get(pk=link.pk) == ("no_address: 550", None)
    sent = caught(monkeypatch)
    with clock.moved(datetime(2026, 11, 23, tzinfo=UTC)):
        invitation_letter(link.pk)
    found = AccountLink.objects.values_list("error", "sent_at").get(pk=link.pk)
    assert found == ("", datetime(2026, 11, 23, tzinfo=UTC))
    assert AccountLink.objects.values_list("error", "sent_at").get(pk=other.pk) == ("", None)
    invitation_letter(link.pk)
    assert [letter.to for letter in sent] == ["nora@corp.example"]
    assert "Ada Okoye" in sent[0].text


def test_that_a_password_was_offered_is_noted_of_the_person(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    noted: list[tuple[str, Person]] = []
    monkeypatch.setattr(account_letters.security_log, "note", lambda what, *, person: noted.append((what, person)))
    caught(monkeypatch)
    reset_letter("mei@corp.example")
    reset_letter("nobody@corp.example")
    assert noted == [("reset_letter", cast.mei)]


def test_each_job_leaves_by_the_queue_of_what_talks_to_others() -> None:
    for task, strategy in ((reset_letter, SOON), (domain_letter, SOON), (invitation_letter, FOR_DAYS)):
        assert (task.queue, task.retry_strategy) == ("out", strategy)
        assert task.name == f"firstline.channels.{task.func.__name__}"


def test_how_often_each_is_tried() -> None:
    assert (SOON.max_attempts, SOON.exponential_wait, FOR_DAYS.max_attempts, FOR_DAYS.linear_wait) == (5, 4, 60, 240)
    for strategy in (SOON, FOR_DAYS):
        assert set(strategy.retry_exceptions) == {TryLater, OSError}
