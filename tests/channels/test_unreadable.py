"""Letters that cannot be read: kept as they came, put aside with a reason, and in nobody's way."""

import pytest

from firstline.channels import intake, outcomes
from firstline.channels.email import parser_sandbox, reading
from firstline.channels.inbound import PARTIAL
from firstline.channels.models import InboundMessage
from firstline.tickets.models import Ticket
from tests.background import run_jobs, waiting_jobs
from tests.cast import Cast
from tests.letters import arrives, letter

pytestmark = pytest.mark.django_db


def test_an_unreadable_letter_is_kept_and_can_be_taken_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("a bomb")

    with monkeypatch.context() as patch:
        patch.setattr(outcomes.actions, "open_ticket", broken)
        for _attempt in range(2):
            with pytest.raises(RuntimeError):
                arrives(letter())
            InboundMessage.objects.update()
            intake.app.configure_task("firstline.channels.take").defer(received=InboundMessage.objects.get().pk)
        run_jobs()
    received = InboundMessage.objects.get()
    assert (received.state, received.attempts) == ("unreadable", 3)
    assert "a bomb" in received.reason
    assert not Ticket.objects.exists()
    intake.again(received)
    run_jobs()
    assert Ticket.objects.get().subject == "VPN keeps dropping"


def test_a_letter_of_nothing_but_parts_is_put_aside_whole(cast: Cast) -> None:
    raw = letter().as_bytes()
    nested = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(40))
    received = arrives(
        raw.replace(b'Content-Type: text/plain; charset="utf-8"\n', nested, 1), envelope_sender="", at="it@desk.example"
    )
    assert received.state in ("unreadable", "done")
    assert bytes(received.raw).startswith(b"From: Lin Mei")


def test_a_bomb_is_put_aside_with_a_plain_reason_and_the_next_letter_flows(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = b"From: a@b.example\nContent-Type: text/html\n\n" + b"<p>x</p>" * 24_000
    with monkeypatch.context() as patch:
        patch.setattr(parser_sandbox, "CPU_SECONDS", 0.1)
        received = arrives(slow, envelope_sender="", at="it@desk.example")
    assert (received.state, received.reason) == ("unreadable", reading.REASONS["time"])
    assert bytes(received.raw) == slow
    assert arrives(letter()).state == "done"


@pytest.mark.parametrize(
    ("state", "reason", "can_be"),
    [
        *(
            ("unreadable", "", True),
            ("ignored", "", True),
            ("bounce", "", True),
            ("done", "", False),
            ("new", "", False),
        ),
        *(("unreadable", reason, False) for reason in sorted(PARTIAL)),
    ],
)
def test_what_was_put_aside_can_be_handled_once_more_and_what_is_done_or_only_partly_here_cannot(
    cast: Cast, state: str, reason: str, can_be: bool
) -> None:
    received = arrives(letter())
    InboundMessage.objects.update(state=state, reason=reason, attempts=3)
    received.refresh_from_db()
    before = len(waiting_jobs())
    assert intake.again(received) is can_be
    received.refresh_from_db()
    assert (received.state, received.attempts) == (("new", 0) if can_be else (state, 3))
    assert len(waiting_jobs()) == before + can_be
