"""Letters about accounts: written once, to whom they were meant, and kept note of."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from procrastinate import RetryStrategy

from firstline.channels.account_letters import FOR_DAYS, SOON, domain_letter, invitation_letter, reset_letter
from firstline.channels.base import GiveUp, Outgoing, TryLater
from firstline.channels.email import sender
from firstline.kit import clock
from firstline.people import links
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
    link = links.for_invitation(person, by=cast.ada)
    assert link is not None
    for _time in range(2):
        invitation_letter(link.pk)
    assert to(server) == ["nora@corp.example"]


@pytest.mark.parametrize("why", ["address", "used", "ended"])
def test_an_invitation_that_was_taken_back_is_not_written(cast: Cast, server: MailServer, why: str) -> None:
    person = Person.objects.create_person(name="Nora New", email="nora@corp.example")
    link = links.for_invitation(person, by=cast.ada)
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
