"""Damaged letters through the whole desk: python -m tests.channels.email.pouring --letters 3000 [--seed 7].

They go by SMTP into the receiver of a desk of its own, whose worker takes them in; twice. Each must become exactly one
ticket, message, piece of news about a letter of ours, or entry under "Could not be read", and the second time nothing.
"""

import argparse
import re
import smtplib
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from firstline.kit.postgres import Server
from tests.channels.email.catalogue import catalogue, stored
from tests.channels.email.mutations import damaged
from tests.channels.mailserver import running
from tests.cli.serving import free_ports, until
from tests.faults.apart import Apart
from tests.faults.burst import CAST

MARK = "X-Poured"
PLACES = """
from firstline.catalog.models import Desk
from firstline.channels.email import signed
from firstline.people.models import Person
from firstline.tickets import actions
mei, desk = Person.objects.get(email="mei@corp.example"), Desk.objects.get(key="IT")
ticket = actions.open_ticket(by=mei, desk=desk, subject="VPN", text="Broken", channel="portal")
print(signed.reply_address(ticket, "it@desk.example"), ticket.number)
"""
ANYTHING_LEFT = """
SELECT 'letter' FROM channels_received WHERE state = 'new' UNION ALL
SELECT 'job' FROM procrastinate_jobs WHERE status = 'doing' OR status = 'todo' AND scheduled_at IS NULL LIMIT 1"""
ROWS = f"SELECT substring(encode(raw, 'escape') FROM '{MARK}: (\\d+)'), count(*) FROM channels_received GROUP BY 1"
STATES = "SELECT state, count(*) FROM channels_received GROUP BY 1 ORDER BY 1"
SLOWEST = "SELECT coalesce(max(extract(epoch FROM handled_at - received_at)), 0) FROM channels_received"
COUNTS = (
    "SELECT (SELECT count(*) FROM channels_received), (SELECT count(*) FROM tickets_ticket),"
    " (SELECT count(*) FROM tickets_message), (SELECT count(*) FROM notices_delivery)"
)
WRONG = {
    "jobs that failed": "SELECT task_name, args FROM procrastinate_jobs WHERE status IN ('failed', 'aborted')",
    "done without a ticket": "SELECT id, reason FROM channels_received WHERE state = 'done' AND ticket_id IS NULL",
    "not done, without a reason": "SELECT id, state FROM channels_received WHERE state <> 'done' AND reason = ''",
    "tickets that no letter opened": (
        "SELECT number FROM tickets_ticket t WHERE channel = 'email'"
        " AND NOT EXISTS (SELECT FROM channels_received r WHERE r.ticket_id = t.id)"
    ),
    "messages of several letters": (
        "SELECT message_id FROM channels_received WHERE message_id IS NOT NULL GROUP BY 1 HAVING count(*) > 1"
    ),
    "messages by mail of no letter": (
        "SELECT id FROM tickets_message m WHERE channel = 'email' AND kind = 'request'"
        " AND NOT EXISTS (SELECT FROM channels_received r WHERE r.message_id = m.id)"
    ),
}


@dataclass
class Pouring:
    """What came of it: the server's answers, the states of the letters, and all that should not be."""

    answers: Counter[int] = field(default_factory=Counter)
    states: dict[object, object] = field(default_factory=dict)
    slowest: float = 0.0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)


def letters(count: int, seed: int, places: dict[bytes, bytes]) -> list[bytes]:
    """Damaged letters of the catalogue, each with an id and a mark of its own."""
    dice, samples = Random(seed), []
    for sample in [*catalogue(), *stored()]:
        raw = sample.raw
        for name, value in places.items():
            raw = raw.replace(name, value)
        if len(raw) < 100_000:  # the bombs are tested whole; cut to pieces they are letters like others
            samples.append(raw)
    found = []
    for number in range(count):
        raw = re.sub(rb"\r\n|\r|\n", b"\r\n", damaged(dice, samples))
        raw = re.sub(rb"(?im)^message-id:[^\r\n]*", b"Message-ID: <poured-%d@sample.example>" % number, raw)
        found.append(b"%s: %d\r\n%s" % (MARK.encode(), number, raw))
    return found


def pour(desk: Apart, port: int, count: int, *, seed: int, settle: float) -> Pouring:
    """Twice; the desk's receiver and worker run."""
    told, began = Pouring(), time.monotonic()
    back, number = desk.python(PLACES).split()
    all_of_them = letters(count, seed, {b"{back}": back.encode(), b"{number}": number.encode(), b"{ours}": b"<a@b>"})
    accepted = _send(all_of_them, port, told.answers)
    _come_to_rest(desk, settle)
    told.seconds = time.monotonic() - began
    rows = dict(desk.asked(ROWS))
    told.wrong += [f"letter {each}: {rows.get(each, 0)} rows" for each in sorted(accepted) if rows.get(each) != 1]
    told.wrong += [f"letter {each} was refused and is there" for each in rows.keys() - accepted]
    told.states = dict(desk.asked(STATES))
    told.slowest = float(str(desk.asked(SLOWEST)[0][0]))
    before = desk.asked(COUNTS)
    _send(all_of_them, port, Counter())
    _come_to_rest(desk, settle)
    if (after := desk.asked(COUNTS)) != before:
        told.wrong.append(f"letters, tickets, messages and letters of ours were {before}, the second time {after}")
    for what, query in WRONG.items():
        if found := desk.asked(query):
            told.wrong.append(f"{what}: {found[:5]}")
    return told


def _send(raws: list[bytes], port: int, answers: Counter[int]) -> set[str]:
    """The numbers of those that were accepted."""
    accepted, line = set(), None
    for number, raw in enumerate(raws):
        try:
            if line is None:
                line = smtplib.SMTP("127.0.0.1", port, local_hostname="pouring.test", timeout=120)
                line.ehlo()
            line.mail("someone@outside.example")
            line.rcpt("it@desk.example")
            code = line.data(raw)[0]
        except smtplib.SMTPResponseException as answer:
            code = answer.smtp_code
        except (OSError, smtplib.SMTPException):
            code = 0
        answers[code] += 1
        if code == 250:
            accepted.add(str(number))
        elif line is not None:
            line.close()
            line = None
    if line is not None:
        with suppress(OSError, smtplib.SMTPException):
            line.quit()
    return accepted


def _come_to_rest(desk: Apart, seconds: float) -> None:
    end = time.monotonic() + seconds
    while desk.asked(ANYTHING_LEFT):
        if time.monotonic() > end:
            raise AssertionError(f"After {seconds:.0f} s there is still something to do")
        time.sleep(0.5)


def main() -> int:
    parser = argparse.ArgumentParser("python -m tests.channels.email.pouring")
    parser.add_argument("--letters", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    (port,) = free_ports(1)
    with tempfile.TemporaryDirectory(prefix="firstline-pouring-") as folder, running() as postbox:
        Path(folder).chmod(0o755)
        server = Server(Path(folder) / "data")
        server.start()
        try:
            desk = Apart(server.data, server.url, {"FIRSTLINE_SMTP_PORT": str(port), "FIRSTLINE_MAIL_URL": postbox.url})
            desk.python("from firstline.cli import migrate; migrate.migrate()\n" + CAST)
            with desk.running(*desk.command("mail")), desk.running(*desk.command("worker")):
                until(lambda: opens(port), seconds=60)
                told = pour(desk, port, args.letters, seed=args.seed, settle=1800)
        finally:
            server.stop()
    sys.stdout.write(
        f"{args.letters} letters of seed {args.seed}: answers {dict(told.answers)}; became {told.states}; slowest "
        f"{told.slowest:.1f} s from receipt to ticket; {told.seconds:.0f} s in all; wrong {len(told.wrong)}\n"
    )
    sys.stdout.writelines(f"{each}\n" for each in told.wrong[:50])
    return 1 if told.wrong else 0


def opens(port: int) -> bool:
    with suppress(OSError, smtplib.SMTPException), smtplib.SMTP("127.0.0.1", port, timeout=10):
        return True
    return False


if __name__ == "__main__":
    sys.exit(main())
