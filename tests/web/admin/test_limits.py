"""Lists and forms of the settings that have an end say so where it is reached."""

import pytest
from django.urls import reverse

from firstline.api.models import Token
from firstline.catalog.models import Inbox, RequestType
from firstline.channels.models import InboundMessage
from firstline.kit import clock
from firstline.web.admin import access, letters
from firstline.web.admin.forms import questions
from tests.cast import Cast
from tests.web.admin.hands import as_
from tests.web.admin.test_request_types import question, request_type


@pytest.mark.parametrize(("had", "has", "is_told"), [(2, 3, False), (3, 3, True)])
def test_a_form_that_is_full_says_so_and_keeps_what_was_typed(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, had: int, has: int, is_told: bool
) -> None:
    monkeypatch.setattr(questions, "MOST", 3)
    monkeypatch.setattr("firstline.web.admin.request_types.MOST", 3)
    page = reverse("settings-request-type", args=["IT", RequestType.objects.get(key="laptop").pk])
    typed = {name: value for place in range(had) for name, value in question(place).items()}
    answer = as_(cast.dana).post(page, request_type(questions=str(had), do="add", **typed)).content.decode()
    assert ("A form has at most 3 questions." in answer) is is_told
    assert f'name="questions" value="{has}"' in answer
    assert f"Question {had - 1}" in answer


@pytest.mark.parametrize(("most", "is_told"), [(2, True), (3, False)])
def test_a_list_of_tokens_that_is_cut_says_so(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, most: int, is_told: bool
) -> None:
    monkeypatch.setattr(access, "MOST_TOKENS", most)
    for person in (cast.mei, cast.bo, cast.chen):
        Token.issue(person, scopes=["read"])
    page = as_(cast.ada).get(reverse("settings-tokens")).content.decode()
    assert page.count('<button class="button quiet">Revoke') == most
    assert (f"Only the first {most} are listed" in page) is is_told


@pytest.mark.parametrize(("most", "said"), [(2, "1 more waits"), (1, "2 more wait"), (3, "")])
def test_emails_that_wait_for_another_press_are_said(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, most: int, said: str
) -> None:
    monkeypatch.setattr(letters, "MOST_AT_ONCE", most)
    inbox = Inbox.objects.get(address="it@desk.example")
    for number in range(3):
        InboundMessage.objects.create(
            key=str(number), inbox=inbox, raw=b"", state="unreadable", received_at=clock.now(), reason="Too deep."
        )
    page = as_(cast.ada).post(reverse("settings-letters-again"), follow=True).content.decode()
    assert ("more wait" in page) is bool(said)
    assert said in page
    assert InboundMessage.objects.filter(state="new").count() == most
