"""Make a token with which a program acts as a person."""

import argparse
from datetime import timedelta

from firstline.cli import program


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--person", required=True, metavar="EMAIL", help="whose rights the program has")
    parser.add_argument(
        "--scope", action="append", choices=["read", "write"], help="may be given twice; read alone by default"
    )
    parser.add_argument("--name", default="", help="what it is for, shown in lists")
    parser.add_argument("--days", type=int, default=365, help="for how long it works (365)")


def run(args: argparse.Namespace) -> int:
    """Print the token, once; only a hash of it is kept."""
    with program.database():
        program.load()
        return issue(args)


def issue(args: argparse.Namespace) -> int:
    from django.db import transaction

    from firstline.api.models import Token
    from firstline.kit import clock
    from firstline.people import security_log
    from firstline.people.models import Person

    person = Person.objects.by_email(args.person)
    if person is None:
        print(f"Nobody has the address {args.person}.")  # noqa: T201
        return 1
    if not person.has_account:
        print(f"{args.person} has no account: an administrator can invite them in the settings.")  # noqa: T201
        return 1
    expires_at = clock.now() + timedelta(days=args.days)
    scopes = args.scope or ["read"]
    with transaction.atomic():
        secret = Token.issue(person, scopes=scopes, name=args.name, expires_at=expires_at)
        security_log.note("token_made", person=person, by=Person.objects.system(), scope=" ".join(scopes))
    print(secret)  # noqa: T201
    return 0
