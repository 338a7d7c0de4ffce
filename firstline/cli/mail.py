"""Receive letters, and fetch those of mailboxes; `mail pipe` takes one letter from its standard input.

`FIRSTLINE_SMTP_HOST`, `FIRSTLINE_SMTP_PORT` and `FIRSTLINE_LMTP` say where and how it receives. The pipe ends with 0
only when the letter is stored, and with 75 (try again later) when the database is away. In Postfix's master.cf:

    firstline unix - n n - 4 pipe flags=DOhu user=firstline argv=/opt/firstline/.venv/bin/python -m firstline
        mail pipe --inbox ${recipient} --sender ${sender}
"""

import argparse
import sys


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("way", nargs="?", choices=["pipe"], help="take one letter from the standard input")
    parser.add_argument(
        "--inbox", default="", metavar="ADDRESS", help="pipe: whose letter it is, if nothing else says so"
    )
    parser.add_argument("--sender", metavar="ADDRESS", help="pipe: the envelope's sender; empty for a bounce")


def run(args: argparse.Namespace) -> int:
    from firstline.cli import program

    if args.way == "pipe":
        return _pipe(args)
    program.load()
    from firstline.channels.email.service import run as receive

    return receive()


def _pipe(args: argparse.Namespace) -> int:
    try:
        from firstline.cli import program

        program.load()
        from firstline.channels.email import pipe

        pipe.take_in(sys.stdin.buffer, inbox=args.inbox, sender=args.sender)
    except Exception as error:
        # Whatever it was, the letter is the mail server's until it is ours.
        sys.stderr.write(f"firstline: {error}\n")
        return getattr(error, "code", 75)
    return 0
