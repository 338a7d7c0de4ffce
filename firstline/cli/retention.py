"""Let go of what is older than the rules of the settings allow; a worker does it every night."""

import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="only say what would go")


def run(args: argparse.Namespace) -> int:
    from firstline.cli import program

    with program.database():
        program.load()
        return go(args)


def go(args: argparse.Namespace) -> int:
    """A line for each rule."""
    from firstline.retention import retaining

    for each in retaining.due() if args.dry_run else retaining.let_go():
        desk = each.rule.desk.key if each.rule.desk else "-"
        print(f"{each.count:>8}  {each.rule.what:<14}{desk:<10}older than {each.rule.days} days")  # noqa: T201
    print("Nothing was changed." if args.dry_run else "Done.")  # noqa: T201
    return 0
