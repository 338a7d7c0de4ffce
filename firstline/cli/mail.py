"""Receive letters by SMTP or LMTP."""

import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """It has none: `FIRSTLINE_SMTP_HOST`, `FIRSTLINE_SMTP_PORT` and `FIRSTLINE_LMTP` say where and how."""


def run(args: argparse.Namespace) -> int:
    from firstline.cli import program

    program.load()
    from firstline.channels.email.service import run as receive

    return receive()
