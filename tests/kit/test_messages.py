"""The messages command, on a little program of its own in a temporary folder."""

import gettext
import os
from pathlib import Path

import pytest

from firstline.kit import messages

PY = "from django.utils.translation import gettext as _, ngettext\n"


@pytest.fixture
def program(tmp_path: Path) -> Path:
    root = tmp_path / "program"
    write(root / "sla/late.py", PY + '_("Too late")\nngettext("%(n)d day", "%(n)d days", 2)\n')
    write(root / "web/portal/home.py", PY + '_("Help")\n')
    write(root / "web/templates/portal/home.html", "{{ _('Ask') }}{% trans %}\n  Two\n  lines\n{% endtrans %}")
    write(root / "web/templates/base.html", "{% trans name=who %}Hello {{ name }}{% endtrans %}")
    return root


def test_each_floor_and_each_part_of_web_keeps_its_own_sentences(program: Path) -> None:
    messages.run(False, root=program)
    assert sentences(program / "sla") == ["%(n)d day", "Too late"]
    assert sentences(program / "web/portal") == ["Ask", "Help", "Two lines"]
    assert sentences(program / "web") == ["Hello %(name)s"]


def test_the_check_names_a_sentence_without_chinese(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    messages.run(False, root=program)
    assert messages.run(True, root=program) == 1
    assert "not translated: 'Too late'" in capsys.readouterr().out


def test_the_check_is_content_when_all_is_translated(program: Path) -> None:
    translate_all(program)
    assert messages.run(True, root=program) == 0


def test_the_check_changes_nothing(program: Path) -> None:
    messages.run(True, root=program)
    assert not list(program.glob("**/*.po"))


def test_a_placeholder_that_the_chinese_lost_is_found(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    translate_all(program)
    say(program / "web", "Hello %(name)s", "您好")
    assert messages.run(True, root=program) == 1
    assert "Hello %(name)s" in capsys.readouterr().out


def test_a_brace_placeholder_that_the_chinese_lost_is_found(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(program / "web/words.py", PY + '_("{n} min ago")\n')
    translate_all(program)
    say(program / "web", "{n} min ago", "几分钟前")
    assert messages.run(True, root=program) == 1
    assert "{n} min ago" in capsys.readouterr().out


def test_a_fuzzy_entry_fails_the_check(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    translate_all(program)
    path = messages.po_path(program / "web/portal")
    path.write_text(path.read_text().replace('msgid "Ask"', '#, fuzzy\nmsgid "Ask"'))
    assert messages.run(True, root=program) == 1
    assert "fuzzy: 'Ask'" in capsys.readouterr().out


def test_a_new_sentence_makes_the_file_out_of_date(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    translate_all(program)
    write(program / "sla/more.py", PY + '_("Paused")\n')
    assert messages.run(True, root=program) == 1
    assert "out of date" in capsys.readouterr().out


def test_one_english_sentence_cannot_be_two_chinese_ones(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(program / "sla/help.py", PY + '_("Help")\n')
    translate_all(program)
    say(program / "sla", "Help", "帮助")
    assert messages.run(True, root=program) == 1
    assert "use pgettext" in capsys.readouterr().out


def test_a_sentence_that_moves_to_another_floor_takes_its_chinese_along(program: Path) -> None:
    translate_all(program)
    say(program / "web/portal", "Help", "求助")
    (program / "web/portal/home.py").write_text("")
    write(program / "sla/help.py", PY + '_("Help")\n')
    messages.run(False, root=program)
    assert "求助" in messages.po_path(program / "sla").read_text()


def test_a_floor_without_sentences_loses_its_file(program: Path) -> None:
    translate_all(program)
    (program / "sla/late.py").unlink()
    messages.run(False, root=program)
    assert not messages.po_path(program / "sla").exists()


def test_what_is_compiled_speaks_chinese(program: Path) -> None:
    translate_all(program)
    say(program / "sla", "Too late", "太迟了")
    messages.compile_all(root=program)
    with messages.po_path(program / "sla").with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Too late") == "太迟了"
    assert str(program / "sla/locale") in messages.locale_paths(root=program)


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def sentences(home: Path) -> list[str]:
    return [messages._key(message)[0] for message in messages._read(messages.po_path(home)) if message.id]


def translate_all(root: Path) -> None:
    """Every sentence becomes its own "Chinese", which keeps the placeholders."""
    messages.run(False, root=root)
    for path in root.glob("**/*.po"):
        catalog = messages._read(path)
        for message in catalog:
            sentence = messages._key(message)[0]
            message.string = (sentence,) if message.pluralizable else sentence
        path.write_bytes(messages._text(catalog))


def say(home: Path, english: str, chinese: str) -> None:
    path = messages.po_path(home)
    catalog = messages._read(path)
    catalog.get(english).string = chinese
    path.write_bytes(messages._text(catalog))
    later = path.stat().st_mtime + 5  # a .mo is made again only when its .po is newer
    os.utime(path, (later, later))
