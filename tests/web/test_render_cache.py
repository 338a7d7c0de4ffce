"""What is drawn once and shown to everybody depends on nothing but what it is given."""

import datetime as dt
import re
from pathlib import Path

import pytest
from django.template import engines
from django.utils import translation
from jinja2 import nodes
from markupsafe import Markup

from firstline.web import jinja
from firstline.web.render_cache import remembered, sentence, url

COMPONENTS = Path(jinja.__file__).parent / "templates" / "components"
# The same for everybody, in one language
PLAIN = {"_", "gettext", "ngettext", "icon", "static", "words", "language"}
PLAIN_FILTERS = {"count", "hue", "initials", "upper", "length", "tojson", "round", "e"}


def remembered_ones() -> list[tuple[str, str]]:
    found = [(path.name, name) for path in COMPONENTS.glob("*.html")
             for name in re.findall(r"\{% set (\w+) = remembered\(\1\) %\}", path.read_text())]  # fmt: skip
    assert len(found) > 10
    return found


@pytest.mark.parametrize(("file", "name"), remembered_ones())
def test_a_remembered_component_knows_neither_the_time_nor_who_asks(file: str, name: str) -> None:
    env = engines["jinja2"].env  # type: ignore[attr-defined]
    tree = env.parse((COMPONENTS / file).read_text())
    macros = {macro.name: macro for macro in tree.find_all(nodes.Macro)}
    drawn = macros[name]
    own = {each.name for each in drawn.find_all(nodes.Name) if each.ctx in ("param", "store")}
    used = {each.name for each in drawn.find_all(nodes.Name) if each.ctx == "load"}
    assert used - own - PLAIN - {other for _file, other in remembered_ones()} == set()
    assert {each.name for each in drawn.find_all(nodes.Filter)} <= PLAIN_FILTERS


def test_it_is_drawn_once_for_each_language() -> None:
    drawn = []
    draw = remembered(lambda label: drawn.append(label) or Markup(label))
    for language in ("en", "zh-hans", "en"):
        with translation.override(language):
            assert draw("Mei") == "Mei"
    assert len(drawn) == 2


def test_text_that_is_equal_but_not_safe_is_drawn_apart() -> None:
    env = engines["jinja2"].env  # type: ignore[attr-defined]
    state = env.get_template("components/state.html").module.state
    assert "<b>" in state("new", Markup("<b>Late</b>"))
    assert "<b>" not in state("new", "<b>Late</b>")


def test_a_sentence_is_said_in_the_language_of_the_moment() -> None:
    with translation.override("zh-hans"):
        assert sentence("Undo") == "撤销"
    with translation.override("en"):
        assert sentence("Undo") == "Undo"
        assert sentence("Select %(number)s", number=7) == "Select 7"
        assert sentence("Select %(number)s", number="<b>") == "Select &lt;b&gt;"
        assert sentence("Select %(number)s", number=Markup("<b>")) == "Select <b>"


def test_an_address_is_that_of_its_own_values() -> None:
    assert [url("ticket", number) for number in ("IT-1", "IT-2", "IT-1")] == [
        "/desk/tickets/IT-1/", "/desk/tickets/IT-2/", "/desk/tickets/IT-1/"]  # fmt: skip
    assert url("ticket", number="IT-3") == "/desk/tickets/IT-3/"


def test_a_time_says_its_words_escaped() -> None:
    at = dt.datetime(2026, 11, 22, 9, 2, tzinfo=dt.UTC)
    assert 'datetime="2026-11-22T09:02:00+00:00"' in jinja.when(at)
