"""Check that the logs are what they were when they were written, or seal them now.

A seal printed today and kept elsewhere shows later that nothing before it was touched: audit verify --kept SEAL
"""

import argparse

from firstline.kit.numbers import whole


def arguments(parser: argparse.ArgumentParser) -> None:
    parts = parser.add_subparsers(dest="part", required=True, metavar="PART")
    check = parts.add_parser("verify", help="check every row; 1 if one was tampered with, with the first named")
    check.add_argument("--kept", metavar="SEAL", help="a seal that was printed before, as NUMBER:DIGEST")
    seal = parts.add_parser("seal", help="seal what is new; a worker does it every minute")
    seal.add_argument("--print", action="store_true", dest="shown", help="print the newest seal, to be kept elsewhere")


def run(args: argparse.Namespace) -> int:
    from firstline.cli import program

    with program.database():
        program.load()
        return verify(args) if args.part == "verify" else seal(args)


def verify(args: argparse.Namespace) -> int:
    """Print what is broken, or that all is whole."""
    from firstline.tickets.models import AuditSeal
    from firstline.tickets.verifying import verify as verified

    found = verified()
    broken = [str(each) for each in found.broken]
    if args.kept:
        seal = AuditSeal.objects.filter(pk=whole(args.kept.partition(":")[0]) or 0).first()
        if str(seal) != args.kept.strip():
            broken.append("The seal that was kept is not the one in the database: the log was written anew.")
    for sentence in broken:
        print(f"BROKEN  {sentence}")  # noqa: T201
    said = f"{found.events} events, {found.entries} entries, {found.seals} seals; {found.unsealed} rows wait for a seal"
    print(f"{said}. {'Tampered with.' if broken else 'All whole.'}")  # noqa: T201
    return 1 if broken else 0


def seal(args: argparse.Namespace) -> int:
    from firstline.tickets.models import AuditSeal
    from firstline.tickets.sealing import seal as make

    make()
    if args.shown:
        print(AuditSeal.objects.first() or "Nothing was ever logged.")  # noqa: T201
    return 0
