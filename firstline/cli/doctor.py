"""Say in plain words what is wrong with this installation, and what to do."""

import argparse
import sys
from collections.abc import Iterator

from firstline.cli.checkup import Check, Finding


def arguments(parser: argparse.ArgumentParser) -> None:
    """It has none: it looks at the installation that the environment describes."""


def run(args: argparse.Namespace) -> int:
    """Print every finding; 1 if something is wrong."""
    from firstline.cli import program

    program.load()
    from firstline.cli.checkup.database import check_database
    from firstline.cli.checkup.mail import check_mail
    from firstline.cli.checkup.secrets import check_secrets
    from firstline.cli.checkup.setup import check_settings, check_storage

    wrong = 0
    for check in (check_settings, check_storage, check_database, check_secrets, check_mail):
        for finding in _findings(check):
            sys.stdout.write(f"{'WRONG' if finding.is_wrong else 'ok   '}  {finding.text}\n")
            if finding.is_wrong:
                wrong += 1
                sys.stdout.write(f"       {finding.advice}\n")
    sys.stdout.write(f"\n{wrong} wrong.\n" if wrong else "\nAll is well.\n")
    return 1 if wrong else 0


def _findings(check: Check) -> Iterator[Finding]:
    """What the check finds; that it broke down itself is a finding too, and the others still get their turn."""
    try:
        yield from check()
    except Exception as error:
        yield Finding(f"{check.__name__} broke down: {error!r}", "Please report this as a fault of Firstline.")
