"""Erase a person: name, address, words, files and emails; the shape of their requests stays.

A backup made before still holds them. Keep what `--journal` prints beside the backups, made anew whenever somebody was
erased or left; where a backup is restored, `--again FILE` does it there as well.
"""

import argparse
import sys
from pathlib import Path

from firstline.kit.postgres import CannotStart


def arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--person", metavar="EMAIL", help="who is to be erased")
    what.add_argument("--journal", action="store_true", help="print who was erased and who left, by numbers alone")
    what.add_argument("--again", type=Path, metavar="FILE", help="do what such a journal says, where it is not so")
    parser.add_argument("--everything", action="store_true", help="also what others wrote in their requests")
    parser.add_argument("--dry-run", action="store_true", help="only say what would go")


def run(args: argparse.Namespace) -> int:
    from firstline.cli import program

    with program.database():
        program.load()
        if args.journal:
            return journal()
        return again(args.again, dry_run=args.dry_run) if args.again else erase(args)


def journal() -> int:
    """A line for each."""
    from firstline.retention import journal

    for line in journal.written():
        print(line)  # noqa: T201
    return 0


def again(file: Path, *, dry_run: bool = False) -> int:
    """A line for each that was done, or why it was not; 1 if one was not."""
    from firstline.retention import journal

    try:
        lines = journal.read(file.read_text().splitlines())
    except (OSError, UnicodeDecodeError) as problem:
        raise CannotStart(f"{file} cannot be read: {problem}") from problem
    except journal.NotAJournal as said:
        raise CannotStart(f"{file} is no journal of `erase --journal`; nothing was done. It says: {said}") from said
    if dry_run:
        for line in journal.due(lines):
            print(line)  # noqa: T201
        print("Nothing was changed.")  # noqa: T201
        return 0
    refused = 0
    for line, why in journal.redo(lines):
        print(f"{line}: NOT DONE. {why}" if why else f"{line}: done.")  # noqa: T201
        refused += bool(why)
    print("Run this again when those can be done." if refused else "All of it is so here now.")  # noqa: T201
    return 1 if refused else 0


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
