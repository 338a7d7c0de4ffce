"""How templates are written: a line can be read, and logic stands on lines of its own."""

import re
from pathlib import Path

import pytest

from firstline.web import jinja

TEMPLATES = Path(jinja.__file__).parent / "templates"
LONGEST = 160
# A sentence is one, however long: it is not broken for the sake of its line.
SENTENCE = re.compile(r"(?<=_\()\"[^\"]*\"|(?<=pick\()\"[^\"]*\", \"[^\"]*\"|\{% trans .*?\{% endtrans %\}")


@pytest.mark.parametrize(
    "page", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.relative_to(TEMPLATES).as_posix()
)
def test_no_line_is_longer_than_one_reads_at_a_glance(page: Path) -> None:
    rows = enumerate(page.read_text().splitlines(), start=1)
    assert [f"{number}: {row}" for number, row in rows if len(SENTENCE.sub("", row)) > LONGEST] == []
