"""Run the jobs that wait in the database, and the schedule."""

import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """It has none."""


def run(args: argparse.Namespace) -> int:
    from firstline.cli import program

    program.load()
    from firstline import worker

    return worker.run()
