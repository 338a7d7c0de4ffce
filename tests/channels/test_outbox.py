"""Sending, to a real SMTP server: what arrives, what is tried again, what has failed, and in which order."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from firstline.channels import outbox
from firstline.channels.email import signed
from firstline.channels.models import DemoLetter
from firstline.kit import clock
from firstline.notices.models import Delivery
from firstline.people.models import Person
from firstline.tickets import actions, files
from firstline.tickets.models import Ticket
from tests.background import run_jobs
from tests.cast import Cast
from tests.channels.mailserver import MailServer, running
from tests.letters import arrives, config, letter, returns_to

pytestmark = pytest.mark.django_db


def states() -> list[tuple[str, str]]:
    return list(Delivery.objects.order_by("id").values_list("template", "state"))


def test_a_letter_arrives_with_both_bodies_and_says_that_a_machine_wrote_it(cast: Cast, server: MailServer) -> None:
    ticket = cast.ask()
    run_jobs()
    delivery = Delivery.objects.get()
    assert delivery.state == "sent"
    assert delivery.sent_at is not None
    (arrived,) = server.letters
    assert arrived["To"].addresses[0].addr_spec == "mei@corp.example"
    assert arrived["From"].addresses[0].addr_spec == "it@desk.example"
    assert arrived["From"].addresses[0].display_name == "IT 服务台"
    assert arrived["Message-ID"] == delivery.letter_id
    assert arrived["Auto-Submitted"] == "auto-generated"
    assert arrived["X-Auto-Response-Suppress"] == "All"
    assert arrived["X-Firstline-Loop"]
    assert signed.number_in(arrived["Reply-To"].addresses[0].addr_spec) == ticket.number
    assert server.envelopes[0].mail_from == returns_to(Delivery.objects.get())
    assert [part.get_content_type() for part in arrived.iter_parts()] == ["text/plain", "text/html"]  # type: ignore[attr-defined]
    assert "您好" in arrived.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_an_agents_answer_is_a_persons_letter_with_its_files_and_stands_in_the_thread(
    cast: Cast, server: MailServer
) -> None:
    long_id = f"<{'x' * 90}@corp.example>"
    received = arrives(letter(letter_id=long_id))
    assert received.ticket is not None
    kept = files.keep(b"step one", name="步骤.txt", by=cast.bo)
    actions.reply(received.ticket, by=cast.bo, text="Follow these steps.", attachments=[kept])
    run_jobs()
    confirmation, answer = server.letters
    assert answer["Auto-Submitted"] is None
    assert answer["X-Firstline-Loop"] is None
    assert answer["From"].addresses[0].display_name == "Bo Wen · IT 服务台"
    assert answer["In-Reply-To"] == confirmation["Message-ID"]
    assert answer["References"].split() == [long_id, confirmation["Message-ID"]]
    (attached,) = answer.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("步骤.txt", "step one")


def test_nobody_learns_the_ids_of_letters_that_were_not_his(cast: Cast, server: MailServer) -> None:
    received = arrives(letter())
    assert received.ticket is not None
    actions.add_participant(received.ticket, by=cast.mei, person=cast.omar)
    run_jobs()
    to_omar = server.letters[-1]
    assert to_omar["To"].addresses[0].addr_spec == "omar@corp.example"
    assert to_omar["References"] is None


def test_a_refusal_for_now_is_tried_again_with_the_same_id(cast: Cast, server: MailServer) -> None:
    server.answers = ["451 4.3.0 busy", "421 4.3.2 going down"]
    cast.ask()
    run_jobs()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.is_delayed, delivery.attempts) == ("queued", True, 1)
    assert "451" in delivery.error
    before = delivery.letter_id
    for minutes in (1, 7):
        with clock.moved(clock.now() + timedelta(minutes=minutes, seconds=1)):
            run_jobs()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.error) == ("sent", 3, "")
    assert [arrived["Message-ID"] for arrived in server.letters] == [before]


def test_nothing_is_tried_before_its_time(cast: Cast, server: MailServer) -> None:
    server.answers = ["451 busy"]
    cast.ask()
    run_jobs()
    outbox.send(Delivery.objects.get().pk)
    assert Delivery.objects.get().attempts == 1


def test_a_refusal_for_good_is_seen_on_the_ticket(cast: Cast, server: MailServer) -> None:
    server.answers = ["250 OK", "554 5.7.1 spam"]
    ticket = cast.ask()
    run_jobs()
    message = actions.reply(ticket, by=cast.bo, text="Which client?")
    run_jobs()
    (delivery,) = Delivery.objects.for_messages([message.pk])[message.pk]
    assert (delivery.state, delivery.has_failed) == ("failed", True)
    assert "554" in delivery.error
    told = ticket.events.get(name="undelivered")
    assert (told.internal, told.data["reason"], told.data["person"]) == (True, "refused", cast.mei.pk)


def test_an_address_that_does_not_exist_is_given_up_at_once(cast: Cast, server: MailServer) -> None:
    Person.objects.filter(pk=cast.mei.pk).update(email="gone@corp.example")
    cast.mei.refresh_from_db()
    cast.ask()
    run_jobs()
    assert states() == [("received", "failed")]
    assert "No such user" in Delivery.objects.get().error


def test_a_server_that_is_away_loses_nothing_for_five_days(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with running() as server:
        config(monkeypatch, mail_url=server.url)
    start = clock.now()
    ticket = cast.ask()
    run_jobs()
    assert states() == [("received", "queued")]
    for hours in range(1, 5 * 24 + 10, 5):
        with clock.moved(start + timedelta(hours=hours)):
            run_jobs()
    delivery = Delivery.objects.get()
    assert delivery.state == "given_up"
    assert delivery.attempts > 10
    assert ticket.events.filter(name="undelivered").count() == 1


def test_after_each_try_it_waits_longer_and_after_five_days_no_more(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    config(monkeypatch, mail_url="smtp://127.0.0.1:1")
    now = clock.now()
    waits = []
    with clock.moved(now):
        cast.ask()
        run_jobs()
    first = Delivery.objects.get()
    for _try in range(9):
        at = Delivery.objects.get().next_try_at
        waits.append((at - now).total_seconds() / 60)
        now = at
        with clock.moved(now):
            outbox.send(first.pk)
    assert waits == [1, 5, 15, 30, 60, 120, 240, 240, 240]
    for before, state in ((timedelta(seconds=1), "queued"), (timedelta(), "given_up")):
        Delivery.objects.update(state="queued", next_try_at=first.created_at)
        with clock.moved(first.created_at + timedelta(days=5) - before):
            outbox.send(first.pk)
            assert Delivery.objects.get().state == state


def test_without_a_mail_server_letters_wait_and_say_why(cast: Cast) -> None:
    cast.ask()
    run_jobs()
    assert Delivery.objects.get().reason == "no_server"


def test_a_blank_fails_visibly_and_is_not_sent(cast: Cast, server: MailServer) -> None:
    ticket = cast.ask()
    run_jobs()
    actions.reply(ticket, by=cast.bo, text="Which client?")
    Person.objects.filter(pk=cast.mei.pk).update(name=" ")
    run_jobs()
    failed = Delivery.objects.get(template="replied")
    assert failed.state == "failed"
    assert "person" in failed.error
    assert len(server.letters) == 1


def test_letters_of_one_person_about_one_ticket_leave_in_their_order(cast: Cast, server: MailServer) -> None:
    server.answers = ["451 busy"]
    ticket, other = cast.ask(), cast.ask(subject="Printer")
    actions.reply(ticket, by=cast.bo, text="First.")
    actions.reply(ticket, by=cast.bo, text="Second.")
    run_jobs()
    assert [arrived["Subject"] for arrived in server.letters] == [f"[{other.number}] Printer"]
    with clock.moved(clock.now() + timedelta(minutes=2)):
        run_jobs()
    bodies = [arrived.get_body(("plain",)).get_content() for arrived in server.letters[1:]]  # type: ignore[union-attr]
    assert ["First." in bodies[-2], "Second." in bodies[-1]] == [True, True]
    assert {state for _template, state in states()} == {"sent"}


def test_what_a_dead_worker_held_is_sent_by_another(cast: Cast, server: MailServer) -> None:
    ticket = cast.ask()
    actions.reply(ticket, by=cast.bo, text="Which client?")
    from firstline.notices.tell import tell

    for event in ticket.events.filter(name__in=["opened", "replied"]):
        tell(event)
    first, second = Delivery.objects.order_by("id")
    assert outbox.claim(first.pk) is not None
    assert outbox.claim(first.pk) is None
    assert outbox.claim(second.pk) is None
    assert outbox.sweep() == 0
    with clock.moved(clock.now() + outbox.LEASE + timedelta(seconds=1)):
        assert outbox.sweep() == 1
        run_jobs()
    assert [state for _template, state in states()] == ["sent", "sent"]


def test_a_worker_whose_lease_ran_out_does_not_overwrite_what_another_did(cast: Cast, server: MailServer) -> None:
    cast.ask()
    server.answers = ["451 busy"]
    run_jobs()
    with clock.moved(clock.now() + timedelta(minutes=2)):
        slow = outbox.claim(Delivery.objects.get().pk)
    assert slow is not None
    with clock.moved(clock.now() + timedelta(minutes=10)):
        outbox.sweep()
        run_jobs()
    assert states() == [("received", "sent")]
    assert outbox._settle(slow, state="failed", error="late") is False
    assert states() == [("received", "sent")]


def test_a_worker_whose_lease_ran_out_settles_nothing_while_another_sends(cast: Cast) -> None:
    cast.ask()
    now = clock.now()
    run_jobs()
    Delivery.objects.update(state="queued", lease_until=None, next_try_at=now)
    pk = Delivery.objects.get().pk
    with clock.moved(now):
        slow = outbox.claim(pk)
    with clock.moved(now + outbox.LEASE + timedelta(seconds=1)):
        outbox.sweep()
        other = outbox.claim(pk)
        assert slow is not None
        assert other is not None
        for late in ({"state": "sent"}, {"state": "failed"}, {"state": "queued", "next_try_at": now}):
            assert outbox._settle(slow, **late) is False
        assert Delivery.objects.get().state == "sending"
        assert outbox._settle(other, state="sent") is True


def test_a_sweep_does_not_pile_up_jobs(cast: Cast, server: MailServer) -> None:
    cast.ask()
    server.answers = ["451 busy"]
    run_jobs()
    with clock.moved(clock.now() + timedelta(minutes=2)):
        outbox.sweep()
        outbox.sweep()
        assert run_jobs().count("firstline.channels.send") == 2  # the retry's own job, and the sweep's


def test_a_withdrawn_answer_that_waits_is_dropped(cast: Cast, server: MailServer) -> None:
    from firstline.notices.tell import tell

    ticket = cast.ask()
    run_jobs()
    message = actions.reply(ticket, by=cast.bo, text="Oops", undo_seconds=15)
    tell(ticket.events.get(name="replied"))
    run_jobs()
    actions.withdraw(message, by=cast.bo)
    with clock.moved(clock.now() + timedelta(minutes=1)):
        outbox.sweep()
        run_jobs()
    assert states()[-1] == ("replied", "dropped")
    assert len(server.letters) == 1


def leaves_the_desk(cast: Cast, ticket: Ticket) -> None:
    cast.bo.memberships.all().delete()


def leaves_altogether(cast: Cast, ticket: Ticket) -> None:
    Person.objects.filter(pk__in=[cast.bo.pk, cast.mei.pk]).update(is_active=False)


def changes_the_team(cast: Cast, ticket: Ticket) -> None:
    cast.bo.memberships.update(team=cast.network)


def nothing(cast: Cast, ticket: Ticket) -> None:
    """Everything stays as it was."""


@pytest.mark.parametrize(
    ("happens", "of_what_was_asked", "of_the_answer"),
    [
        (nothing, "sent", "sent"),
        (changes_the_team, "sent", "sent"),
        (leaves_the_desk, "dropped", "sent"),
        (leaves_altogether, "dropped", "dropped"),
    ],
)
def test_a_letter_that_waited_leaves_only_to_who_may_still_read_it(
    cast: Cast,
    server: MailServer,
    happens: Callable[[Cast, Ticket], None],
    of_what_was_asked: str,
    of_the_answer: str,
) -> None:
    ticket = cast.ask()
    actions.accept(ticket, by=cast.bo)
    actions.reply(ticket, by=cast.mei, text="It is still slow.")
    actions.reply(ticket, by=cast.bo, text="I look at it.")
    run_jobs()
    waiting = Delivery.objects.filter(template__in=["answered", "replied"])
    waiting.update(state="queued", sent_at=None, reason="away")
    server.envelopes.clear()
    happens(cast, ticket)
    outbox.sweep()
    run_jobs()
    became = dict(waiting.values_list("template", "state"))
    assert became == {"answered": of_what_was_asked, "replied": of_the_answer}
    assert len(server.envelopes) == list(became.values()).count("sent")
    assert set(waiting.filter(state="dropped").values_list("reason", flat=True)) <= {"not_for_them"}


def test_an_answer_that_waited_does_not_leave_to_whom_the_requester_shut_out(cast: Cast, server: MailServer) -> None:
    ticket = cast.ask(by=cast.omar, requester=cast.mei)
    actions.share(ticket, by=cast.mei, person=cast.omar)
    actions.reply(ticket, by=cast.bo, text="The password is on the paper.")
    run_jobs()
    waiting = Delivery.objects.filter(template="replied", person=cast.omar)
    waiting.update(state="queued", sent_at=None, reason="away")
    actions.unshare(ticket, by=cast.mei, person=cast.omar)
    outbox.sweep()
    run_jobs()
    assert list(waiting.values_list("state", "reason")) == [("dropped", "not_for_them")]


def changes_the_address(cast: Cast) -> None:
    Person.objects.filter(pk=cast.mei.pk).update(email="lin@corp.example")


def loses_the_address(cast: Cast) -> None:
    Person.objects.filter(pk=cast.mei.pk).update(email=None)


@pytest.mark.parametrize(
    ("happens", "state", "to"),
    [(changes_the_address, "sent", ["lin@corp.example"]), (loses_the_address, "dropped", [])],
)
def test_an_answer_that_waited_does_not_leave_to_an_address_that_is_somebody_elses_by_now(
    cast: Cast, server: MailServer, happens: Callable[[Cast], None], state: str, to: list[str]
) -> None:
    actions.reply(cast.ask(), by=cast.bo, text="The password is on the paper.")
    run_jobs()
    waiting = Delivery.objects.filter(template="replied", person=cast.mei)
    waiting.update(state="queued", sent_at=None, reason="away")
    server.envelopes.clear()
    happens(cast)
    outbox.sweep()
    run_jobs()
    assert [address for envelope in server.envelopes for address in envelope.rcpt_tos] == to
    assert [each.state for each in waiting] == [state]
    assert {each.address for each in waiting if state == "sent"} <= {*to}


def test_letters_of_a_demo_land_in_its_mailbox_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    config(monkeypatch, demo=True)
    cast.ask()
    run_jobs()
    shown = DemoLetter.objects.get()
    assert (shown.person, shown.address) == (cast.mei, "mei@corp.example")
    Delivery.objects.update(state="queued")
    outbox.sweep()
    run_jobs()
    assert DemoLetter.objects.count() == 1


def test_a_service_of_anymail_can_send(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.core import mail

    config(monkeypatch, mail_url="anymail+test://")
    received = arrives(letter())
    actions.reply(received.ticket, by=cast.bo, text="Which client?")  # type: ignore[arg-type]
    run_jobs()
    _confirmation, answer = mail.outbox
    assert answer.to == ['"Lin Mei" <mei@corp.example>'] or answer.to == ["Lin Mei <mei@corp.example>"]
    assert answer.extra_headers["References"].split()[0] == "<one@corp.example>"
    assert {state for _template, state in states()} == {"sent"}
