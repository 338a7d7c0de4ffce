"""Ready-made replies, and the placeholders in them."""

from django.urls import reverse

from firstline.catalog.models import CannedReply
from firstline.tickets.placeholders import values_for
from firstline.web.admin.forms.canned_reply import PLACEHOLDERS
from tests.cast import Cast
from tests.web.admin.hands import as_


def test_canned_replies_have_only_placeholders_that_exist(cast: Cast) -> None:
    page = reverse("settings-new", args=["IT", "replies"])
    given = {"name_en": "Hello", "name_zh": "您好", "text_en": "Hi {requester.name}", "text_zh": "您好 {requester.nam}"}
    answer = as_(cast.dana).post(page, given)
    assert answer.status_code == 422
    assert "{requester.nam}" in answer.content.decode()
    assert as_(cast.dana).post(page, {**given, "text_zh": "您好"}).status_code == 302
    assert CannedReply.objects.get().desk == cast.it


def test_the_placeholders_explained_are_those_that_are_filled_in(cast: Cast) -> None:
    assert set(PLACEHOLDERS) == set(values_for(cast.asked(), by=cast.bo))
