"""Each name of the audit log is written by some code, and each command that changes something leaves an entry."""

import ast
import re

from firstline.audit.log import NAMES
from firstline.cli import COMMANDS
from firstline.people import security_log
from tests.shape.sources import PROGRAM, trees

WRITES = {
    "backup": "backed_up",
    "restore": "restored",
    "resume": "armed",
    "token": "token_made",
    "administrator": "role_changed",
    "secrets": "secrets_rotated",
    "erase": "erased",
    "retention": "retained",
}
"""By which entry one sees that a command was used; each is tried in the tests of its command."""
WRITES_NONE = (
    "serve parts web worker mail "  # they run the program, whose verbs leave their own
    "migrate demo "  # the tables change, and nothing in them; an empty desk is filled
    "doctor verify messages audit limits"
).split()
BY_SQL = re.compile(r"INSERT INTO tickets_auditentry[^;]*?'([a-z_]+)'")


def written() -> set[str]:
    found = {name for path in PROGRAM.rglob("*.py") for name in BY_SQL.findall(path.read_text())}
    words: set[str] = set()
    for path, nodes in trees().items():
        calls = [node for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
        for call in calls:
            if call.func.id == "audit" and call.args:  # type: ignore[attr-defined]
                found |= _words([call.args[0], *ast.walk(call.args[0])])
        words |= set() if path.endswith("people/security_log.py") else _words(nodes)
    return found | {name for what, name in security_log.NAMES.items() if what in words}


def _words(nodes: list[ast.AST]) -> set[str]:
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_every_name_of_the_audit_log_is_written_and_what_is_written_has_a_name() -> None:
    assert written() ^ NAMES.keys() == set()


def test_every_command_that_changes_something_leaves_an_entry() -> None:
    assert sorted([*WRITES, *WRITES_NONE]) == sorted(COMMANDS)
    assert set(WRITES.values()) <= NAMES.keys()
