"""The command `firstline`: a module for each, with `arguments(parser)` and `run(args)`; its docstring is its help."""

import argparse
import importlib
import sys
from collections.abc import Sequence
from types import ModuleType

from firstline import __version__
from firstline.kit import file_modes, memory
from firstline.kit.postgres import CannotStart

COMMANDS = tuple(
    "serve parts web worker mail migrate demo doctor backup restore resume verify messages token secrets administrator "
    "audit retention erase limits".split()
)

FORMER = {"arm": "resume"}
"""What commands were called before, which goes on working."""


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line and end the process with its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    words[:1] = [FORMER.get(word, word) for word in words[:1]]
    # Only the module that is asked for is loaded, so that a small command starts at once.
    names = [words[0]] if words and words[0] in COMMANDS else COMMANDS
    parser = argparse.ArgumentParser("firstline", description="An IT service desk in Chinese and English.")
    parser.add_argument("--version", action="version", version=f"Firstline {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in names:
        module = _module(name)
        said = (module.__doc__ or "").strip()
        module.arguments(commands.add_parser(name, help=said.partition("\n")[0], description=said))
    args = parser.parse_args(words)
    file_modes.by_default()
    memory.give_back()
    try:
        code = _module(args.command).run(args)
    except CannotStart as problem:
        sys.exit(f"firstline: {problem}")
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"firstline.cli.{name}")
