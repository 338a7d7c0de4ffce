"""Let a restored desk send letters and fetch mail: from now on it is the one at work."""

import argparse

from firstline.cli import program


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--drop-waiting",
        action="store_true",
        help="do not send the letters that waited when the backup was made: the old desk may have sent them since",
    )


def run(args: argparse.Namespace) -> int:
    """Say what it does now."""
    with program.database():
        program.load()
        print(resume(drop_waiting=args.drop_waiting))  # noqa: T201
    return 0


def resume(*, drop_waiting: bool) -> str:
    """End the hold after a restore; what was done, in a sentence."""
    from django.db import transaction

    from firstline.audit.log import audit
    from firstline.channels.outbox import drop_waiting as drop
    from firstline.kit import restore_hold
    from firstline.people.models import Person

    with transaction.atomic():
        if not restore_hold.stands_still():
            return "This desk is at work already."
        dropped = drop() if drop_waiting else 0
        restore_hold.go_on()
        audit("armed", by=Person.objects.system(), data={"dropped": dropped})
    return f"This desk is at work now.{f' {dropped} letters are not sent.' if drop_waiting else ''}"
