"""The template environment: what every page can rely on."""

import datetime as dt
import re
from pathlib import Path

import pytest
from django.template import engines
from django.utils import translation
from jinja2 import UndefinedError

from firstline.kit import clock
from firstline.web import jinja

TEMPLATES = Path(jinja.__file__).parent / "templates"


def render(source: str, **values: object) -> str:
    return engines["jinja2"].env.from_string(source).render(**values)  # type: ignore[attr-defined]


def test_what_a_person_wrote_is_escaped() -> None:
    assert render("{{ text }}", text="<script>") == "&lt;script&gt;"


def test_a_forgotten_variable_is_an_error_not_a_blank() -> None:
    with pytest.raises(UndefinedError):
        render("{{ nobody }}")


def test_sentences_are_said_in_the_active_language() -> None:
    with translation.override("zh-hans"):
        assert render("{{ _('Undo') }}") == "撤销"
    with translation.override("en"):
        assert render("{{ _('Undo') }}") == "Undo"


def test_a_translated_sentence_escapes_what_is_put_into_it() -> None:
    assert "<b>" not in render("{{ _('Select %(number)s', number=who) }}", who="<b>")


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Lin Mei", "LM"), ("林梅", "梅"), ("Ada", "AD"), ("Anna Maria Roth", "AR"), ("", "?"), ("X", "X")],
)
def test_a_face_shows_the_letters_that_people_expect(name: str, letters: str) -> None:
    assert jinja.initials(name) == letters


def test_a_hue_is_stable_and_has_a_class() -> None:
    assert jinja.hue("Lin Mei") == jinja.hue("Lin Mei")
    assert {jinja.hue(str(number)) // 30 for number in range(300)} == set(range(12))


def test_a_count_is_capped() -> None:
    assert [jinja.count(number) for number in (0, 999, 1000)] == ["0", "999", "999+"]


def test_an_icon_is_for_the_eye_alone() -> None:
    drawn = jinja.icon("search", 20)
    assert 'aria-hidden="true"' in drawn
    assert 'width="20"' in drawn


def test_a_time_carries_its_exact_moment() -> None:
    moment = dt.datetime(2026, 11, 22, 9, 2, tzinfo=dt.UTC)
    with clock.moved(moment):
        assert 'datetime="2026-11-22T09:02:00+00:00"' in jinja.when(moment)
        assert "data-ago" in jinja.ago(moment)


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_no_template_needs_an_inline_script_or_style(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"""\s(style|on\w+)=["']""", text), "the content security policy forbids it"
    assert not re.search(r"<style|<script(?![^>]*(src=|application/json))", text)


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_every_icon_that_a_template_names_exists(path: Path) -> None:
    for name in re.findall(r"""icon\(["']([\w-]+)["']""", path.read_text()):
        jinja.icon(name)


def test_every_style_sheet_is_loaded_by_the_head() -> None:
    css = TEMPLATES.parent / "static/css"
    listed = re.findall(
        r'"([\w/-]+)"', (TEMPLATES / "components/head.html").read_text().split("] %}")[0].split("[")[-1]
    )
    assert sorted(listed) == sorted(str(path.relative_to(css).with_suffix("")) for path in css.rglob("*.css"))


def test_every_script_is_loaded_by_another_or_by_a_template() -> None:
    js = TEMPLATES.parent / "static/js"
    texts = [path.read_text() for path in [*js.glob("*.js"), *TEMPLATES.rglob("*.html")]]
    named = {name for text in texts for name in re.findall(r"""(?:"\./|js/)([\w-]+\.js)["']""", text)}
    assert named == {path.name for path in js.glob("*.js")}
