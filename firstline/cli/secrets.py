"""Change the key with which passwords of other servers and signing keys are encrypted in the database."""

import argparse
import sys

from firstline.cli import program


def arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    what.add_parser("key", help="print a new key, for FIRSTLINE_ENCRYPTION_KEYS")
    rotate = what.add_parser("rotate", help="encrypt every secret anew with the newest key")
    rotate.add_argument("--same-key", action="store_true", help="make no new key in the file of keys before")
    rotate.add_argument("--drop-old", action="store_true", help="afterwards forget the older keys of that file")


def run(args: argparse.Namespace) -> int:
    """0 when every secret is now encrypted with the newest key, 1 when some could not be read."""
    program.load()
    from firstline.kit import secrets

    if args.what == "key":
        print(secrets.new_key())  # noqa: T201
        return 0
    with program.database():
        return rotate(same_key=args.same_key, drop_old=args.drop_old)


def rotate(*, same_key: bool, drop_old: bool) -> int:
    from firstline.audit.log import audit
    from firstline.kit import secrets
    from firstline.people import factors
    from firstline.people.models import Person

    try:
        if secrets.keys_are_in_a_file() and not same_key:
            secrets.add_key()
        counts = [*secrets.rotate(), factors.rotate_secrets()]
    except secrets.Unreadable as problem:
        sys.stderr.write(f"firstline: {problem}\n")
        return 1
    told = {"secrets": sum(count.total for count in counts), "unreadable": sum(count.unreadable for count in counts)}
    audit("secrets_rotated", by=Person.objects.system(), data=told)
    for count in counts:
        left = f", {count.unreadable} of them unreadable" if count.unreadable else ""
        sys.stdout.write(f"{count.field}: {count.total} secrets{left}\n")
    if any(count.unreadable for count in counts):
        sys.stdout.write("Put back the key with which those were encrypted and run this again, or enter them anew.\n")
        return 1
    if drop_old and secrets.keys_are_in_a_file():
        sys.stdout.write(f"{secrets.drop_old_keys()} older keys are forgotten.\n")
    return 0
