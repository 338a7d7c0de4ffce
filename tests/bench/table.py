"""The figures as a table, on the screen and in docs/performance.md."""

import json
from pathlib import Path
from typing import Any

BEGIN, END = "<!-- bin/bench --write begins here -->", "<!-- and ends here -->"


def text(figures: dict[str, Any]) -> str:
    return "\n".join(_lines(figures)) + "\n"


def write(figures: dict[str, Any], page: Path) -> None:
    """Keep the figures beside the page, and bring the tables of all that are kept into it."""
    store = page.with_suffix(".json")
    kept = json.loads(store.read_text()) if store.exists() else {}
    key = f"{figures['tickets']}/{figures['open_percent']}"
    before = kept.get(key, {})
    merged = {**figures, **{part: before.get(part, {}) | figures[part] for part in ("pages", "runs")}}
    kept[key] = merged
    store.write_text(json.dumps(kept, indent=1, ensure_ascii=False, sort_keys=True) + "\n")
    rounds = sorted(kept.values(), key=lambda each: (each["open_percent"], each["tickets"]))
    parts = [*(text(each) for each in rounds), *_growth(rounds)]
    head, _mark, rest = page.read_text().partition(BEGIN)
    tail = rest.partition(END)[2]
    page.write_text(f"{head}{BEGIN}\n\n" + "\n".join(parts) + f"\n{END}{tail}")


def _lines(figures: dict[str, Any]) -> list[str]:
    memory, world = figures["memory"], figures["world"]
    counts = sorted({int(n) for page in figures["pages"].values() for n in page["clients"]})
    lines = [
        f"### {figures['tickets']:,} tickets, {figures['open_percent']} % open ({figures['at']})",
        "",
        f"Made in {world['seconds']} s ({world['sizes'].get('all', '')}). {world['shape']}",
        f"Ready after {figures['ready']} s; idle memory "
        + ", ".join(f"{name} {size} MiB" for name, size in sorted(memory.items()))
        + f", together {sum(memory.values())} MiB.",
        "",
        "| | SQL alone | "
        + " | ".join(f"{n} client{'s' * (n > 1)}: p50, p95 ms (a second)" for n in counts)
        + " | work ms | aim | p50 of 2 over SQL |",
        "|---|---" + "|---" * len(counts) + "|---|---|---|",
    ]
    for page in figures["pages"].values():
        limit = page.get("limit", {}).get("p50")
        cells = []
        for n in counts:
            seen = page["clients"].get(str(n))
            wrong = f", {seen['wrong']} wrong" if seen and seen["wrong"] else ""
            cells.append(f"{seen['p50']}, {seen['p95']} ({seen['a_second']}{wrong})" if seen else "")
        two = (page["clients"].get("2") or {}).get("p50")
        work = next(iter(page["clients"].values()))["work"]
        ratio = f"{two / limit:.1f}" if two and limit else ""
        lines.append(
            f"| {page['title']} | {limit or ''} | " + " | ".join(cells) + f" | {work} | {page['aim'] or ''} | {ratio} |"
        )
    lines.append("")
    lines += [f"- {run['title']}: {run['said']}." for run in figures["runs"].values()]
    return [*lines, ""]


def _growth(rounds: list[dict[str, Any]]) -> list[str]:
    """What each page costs in the largest world over what it costs in the smallest, of the same share of open ones."""
    lines = []
    for share in sorted({each["open_percent"] for each in rounds}):
        same = [each for each in rounds if each["open_percent"] == share]
        small, large = same[0], same[-1]
        if small is large:
            continue
        lines += [
            f"### From {small['tickets']:,} to {large['tickets']:,} tickets ({share} % open)",
            "",
            "| p50 ms, 1 client | " + " | ".join(f"{each['tickets']:,}" for each in same) + " | growth |",
            "|---" + "|---" * len(same) + "|---|",
        ]
        for key, page in small["pages"].items():
            seen = [each["pages"].get(key, {}).get("clients", {}).get("1", {}).get("p50") for each in same]
            grown = f"{seen[-1] / seen[0]:.2f}" if seen[0] and seen[-1] else ""
            lines.append(f"| {page['title']} | " + " | ".join(str(each or "") for each in seen) + f" | {grown} |")
        lines.append("")
    return lines
