"""Request types: questions are put together on the page, and kept as the portal reads them."""

import pytest
from django.urls import reverse

from firstline.catalog.models import RequestType
from tests.cast import Cast
from tests.web.admin.hands import as_


def question(place: int, **more: str) -> dict[str, str]:
    given = {"label_en": f"Question {place}", "label_zh": f"问题 {place}", "kind": "text", **more}
    return {f"q{place}-{name}": value for name, value in given.items()}


def request_type(**more: str) -> dict[str, str]:
    return {"name_en": "Laptop", "name_zh": "电脑", "icon": "laptop", "active": "on", **more}


def test_questions_are_added_moved_and_removed_without_saving(cast: Cast) -> None:
    row = RequestType.objects.get(key="laptop")
    page = reverse("settings-request-type", args=["IT", row.pk])
    typed = request_type(questions="2", **question(0), **question(1))
    for do, places in [("add", 3), ("down-0", 2), ("remove-0", 1)]:
        answer = as_(cast.dana).post(page, {**typed, "do": do}).content.decode()
        assert f'name="questions" value="{places}"' in answer
        assert answer.find("Question 1") > 0
    moved = as_(cast.dana).post(page, {**typed, "do": "down-0"}).content.decode()
    assert 'name="q0-label_en" value="Question 1"' in moved
    row.refresh_from_db()
    assert row.fields == []


def test_questions_are_kept_as_the_portal_reads_them(cast: Cast) -> None:
    row = RequestType.objects.get(key="laptop")
    chosen = question(0, label_en="Which device", kind="select", choices="Laptop | 笔记本\nphone | Phone | 手机")
    typed = request_type(
        questions="2",
        do="save",
        **chosen,
        **question(1, show_if="which_device = laptop", required="on"),
        **{"q0-key": "which_device"},
    )
    assert as_(cast.dana).post(reverse("settings-request-type", args=["IT", row.pk]), typed).status_code == 302
    row.refresh_from_db()
    first, second = row.fields
    assert first["choices"][0] == {"value": "laptop", "label_en": "Laptop", "label_zh": "笔记本"}
    assert (second["key"], second["required"], second["show_if"]) == ("question_1", True, {"which_device": ["laptop"]})
    page = as_(cast.dana).get(reverse("settings-request-type", args=["IT", row.pk])).content.decode()
    assert "which_device = laptop" in page


@pytest.mark.parametrize(
    "wrong", [{"kind": "select"}, {"show_if": "nothing = yes"}, {"show_if": "nothing"}, {"choices": "only"}]
)
def test_a_question_that_cannot_be_asked_is_not_kept(cast: Cast, wrong: dict[str, str]) -> None:
    row = RequestType.objects.get(key="laptop")
    typed = request_type(questions="1", do="save", **question(0, **wrong))
    answer = as_(cast.dana).post(reverse("settings-request-type", args=["IT", row.pk]), typed)
    assert answer.status_code == 422
    row.refresh_from_db()
    assert row.fields == []
