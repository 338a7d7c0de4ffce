"""Find every sentence of the program, keep each floor's Chinese up to date, and compile it."""

import argparse

from firstline.kit import messages


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="change nothing; fail if a sentence has no Chinese")


def run(args: argparse.Namespace) -> int:
    return messages.run(args.check)
