"""What bandit finds at medium and high severity is explained here, or is a fault."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
IDENTIFIERS = "only names of columns and placeholders of our own are put into the statement"
CLEANED = "comes out of kit.html, which leaves nothing that runs"
EXPLAINED: dict[tuple[str, str], str] = {
    ("firstline/channels/email/ingest.py", "B608"): IDENTIFIERS,
    ("firstline/kit/compiled_writes.py", "B608"): IDENTIFIERS,
    ("firstline/tickets/clocks.py", "B608"): IDENTIFIERS,
    ("firstline/tickets/counting.py", "B608"): IDENTIFIERS,
    ("firstline/tickets/record.py", "B608"): IDENTIFIERS,
    ("firstline/tickets/verifying.py", "B608"): IDENTIFIERS,
    ("firstline/retention/words.py", "B608"): IDENTIFIERS,
    ("firstline/retention/migrations/0003_one_form_of_an_address.py", "B608"): IDENTIFIERS,
    ("firstline/web/accounts/app.py", "B703"): "drawn by qrcode from our own text",
    ("firstline/web/accounts/app.py", "B308"): "drawn by qrcode from our own text",
    ("firstline/cli/checkup/mail.py", "B104"): "compares with the address that means all; nothing listens there",
    ("firstline/cli/serve.py", "B104"): "compares with the address that means all; nothing listens there",
    ("firstline/web/demo/mailclient.py", "B104"): "compares with the address that means all; nothing listens there",
    ("firstline/notices/template_context.py", "B704"): CLEANED,
    ("firstline/web/portal/talk.py", "B704"): CLEANED,
    ("firstline/web/workspace/conversation.py", "B704"): CLEANED,
    ("firstline/web/workspace/readers.py", "B704"): CLEANED,
    ("firstline/web/workspace/filters.py", "B704"): "drawn by a template of ours, which escapes",
    ("firstline/web/jinja.py", "B704"): "the package's own drawings",
    ("firstline/web/render_cache.py", "B704"): "our own sentences; what is put in is escaped",
    ("firstline/notices/render.py", "B701"): "off for the plain text of letters alone, on for their HTML",
}


@pytest.mark.system
def test_what_bandit_finds_is_explained() -> None:
    command = [
        sys.executable,
        "-m",
        "bandit",
        "--quiet",
        "--recursive",
        "firstline",
        "--severity-level=medium",
        "-f",
        "json",
    ]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    told = json.loads(ran.stdout)
    assert told["errors"] == []
    found = {(each["filename"].removeprefix("./"), each["test_id"]): each["line_number"] for each in told["results"]}
    assert {f"{path}:{found[path, kind]} {kind}" for path, kind in found.keys() - EXPLAINED.keys()} == set()
    assert EXPLAINED.keys() - found.keys() == set()
