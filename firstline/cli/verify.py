"""Check that the database and the files fit together: every ticket and clock is what its log says, and no byte is lost.

Reads everything and changes nothing; good after a restore, or when something is doubted.
"""

import argparse

from firstline.cli import program


def arguments(parser: argparse.ArgumentParser) -> None:
    """It has none."""


def run(args: argparse.Namespace) -> int:
    """A line for each thing that is wrong, and 1; or one line, and 0."""
    with program.database():
        program.load()
        from firstline.cli import integrity
        from firstline.tickets.models import Ticket

        found = 0
        for fault in integrity.faults():
            print(fault)  # noqa: T201
            found += 1
        if not found:
            print(f"All is well with {Ticket.objects.count()} tickets.")  # noqa: T201
        return 1 if found else 0
