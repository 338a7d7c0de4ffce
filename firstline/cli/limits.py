"""List every limit: what, how much, for whom, and what is said where it is met."""

import argparse
import importlib
import pkgutil
from pathlib import Path

HEAD = """# Limits

Made from the code by `python -m firstline limits --write`; each is declared beside where it is enforced
(`firstline/kit/limits.py: limit`). Sizes count 1 MB as 1,048,576 bytes.
"""
FLOORS = {
    "web": "Pages, and whoever connects to them",
    "api": "The API",
    "channels": "Email",
    "notices": "What the desk writes to people",
    "tickets": "Requests, words and files",
    "people": "Accounts",
}
OTHERS = "Everything else"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--write", action="store_true", help="write docs/limits.md of these sources instead")


def run(args: argparse.Namespace) -> int:
    from firstline.cli import program

    program.load()
    text = document()
    if args.write:
        (Path(__file__).resolve().parents[2] / "docs" / "limits.md").write_text(text)
    else:
        print(text, end="")  # noqa: T201
    return 0


def document() -> str:
    """docs/limits.md, as the code says it."""
    import firstline
    from firstline.kit import limits

    for found in pkgutil.walk_packages(firstline.__path__, "firstline."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
    rows: dict[str, list[str]] = {}
    for each in limits.declared():
        place = each.module.removeprefix("firstline.").replace(".", "/") + ".py"
        amount = f"{each.amount} (`{each.setting}`)" if each.setting else each.amount
        floor = FLOORS.get(place.partition("/")[0], OTHERS)
        rows.setdefault(floor, []).append(f"| {each.of} | {amount} | {each.per} | {each.said} | `{place}` |")
    parts = [HEAD]
    for title in (*FLOORS.values(), OTHERS):
        if title in rows:
            table = ["| of | most | for each | where it is met | declared in |", "|---|---|---|---|---|", *rows[title]]
            parts.append(f"\n## {title}\n\n" + "\n".join(table) + "\n")
    return "".join(parts)
