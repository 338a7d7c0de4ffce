"""Load the demo company into an empty desk, making its tables first if need be."""

import argparse
import importlib.util
import json
import sys
from pathlib import Path

from firstline.config import config


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--if-empty", action="store_true", help="do nothing, and do not complain, if somebody is there")


def run(args: argparse.Namespace) -> int:
    from firstline.cli import program
    from firstline.cli.migrate import migrate

    with program.database():
        program.load()
        migrate()
        from firstline.demo.cast import DEMO_SIGN_INS
        from firstline.demo.load import is_wanted, load

        if not is_wanted():
            if args.if_empty:
                return 0
            print("There are people in this desk already; the demo is for an empty one.", file=sys.stderr)  # noqa: T201
            return 1
        print("Loading the demo company; this takes less than a minute.", flush=True)  # noqa: T201
        load(processes=2)
    _note().write_text(json.dumps(DEMO_SIGN_INS))
    return 0


def is_there() -> bool:
    return importlib.util.find_spec("firstline.demo") is not None


def sign_ins() -> list[tuple[str, str]]:
    """Who can sign in with one click, as role and address; empty unless this data folder holds the demo company."""
    return list(json.loads(_note().read_text()).items()) if _note().exists() else []


def _note() -> Path:
    return config().data / "demo.json"
