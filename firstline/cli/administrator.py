"""Make somebody an administrator, such as when nobody is one any more after a restore.

It prints a link by which they set a password, once and within an hour. Pass it on by a way that nobody else reads.
"""

import argparse
import sys

from firstline.cli import program


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("person", metavar="EMAIL", help="whoever has this address, else somebody new")
    parser.add_argument("--name", default="", help="what somebody new is called")


def run(args: argparse.Namespace) -> int:
    """Print the link, once; only a hash of it is kept."""
    with program.database():
        program.load()
        return appoint(args)


def appoint(args: argparse.Namespace) -> int:
    """1 if it is not an address, or a machine's."""
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email
    from django.urls import reverse

    from firstline.kit.mailbox import check_plain, normal
    from firstline.notices.links import absolute
    from firstline.people import administrators
    from firstline.people.models import Person

    address = normal(args.person)
    try:
        validate_email(address)
        check_plain(address)
    except ValidationError:
        print(f"{args.person} is no address to which emails go.", file=sys.stderr)  # noqa: T201
        return 1
    known = Person.objects.by_email(address)
    if known is not None and (known.is_machine or known.email != address):
        whose = "a machine's" if known.is_machine else f"a second one of {known.email}; name that one"
        print(f"{address} is {whose}.", file=sys.stderr)  # noqa: T201
        return 1
    secret = administrators.appoint(address, name=args.name)
    print(absolute(reverse("link", args=[secret])))  # noqa: T201
    return 0
