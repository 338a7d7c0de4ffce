"""Many letters at once, or many alerts by API, on a desk of its own:

    python -m tests.faults.burst --letters 10000 --seconds 60
    python -m tests.faults.burst --letters 10000 --forged
    python -m tests.faults.burst --alerts 10000 --seconds 60 --clients 200

It says how many were accepted, how many refused, and how many of those accepted are rows: all of them, or exit code 1.
"""

import argparse
import http.client
import smtplib
import socket
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median, quantiles

from firstline.kit.postgres import Server
from tests.channels.mailserver import running
from tests.channels.spellings import spelled
from tests.cli.serving import free_ports, until
from tests.faults.alerts import Alerts, raise_alerts
from tests.faults.apart import Apart

CAST = "from tests.cast import Cast; Cast.make()"
BUDGET = 3
MONITOR = "Monitor <monitor@corp.example>"
LETTER = (
    "From: {sender}\r\nTo: it@desk.example\r\nSubject: Alert {number}\r\n"
    "Message-ID: {letter_id}\r\nDate: Mon, 23 Nov 2026 09:00:00 +0800\r\n\r\nDisk {number} is full\r\n"
)
TOKEN = """
from firstline.api.models import Token
from firstline.people.models import Person
print(Token.issue(Person.objects.get(email="mei@corp.example"), scopes=["read", "write"]))
"""
STATES = "SELECT state, count(*) FROM channels_received GROUP BY state"
TICKETS = "SELECT number, subject FROM tickets_ticket"
UNDONE = "SELECT id FROM procrastinate_jobs WHERE status = 'doing' OR status = 'todo' AND scheduled_at IS NULL LIMIT 1"
ROWS = "SELECT letter_id, count(*) FROM channels_received GROUP BY letter_id"


@dataclass
class Burst:
    """What became of the letters: ids of those accepted, counts of refusals by code, and what got no answer at all."""

    accepted: set[str] = field(default_factory=set)
    refused: Counter[int] = field(default_factory=Counter)
    unanswered: list[str] = field(default_factory=list)
    seconds: float = 0.0


def offer(
    port: int, *, letters: int, clients: int, seconds: float = 60.0, sender: Callable[[int], str] = lambda _: MONITOR
) -> Burst:
    """Offer so many letters as quickly as it goes, each once, by several clients; ends when the time is over."""
    burst, lock, began = Burst(), threading.Lock(), time.monotonic()
    numbers = iter(range(letters))

    def next_number() -> int | None:
        with lock:
            return next(numbers, None) if time.monotonic() - began < seconds else None

    def send() -> None:
        line: smtplib.SMTP | None = None
        while (number := next_number()) is not None:
            letter_id = f"<burst-{number}@corp.example>"
            raw = LETTER.format(letter_id=letter_id, number=number, sender=sender(number)).encode()
            try:
                line = line or smtplib.SMTP("127.0.0.1", port, local_hostname="burst.test", timeout=60)
                line.sendmail("monitor@corp.example", ["it@desk.example"], raw)
                code = 250
            except smtplib.SMTPRecipientsRefused as refused:
                code = next(code for code, _said in refused.recipients.values())
            except smtplib.SMTPResponseException as answer:
                code = answer.smtp_code
            except (OSError, smtplib.SMTPException) as error:
                code = 0
                with lock:
                    burst.unanswered.append(f"{letter_id}: {error!r}")
            with lock:
                if code == 250:
                    burst.accepted.add(letter_id)
                elif code:
                    burst.refused[code] += 1
            if code in (0, 421) and line is not None:
                line.close()
                line = None
        if line is not None:
            with suppress(smtplib.SMTPException, OSError):
                line.quit()

    threads = [threading.Thread(target=send) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    burst.seconds = time.monotonic() - began
    return burst


def answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 5) as line:
        return line.recv(3) == b"220"
    return False


def opens(port: int) -> bool:
    with suppress(OSError, http.client.HTTPException):
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        line.request("GET", "/readyz")
        return line.getresponse().status == 200
    return False


def main() -> int:
    parser = argparse.ArgumentParser("python -m tests.faults.burst")
    parser.add_argument("--letters", type=int, default=10_000)
    parser.add_argument("--forged", action="store_true", help="letters in the name of one victim, and what it gets")
    parser.add_argument("--alerts", type=int, default=0, help="instead of letters: calls of the API")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--clients", type=int, default=16)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="firstline-burst-") as folder:
        Path(folder).chmod(0o755)
        server = Server(Path(folder) / "data")
        server.start()
        try:
            return (_alerts if args.alerts else _forged if args.forged else _letters)(args, server)
        finally:
            server.stop()


def _letters(args: argparse.Namespace, server: Server) -> int:
    (port,) = free_ports(1)
    apart = Apart(server.data, server.url, {"FIRSTLINE_SMTP_PORT": str(port)})
    apart.python("from firstline.cli import migrate; migrate.migrate()\n" + CAST)
    with apart.running(*apart.command("mail")):
        until(lambda: answers(port), seconds=60)
        burst = offer(port, letters=args.letters, clients=args.clients, seconds=args.seconds)
    rows = dict(apart.asked(ROWS))
    missing, twice = burst.accepted - rows.keys(), [each for each, times in rows.items() if times != 1]
    say(
        f"{len(burst.accepted)} accepted in {burst.seconds:.1f} s by {args.clients} clients, refused "
        f"{dict(burst.refused)}, without an answer {len(burst.unanswered)}; rows {len(rows)}, accepted and missing "
        f"{len(missing)}, there twice {len(twice)}"
    )
    return 1 if missing or twice or burst.unanswered else 0


def _forged(args: argparse.Namespace, server: Server) -> int:
    (port,) = free_ports(1)
    with running() as postbox:
        apart = Apart(server.data, server.url, {"FIRSTLINE_SMTP_PORT": str(port), "FIRSTLINE_MAIL_URL": postbox.url})
        apart.python("from firstline.cli import migrate; migrate.migrate()\n" + CAST)
        with apart.running(*apart.command("mail")):
            until(lambda: answers(port), seconds=60)
            burst = offer(
                port,
                letters=args.letters,
                clients=args.clients,
                seconds=600,
                sender=lambda number: spelled(Random(number), number),
            )
            began = time.monotonic()
            with apart.running(*apart.command("worker")):
                while apart.asked(UNDONE) and time.monotonic() - began < 3000:
                    time.sleep(1)
    states, letters = dict(apart.asked(STATES)), len(postbox.letters)
    say(f"{len(burst.accepted)} accepted in {burst.seconds:.1f} s, refused {dict(burst.refused)}")
    say(f"Taken in within {time.monotonic() - began:.0f} s: {states}; the victim got {letters} letters")
    return 1 if letters > BUDGET or states.keys() != {"done"} else 0


def _alerts(args: argparse.Namespace, server: Server) -> int:
    (port,) = free_ports(1)
    apart = Apart(server.data, server.url, {})
    apart.python("from firstline.cli import migrate; migrate.migrate()\n" + CAST)
    token = apart.python(TOKEN)
    web = apart.command("web", "--port", str(port), "--processes", "2")
    with apart.running(*web), apart.running(*apart.command("worker")):
        until(lambda: opens(port), seconds=60)
        told = raise_alerts(port, token, alerts=args.alerts, seconds=args.seconds, clients=args.clients)
        began = time.monotonic()
        while apart.asked(UNDONE) and time.monotonic() - began < 1200:
            time.sleep(1)
    rows = apart.asked(TICKETS)
    wrong = wrong_rows(told, rows)
    whole = quantiles(told.waits, n=100)
    say(
        f"{len(told.accepted)} accepted in {told.seconds:.1f} s by {args.clients} clients; refused "
        f"{dict(told.refused)}, of which without Retry-After {told.without_retry_after}; without an answer "
        f"{told.unanswered}; given up {len(told.given_up)}"
    )
    say(f"An answer took {median(told.answers):.2f} s, p99 {told.p99:.2f} s")
    say(f"An alert, with its refusals, took {whole[49]:.1f} s, p99 {whole[98]:.1f} s")
    say(f"What follows from them was through {time.monotonic() - began:.0f} s later")
    say(f"{len(rows)} tickets; accepted and missing, or there twice: {len(wrong)}")
    return 1 if wrong or told.given_up or told.without_retry_after else 0


def wrong_rows(told: Alerts, rows: list[tuple[object, ...]]) -> list[str]:
    """Keys whose alert is not exactly the one ticket that was answered."""
    there: dict[str, list[str]] = {}
    for number, subject in rows:
        there.setdefault(str(subject).partition(":")[0], []).append(str(number))
    wrong = [key for key, number in told.accepted.items() if there.get(key) != [number]]
    return wrong + [key for key, numbers in there.items() if len(numbers) > 1 and key not in told.accepted]


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
