"""Asking: the form of a request type, and the one for everything else."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from firstline.catalog.models import Announcement, RequestType
from firstline.tickets.models import Attachment, Ticket
from tests.cast import Cast
from tests.web.conftest import As

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
ASKED: dict[str, Any] = {"subject": "Screen is black", "text": "Since noon.", "urgency": "3"}
FIELDS = [
    {
        "key": "device", "label_en": "Which device", "label_zh": "哪种设备", "kind": "radio", "required": True,
        "choices": [
            {"value": "laptop", "label_en": "Laptop", "label_zh": "笔记本电脑"},
            {"value": "phone", "label_en": "Phone", "label_zh": "手机"},
        ],
    },
    {"key": "model", "label_en": "Model", "label_zh": "型号", "required": True, "show_if": {"device": "phone"}},
    {"key": "since", "label_en": "Since", "label_zh": "从哪天开始", "kind": "date"},
    {"key": "call", "label_en": "Call me", "label_zh": "请回电", "kind": "checkbox"},
]  # fmt: skip


@pytest.fixture
def laptop(cast: Cast) -> RequestType:
    RequestType.objects.filter(key="laptop").update(fields=FIELDS)
    return RequestType.objects.get(key="laptop")


def test_a_sent_form_opens_a_request_and_says_its_number_and_what_to_expect(cast: Cast, as_: As) -> None:
    answer = as_(cast.mei).post("/ask/laptop/", ASKED, follow=True)
    ticket = Ticket.objects.get()
    assert answer.redirect_chain[0][0] == f"/requests/{ticket.number}/?asked=ask-laptop"
    assert (ticket.subject, ticket.urgency, ticket.channel, ticket.requester) == (
        "Screen is black",
        3,
        "portal",
        cast.mei,
    )
    page = answer.content.decode()
    assert f"{ticket.number} is with us." in page
    assert "Somebody takes it up by" in page
    assert 'data-draft-done="ask-laptop"' in page


@pytest.mark.parametrize(
    ("language", "device", "complaint"),
    [("en", "Which device", "This field is required."), ("zh-hans", "哪种设备", "这个字段是必填项。")],
)
def test_a_form_with_errors_comes_back_with_everything_that_was_typed(
    cast: Cast, as_: As, laptop: RequestType, language: str, device: str, complaint: str
) -> None:
    client = as_(cast.mei, language=language)
    file = SimpleUploadedFile("shot.png", PNG, "image/png")
    answer = client.post(
        "/ask/laptop/",
        {
            **ASKED,
            "subject": "",
            "answer-model": "Pixel <9>",
            "answer-since": "2026-11-20",
            "requester": "nobody@corp.example",
            "files_plain": file,
        },
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert device in page
    assert complaint in page
    assert "Since noon." in page
    assert "Pixel &lt;9&gt;" in page
    assert 'value="2026-11-20"' in page
    assert "nobody@corp.example" in page
    assert "shot.png" in page
    assert not Ticket.objects.exists()
    kept = re.search(r'name="files" value="([0-9a-f-]+)"', page)
    assert kept is not None
    client.post("/ask/laptop/", {**ASKED, "answer-device": "laptop", "files": kept[1]})
    assert Ticket.objects.get().attachments.get().name == "shot.png"


def test_answers_are_kept_by_key_and_shown_with_their_labels(cast: Cast, as_: As, laptop: RequestType) -> None:
    given = {"answer-device": "phone", "answer-model": "Pixel 9", "answer-since": "2026-11-20", "answer-call": "on"}
    as_(cast.mei).post("/ask/laptop/", {**ASKED, **given})
    ticket = Ticket.objects.get()
    assert ticket.answers == {"device": "phone", "model": "Pixel 9", "since": "2026-11-20", "call": True}
    page = as_(cast.mei, language="zh-hans").get(f"/requests/{ticket.number}/").content.decode()
    assert "哪种设备" in page
    assert "手机" in page
    assert "Pixel 9" in page


def test_a_question_that_does_not_appear_is_neither_required_nor_kept(cast: Cast, as_: As, laptop: RequestType) -> None:
    answer = as_(cast.mei).post("/ask/laptop/", {**ASKED, "answer-device": "phone"})
    assert answer.status_code == 422
    as_(cast.mei).post("/ask/laptop/", {**ASKED, "answer-device": "laptop", "answer-model": "left over"})
    assert Ticket.objects.get().answers == {"device": "laptop"}


def test_one_may_ask_for_a_colleague_and_add_others_by_their_addresses(cast: Cast, as_: As) -> None:
    people = {"requester": "OMAR@corp.example", "colleagues": "bo@corp.example， chen@corp.example"}
    as_(cast.mei).post("/ask/laptop/", {**ASKED, **people})
    ticket = Ticket.objects.get()
    assert (ticket.requester, ticket.creator, ticket.requester_department) == (cast.omar, cast.mei, "Sales")
    assert [*ticket.participants.order_by("person").values_list("person", "role")] == [
        (person.pk, "asker") for person in (cast.mei, cast.bo, cast.chen)
    ]
    assert (ticket.asked_by, ticket.messages.get().author, ticket.verified) == (cast.mei, cast.mei, False)


def test_part_of_an_address_finds_nobody(cast: Cast, as_: As) -> None:
    answer = as_(cast.mei).post("/ask/laptop/", {**ASKED, "colleagues": "omar"})
    assert answer.status_code == 422
    assert "Haddad" not in answer.content.decode()


def test_a_file_of_somebody_else_is_not_attached(cast: Cast, as_: As) -> None:
    theirs = as_(cast.omar).post("/files/", {"file": SimpleUploadedFile("secret.png", PNG)}).json()["id"]
    as_(cast.mei).post("/ask/laptop/", {**ASKED, "files": theirs})
    assert not Ticket.objects.get().attachments.exists()
    assert Attachment.objects.get(pk=theirs).ticket is None


def test_something_else_always_works_even_when_no_desk_has_such_a_form(cast: Cast, as_: As) -> None:
    RequestType.objects.all().delete()
    client = as_(cast.mei)
    assert client.get("/").status_code == 200
    assert client.get("/ask/").status_code == 200
    client.post("/ask/", ASKED)
    assert Ticket.objects.get().desk == cast.it


def test_what_is_answered_about_an_announcement_of_a_desk_without_that_form_is_told_in_words(
    cast: Cast, as_: As, laptop: RequestType
) -> None:
    known = Announcement.objects.create(desk=cast.hr, kind="outage", title_en="Pay", title_zh="工资")
    given = {"answer-device": "phone", "answer-model": "Pixel 9", "answer-since": "2026-11-20", "answer-call": "on"}
    answer = as_(cast.mei).post(f"/ask/laptop/?about={known.pk}", {**ASKED, **given, "about": known.pk})
    assert answer.status_code == 302
    ticket = Ticket.objects.get()
    assert (ticket.desk, ticket.request_type, ticket.answers) == (cast.hr, None, {})
    assert "Pixel 9" in ticket.messages.get().text
