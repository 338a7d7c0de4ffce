"""Right to left: paragraphs take the direction of their words, numbers in them keep theirs."""

import pytest

from firstline.kit import html

ARABIC = "مرحبا، الطابعة HP-204 لا تعمل.\nالرجاء الاتصال على 12-34-56."


def test_a_paragraph_takes_its_own_direction_and_keeps_numbers_apart() -> None:
    made = html.from_text(ARABIC)
    assert made.startswith('<p dir="auto">')
    assert '<bdi dir="ltr">12-34-56</bdi>.' in made
    assert '<bdi dir="ltr">HP-204</bdi>' in made


@pytest.mark.parametrize("hebrew", ["- אחת\n- שתיים", "| א |\n|---|\n| ב |", "# כותרת", "> ציטוט"])
def test_markdown_has_it_on_each_block(hebrew: str) -> None:
    assert 'dir="auto"' in html.markdown(hebrew)


def test_an_email_keeps_what_it_says_itself() -> None:
    made = html.clean("<div dir=rtl><p>שלום</p><p dir=ltr>שלום</p></div>")
    assert made == '<div dir="rtl"><p dir="auto">שלום</p><p dir="ltr">שלום</p></div>'
    assert html.clean(made) == made


def test_what_is_written_left_to_right_is_left_alone() -> None:
    assert html.from_text("12-34-56 你好") == "<p>12-34-56 你好</p>"
