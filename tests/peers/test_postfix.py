"""The whole way with real servers: Postfix delivers by LMTP and brings bounces back, and a user of Dovecot is away."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from firstline.channels import bounces
from firstline.channels.email import receiver
from firstline.channels.email.connections import connections
from firstline.channels.models import InboundMessage
from firstline.notices.models import Delivery
from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.models import Ticket
from tests.background import run_jobs
from tests.cast import Cast, fresh
from tests.channels.committed import committed
from tests.channels.mailserver import running, served
from tests.cli.serving import free_ports, until
from tests.letters import config, letter
from tests.peers.copying import copied_database
from tests.peers.dovecot import Dovecot
from tests.peers.postfix import Postfix

# The mark has the test database made; what is looked at is committed, in the copy of it.
pytestmark = pytest.mark.django_db

MEI = "mei@people.test"
GONE = "gone@bounce.test"
VACATION = f"""
require ["vacation"];
vacation :days 1 :subject "Out of office" :addresses ["{MEI}"] "I am away until Monday.";
"""


class World:
    """A desk behind Postfix, people at Dovecot, and a server that answers 550 for gone@bounce.test."""

    def __init__(self, folder: Path, *, bounce: int) -> None:
        port, self.desk_port = free_ports(2)
        self.people = Dovecot(folder / "people", submission=port)
        ports = {"desk": self.desk_port, "people": self.people.lmtp_port, "bounce": bounce}
        self.postfix = Postfix(folder / "postfix", port=port, **ports)

    def start(self) -> None:
        self.people.start()
        self.people.sieve(MEI, VACATION)
        self.postfix.start()

    def stop(self) -> None:
        self.postfix.stop()
        self.people.stop()

    def until(self, happened: Callable[[], bool]) -> None:
        """Do what the worker would do until this has happened."""

        def worked() -> bool:
            run_jobs()
            return happened()

        try:
            until(worked, seconds=60)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.postfix.log()}") from error


@pytest.fixture(scope="module")
def world(peers_folder: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    if not Postfix.is_there():
        pytest.fail("Postfix is missing: apt-get install postfix, or --without-peers")
    if os.getuid() != 0:
        pytest.skip("Left out: the tests against Postfix, which only root can start")
    with running() as refusing, django_db_blocker.unblock(), copied_database():
        world = World(peers_folder / "whole-way", bounce=refusing.port)
        try:
            world.start()
            with served(lambda: receiver.listen("127.0.0.1", world.desk_port, lmtp=True)):
                yield world
        finally:
            connections.close()
            world.stop()


def test_a_letter_goes_the_whole_way_a_holiday_note_makes_no_loop_and_a_bounce_comes_home(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    config(monkeypatch, mail_url=f"smtp://127.0.0.1:{world.postfix.port}")
    for step in (_somebody_asks_and_is_told, _he_is_away_when_he_is_answered, _another_cannot_be_reached):
        committed(lambda: step(world))  # noqa: B023


def _somebody_asks_and_is_told(world: World) -> None:
    Cast.make()
    question = letter(sender=f"Mei <{MEI}>", letter_id="<q1@people.test>").as_bytes()
    world.postfix.send(question, sender=MEI, to="it@desk.example")
    world.until(lambda: world.people.count(MEI) == 1)
    world.postfix.send(question, sender=MEI, to="it@desk.example")  # the same letter once more
    world.until(lambda: world.postfix.delivered("it@desk.example") == 2)
    assert InboundMessage.objects.get().ticket == Ticket.objects.get()
    assert _sent(MEI) == [("received", "sent")]


def _he_is_away_when_he_is_answered(world: World) -> None:
    ticket, bo = Ticket.objects.get(), Person.objects.get(email="bo@corp.example")
    actions.reply(ticket, by=bo, text="Which network are you in?")
    actions.resolve(fresh(ticket), by=bo, resolution="The router was replaced.")
    # Each of our letters comes back to an address of its own, so that his program answers each of the two.
    world.until(lambda: InboundMessage.objects.exclude(state="new").count() == 3)
    assert ["I am away until Monday." in note.text for note in ticket.messages.filter(kind="note")] == [True, True]
    assert fresh(ticket).phase == "resolved"
    # Everything that we wrote has arrived, and to his automatic answer nobody wrote again.
    world.until(lambda: world.people.count(MEI) == 3)
    assert _sent(MEI) == [("received", "sent"), ("replied", "sent"), ("resolved", "sent")]
    assert InboundMessage.objects.count() == 3


def _another_cannot_be_reached(world: World) -> None:
    lost = letter(sender=f"Gone <{GONE}>", letter_id="<q2@bounce.test>", subject="Printer").as_bytes()
    world.postfix.send(lost, sender=GONE, to="it@desk.example")
    world.until(lambda: _sent(GONE) == [("received", "failed")])
    bounce = InboundMessage.objects.latest("id")
    ticket = Ticket.objects.get(subject="Printer")
    assert (bounce.envelope["sender"], bounce.state, bounce.reason) == ("", "bounce", bounces.CAME_BACK)
    assert bounce.ticket == ticket
    failed = Delivery.objects.get(address=GONE)
    assert (failed.reason, failed.error) == ("bounced", f"5.1.1 {GONE}")
    assert Person.objects.get(email=GONE).bounced_why == "no_address"
    said = ticket.events.get(name="undelivered")
    assert (said.data["delivery"], said.data["reason"]) == (failed.pk, "bounced")
    assert Ticket.objects.count() == 2


def _sent(address: str) -> list[tuple[str, str]]:
    """Templates and states of the letters to this address, oldest first."""
    return list(Delivery.objects.filter(address=address).order_by("id").values_list("template", "state"))
