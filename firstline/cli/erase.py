"""Erase a person: name, address, words, files and letters; the shape of his requests stays."""

import argparse
import sys


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--person", required=True, metavar="EMAIL", help="who is to be erased")
    parser.add_argument("--everything", action="store_true", help="also what others wrote in his requests")
    parser.add_argument("--dry-run", action="store_true", help="only count what would go")


def run(args: argparse.Namespace) -> int:
    from firstline.cli import program

    with program.database():
        program.load()
        return erase(args)


def erase(args: argparse.Namespace) -> int:
    """Print what went; 1 if it may not be done."""
    from firstline.people.models import Person
    from firstline.retention.erasing import erase_person, preview
    from firstline.tickets.errors import Refused

    person = Person.objects.by_email(args.person)
    if person is None:
        print(f"Nobody has the address {args.person}.", file=sys.stderr)  # noqa: T201
        return 1
    try:
        if args.dry_run:
            counts = preview(person, everything=args.everything)
        else:
            counts = erase_person(person, by=Person.objects.system(), everything=args.everything)
    except Refused as refusal:
        print(refusal, file=sys.stderr)  # noqa: T201
        return 1
    for name, count in counts.items():
        print(f"{count:>8}  {name}")  # noqa: T201
    print("Nothing was changed." if args.dry_run else "Erased. Backups made before still hold all of it.")  # noqa: T201
    return 0
