"""docs/limits.md is what the code says, and no limit is declared that nothing looks at."""

import ast
import re
from datetime import timedelta

from firstline.cli.limits import document
from firstline.kit.limits import Limit, declared
from tests.shape.sources import ROOT, trees


def test_the_document_of_limits_is_what_the_code_says() -> None:
    assert (ROOT / "docs/limits.md").read_text() == document(), "Run: python -m firstline limits --write"


def test_every_limit_is_looked_at_where_it_is_declared_or_elsewhere() -> None:
    read: set[str] = set()
    names: dict[str, str] = {}
    for path, nodes in trees().items():
        for node in nodes:
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                read.add(node.id)
            elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
                read.add(node.attr)
            elif isinstance(node, ast.Assign) and _is_limit(node.value) and isinstance(node.targets[0], ast.Name):
                names[node.targets[0].id] = path
    assert len(names) > 10
    assert {name: where for name, where in names.items() if name not in read} == {}


def test_a_limit_that_has_no_name_in_the_code_is_a_setting() -> None:
    nameless = []
    for path, nodes in trees().items():
        for node in nodes:
            if isinstance(node, ast.Expr) and _is_limit(node.value):
                assert isinstance(node.value, ast.Call)
                if "setting" not in {word.arg for word in node.value.keywords}:
                    nameless.append((path, node.lineno))
    assert nameless == []


NAMED_LIKE_ONE = re.compile(r"^_?(?:.*_)?(?:MOST|MAX|LONGEST|LARGEST|LIMITS?|AT_MOST)(?:_.*)?$")
NONE = {
    # what others have fixed
    "kit/memory.py: M_ARENA_MAX": "of glibc",
    "kit/numbers.py: MOST_DIGITS": "of a column of the database",
    "kit/postgres.py: LONGEST_SOCKET_PATH": "of the system",
    "channels/email/signed.py: LONGEST_LOCAL_PART": "of RFC 5321",
    "kit/mailbox.py: LONGEST": "of RFC 5321",
    "channels/email/attaching.py: _LONGEST_LINE": "of RFC 5322",
    # how much is done in one go, and the rest after it
    "channels/email/fetching.py: MOST_AT_ONCE": "a hand",
    "channels/email/batch_writer.py: MOST_AT_ONCE": "a hand",
    "channels/email/batch_writer.py: MOST_BYTES_AT_ONCE": "a hand",
    "kit/job_batching.py: MOST": "a hand",
    "channels/email/subjects.py: MOST_PREFIXES": "taken off before two subjects are compared",
    "notices/models/told.py: MOST_TO_NOBODY": "remembered; who runs later than that tells late",
    "notices/tell.py: MOST_UNTOLD": "told along; the others by their own jobs",
    "tickets/sealing.py: MOST": "a seal; the next one follows",
    # by what something is known, or how much of it is looked at to tell
    "channels/email/bodies.py: _LONGEST_ID": "look",
    "channels/senders.py: MOST_NAME": "of a column of the database",
    "channels/inbound.py: LONGEST_ID": "of a column of the database",
    "channels/inbound.py: LONGEST_KEY": "of a column of the database",
    "people/domains.py: LONGEST": "longer than any word of a link that we write",
    "tickets/thanks.py: _LONGEST": "look",
    "web/workspace/conversation.py: MOST_SINCE": "said where it ends",
    "web/workspace/sidebar.py: MOST_COPIED": "addresses above a sentence that counts the others",
    "web/workspace/sidebar.py: MOST_TIES": "said below them",
    "web/workspace/readers.py: MOST_NAMED": "names in a sentence that counts the others",
    "channels/threading.py: _MOST_SAME": "look",
    "tickets/thanks.py: _MOST_WORDS": "look",
    "channels/email/head.py: _LONGEST_LOOK": "look",
    "channels/email/head.py: _MOST_LOST_ROWS": "look",
    "channels/email/hints.py: _LONGEST": "look",
    "channels/email/hints.py: _MOST_HTML": "look",
    "channels/email/ingest.py: _LONGEST_FROM": "look",
    "channels/email/ingest.py: _MOST_IDS": "look",
    "channels/email/ingest.py: _MOST_NAMES": "look",
    "kit/attributions.py: LONGEST": "a line that opens a quote",
    "kit/attributions.py: _LONGEST_WORDS": "its end",
    "kit/headblocks.py: _MOST_LINES": "a block that opens a quote",
    "kit/bounded_cache.py: LARGEST_SHARE": "what is worth remembering",
    "kit/known.py: _LONGEST": "a line that is known",
    "kit/html.py: _MOST_SCHEMES": "look",
    "kit/signatures.py: _LONGEST": "a line of a signature",
    "kit/signatures.py: _LONGEST_CHINESE": "a line of a signature",
    "kit/signatures.py: _MOST_LINES": "a signature",
    # the first few of what is found, beside a field where one can go on typing
    "catalog/find.py: MOST": "suggestions",
    "web/admin/people.py: MOST_SUGGESTED": "suggestions",
    "web/workspace/palette.py: MOST": "suggestions",
    "web/workspace/people.py: MOST_FOUND": "suggestions",
    "web/workspace/people.py: MOST_RECENT": "suggestions",
    # of this machine, for whoever runs it
    "cli/checkup/database.py: MOST_SKEW_SECONDS": "said by firstline doctor",
    "cli/checkup/database.py: LONGEST_WAIT_SECONDS": "said by firstline doctor",
    "cli/prefork.py: MOST_DEATHS_AT_START": "said where it ends",
    "cli/serve.py: MOST_DEATHS_AT_START": "said where it ends",
    "cli/serve.py: MOST_PROCESSES": "a default",
    "people/rate_limit.py: LIMITS": "a table of limits",
    "settings.py: DATA_UPLOAD_MAX_MEMORY_SIZE": "of Django; web/bodies.py refuses before it",
    "settings.py: FILE_UPLOAD_MAX_MEMORY_SIZE": "of Django; the rest is on disk",
}
"""Numbers that are named like limits and are none that anybody meets, and what they are instead."""


def test_whatever_is_named_like_a_limit_is_declared_as_one_or_said_to_be_none() -> None:
    undeclared = {}
    for path, (module, *_nodes) in trees().items():
        place = path.removeprefix("firstline/")
        assert isinstance(module, ast.Module)
        for node in module.body:
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", node)]
            named = [each for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)]
            for name in (each.id for each in named if isinstance(each.ctx, ast.Store)):
                if (
                    NAMED_LIKE_ONE.match(name)
                    and not _is_limit(getattr(node, "value", node))
                    and not place.startswith("demo/")
                ):
                    undeclared[f"{place}: {name}"] = node.lineno
    assert undeclared.keys() - NONE.keys() == set(), "declare them (kit/limits.py), or say here what they are"
    assert NONE.keys() - undeclared.keys() == set(), "they are gone, or declared"


def test_every_limit_says_of_what_for_whom_and_what_is_said() -> None:
    document()
    assert [each for each in declared() if not (each.of and each.per and each.said)] == []


def test_amounts_are_written_as_people_write_them() -> None:
    def written(most: float | timedelta, unit: str = "", within: timedelta | None = None) -> str:
        return Limit(most, unit, "", "", "", within, "", "").amount

    assert written(25 * 1024 * 1024, "bytes") == "25 MB"
    assert written(1536, "bytes") == "1.5 KB"
    assert written(100_000, "characters") == "100,000 characters"
    assert written(90, "seconds") == "90 seconds"
    assert written(timedelta(days=1)) == "1 day"
    assert written(10, "", timedelta(minutes=15)) == "10 within 15 minutes"


def _is_limit(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "limit"
