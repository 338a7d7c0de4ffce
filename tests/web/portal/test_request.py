"""One request as its requester sees it, and all that he can do with it."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from firstline.api.models import Token
from firstline.kit import clock
from firstline.tickets import actions
from firstline.tickets.models import Ticket
from tests.cast import MONDAY, Cast, fresh
from tests.web.conftest import As
from tests.web.portal.test_submit import PNG


def test_an_outsider_is_told_that_there_is_no_such_request(cast: Cast, as_: As) -> None:
    ticket = cast.asked()
    client = as_(cast.omar)
    assert client.get(f"/requests/{ticket.number}/").status_code == 404
    for step in ("reply", "colleague", "cancel", "confirm", "reopen", "rate"):
        assert client.post(f"/requests/{ticket.number}/{step}/", {"text": "x"}).status_code == 404
    assert ticket.subject not in client.get("/requests/?show=all").content.decode()


def test_notes_and_replies_that_have_not_left_are_never_on_the_page(cast: Cast, as_: As) -> None:
    ticket = cast.asked(requester=cast.bo)  # an agent who asks their own desk sees no more here than anybody
    actions.share(ticket, by=cast.bo, person=cast.mei)
    actions.note(ticket, by=cast.chen, text="He is being difficult.")
    actions.reply(ticket, by=cast.chen, text="Not yet sent.", undo_seconds=15)
    actions.reply(ticket, by=cast.chen, text="Try again, please.")
    for person in (cast.mei, cast.bo):
        page = as_(person).get(f"/requests/{ticket.number}/").content.decode()
        assert "being difficult" not in page
        assert "Try again, please." in page
    assert "Not yet sent." not in as_(cast.mei).get(f"/requests/{ticket.number}/").content.decode()


@pytest.mark.parametrize("then", ["wait", "resolve"])
def test_what_a_reply_brings_about_is_shown_when_it_has_left(cast: Cast, as_: As, then: str) -> None:
    ticket = cast.asked()
    actions.accept(ticket, by=cast.bo)
    mine = as_(cast.mei)
    before = _seen(mine, ticket)
    if then == "wait":
        said = actions.reply(ticket, by=cast.bo, text="Which room?", undo_seconds=15)
        actions.hold(ticket, by=cast.bo, reason="requester", after=said)
    else:
        actions.resolve(ticket, by=cast.bo, resolution="It works again.", undo_seconds=15)
    assert _seen(mine, ticket) == before
    with clock.moved(clock.now() + timedelta(seconds=16)):
        after = _seen(mine, ticket)
    assert after != before
    words = {"wait": "Waiting for your answer", "resolve": "Solved, please confirm"}[then]
    assert words in after
    assert words not in before


def _seen(client: Client, ticket: Ticket) -> str:
    """What the asking side is told of where it stands, in the list and by the API, and whether it can confirm."""
    listed = client.get("/requests/").content.decode()
    shown = client.get(f"/requests/{ticket.number}/").content.decode()
    secret = Token.issue(ticket.requester, scopes=["read"])
    headers = {"Authorization": f"Bearer {secret}"}
    told = Client().get(f"/api/v1/tickets/{ticket.number}", headers=headers).json()
    state = re.findall(r"Waiting for your answer|Solved, please confirm", listed)
    steps = re.findall(r"Waiting for your answer|/confirm/", shown)
    return f"{state} {steps} {told['status']} {told['phase']} {told['resolved_at']}"


def test_who_only_works_on_it_is_sent_to_the_desks_page(cast: Cast, as_: As) -> None:
    ticket = cast.asked()
    answer = as_(cast.bo).get(f"/requests/{ticket.number}/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/desk/")


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Expected to be solved by 18:00."), ("zh-hans", "预计 18:00 前解决。")]
)
def test_the_expected_time_is_the_deadline_of_the_solution(cast: Cast, as_: As, language: str, words: str) -> None:
    with clock.moved(MONDAY):
        ticket = cast.asked()
        actions.classify(ticket, by=cast.bo, kind="incident", service=cast.vpn)
        assert words in as_(cast.mei, language=language).get(f"/requests/{ticket.number}/").content.decode()


def test_nothing_is_promised_that_no_goal_says(cast: Cast, as_: As) -> None:
    from firstline.catalog import config_cache
    from firstline.sla.models import SlaTarget

    SlaTarget.objects.all().delete()
    config_cache.forget()
    ticket = cast.asked()
    page = as_(cast.mei).get(f"/requests/{ticket.number}/").content.decode()
    assert "Expected to be" not in page
    assert "takes it up by" not in page


def test_waiting_for_the_requester_is_said_loudly_and_an_answer_ends_it(cast: Cast, as_: As) -> None:
    ticket = cast.asked()
    actions.accept(ticket, by=cast.bo)
    actions.hold(ticket, by=cast.bo, reason="requester")
    client = as_(cast.mei, language="zh-hans")
    assert "需要您的回复。" in client.get(f"/requests/{ticket.number}/").content.decode()
    shot = SimpleUploadedFile("shot.png", PNG, "image/png")
    answer = client.post(f"/requests/{ticket.number}/reply/", {"text": "Here it is.", "files_plain": shot}, follow=True)
    page = answer.content.decode()
    assert "需要您的回复。" not in page
    assert "Here it is." in page
    assert "shot.png" in page
    assert f'data-draft-done="reply-{ticket.number}"' in page


def test_a_refused_answer_keeps_what_was_typed_and_its_files(cast: Cast, as_: As) -> None:
    ticket = cast.asked()
    actions.cancel(ticket, by=cast.mei)
    shot = SimpleUploadedFile("shot.png", PNG, "image/png")
    client = as_(cast.mei)
    answer = client.post(f"/requests/{ticket.number}/reply/", {"text": "One more <thing>.", "files_plain": shot})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "This request was cancelled." in page
    assert "One more &lt;thing&gt;." in page
    assert "shot.png" in page
    again = cast.asked()
    answer = client.post(f"/requests/{again.number}/reply/", {"text": " "})
    assert answer.status_code == 422
    assert "Please write something first." in answer.content.decode()


def test_the_requester_can_add_a_colleague_who_can_then_write_but_not_end_it(cast: Cast, as_: As) -> None:
    ticket = cast.asked()
    as_(cast.mei).post(f"/requests/{ticket.number}/colleague/", {"email": "omar@corp.example"})
    omar = as_(cast.omar)
    page = omar.get(f"/requests/{ticket.number}/").content.decode()
    assert "I no longer need this" not in page
    assert omar.post(f"/requests/{ticket.number}/reply/", {"text": "Me too."}).status_code == 302
    assert omar.post(f"/requests/{ticket.number}/cancel/").status_code == 422
    actions.resolve(ticket, by=cast.bo, resolution="Done.")
    for step, given in {"confirm": {}, "reopen": {"reason": "no"}, "rate": {"satisfaction": "satisfied"}}.items():
        assert omar.post(f"/requests/{ticket.number}/{step}/", given).status_code == 422
    assert fresh(ticket).phase == "resolved"


def test_what_is_no_address_is_refused_and_stays_in_its_field(cast: Cast, as_: As) -> None:
    ticket = cast.asked()
    answer = as_(cast.mei).post(f"/requests/{ticket.number}/colleague/", {"email": "nobody@"})
    assert answer.status_code == 422
    assert 'value="nobody@"' in answer.content.decode()
    assert not ticket.participants.exists()


def test_the_requester_can_cancel_confirm_and_reopen_with_a_reason(cast: Cast, as_: As) -> None:
    client = as_(cast.mei)
    gone = cast.asked()
    client.post(f"/requests/{gone.number}/cancel/", {"reason": "Found it."})
    assert fresh(gone).phase == "cancelled"
    ticket = cast.asked()
    actions.resolve(ticket, by=cast.bo, resolution="Done.")
    assert client.post(f"/requests/{ticket.number}/reopen/", {"reason": " "}).status_code == 422
    client.post(f"/requests/{ticket.number}/reopen/", {"reason": "Still broken."})
    assert fresh(ticket).phase == "in_progress"
    actions.resolve(ticket, by=cast.bo, resolution="Now really.")
    client.post(f"/requests/{ticket.number}/confirm/")
    assert fresh(ticket).phase == "closed"
    assert fresh(ticket).closed_by == cast.mei


def test_a_rating_is_three_faces_then_stars_and_a_word_and_can_be_changed(cast: Cast, as_: As) -> None:
    ticket = cast.asked()
    actions.resolve(ticket, by=cast.bo, resolution="Done.")
    client = as_(cast.mei)
    assert client.post(f"/requests/{ticket.number}/rate/", {}).status_code == 422
    client.post(f"/requests/{ticket.number}/rate/", {"satisfaction": "satisfied"})
    assert fresh(ticket).satisfaction == 1
    client.post(f"/requests/{ticket.number}/rate/", {"satisfaction": "average", "stars": "4", "words": "Slow."})
    rating = Ticket.objects.get(pk=ticket.pk).rating
    assert (rating.score, rating.stars, rating.words) == (2, 4, "Slow.")
    assert "Average" in client.get(f"/requests/{ticket.number}/").content.decode()


def test_htmx_gets_the_part_that_lives_and_nothing_one_types_into(cast: Cast, as_: As) -> None:
    ticket = cast.asked()
    part = as_(cast.mei).get(f"/requests/{ticket.number}/", headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith("<div")
    assert f'data-live="ticket:{ticket.pk}"' in part
    assert "composer" not in part


def test_what_people_write_is_shown_as_text_and_never_runs(cast: Cast, as_: As) -> None:
    ticket = cast.asked(subject="<script>alert(1)</script>", text="<img src=x onerror=alert(2)>")
    actions.reply(ticket, by=cast.bo, text="**bold** <script>alert(3)</script>", format="markdown")
    page = as_(cast.mei).get(f"/requests/{ticket.number}/").content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "<strong>bold</strong>" in page


def test_the_page_takes_as_many_statements_for_a_long_talk_as_for_a_short_one(cast: Cast, as_: As) -> None:
    ticket = cast.asked()
    client = as_(cast.mei)
    counted = []
    for said in (1, 12):
        for number in range(said):
            actions.reply(ticket, by=cast.mei, text=f"More {number}")
        client.get(f"/requests/{ticket.number}/")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/requests/{ticket.number}/")
        counted.append(len(queries))
    assert counted[0] == counted[1]
    assert counted[0] <= 16


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "We go on with it in another request."), ("zh-hans", "此请求已并入另一请求继续处理。")],
)
def test_who_asked_is_led_from_a_merged_request_to_the_one_that_goes_on(
    cast: Cast, as_: As, language: str, words: str
) -> None:
    ticket, other = cast.asked(), cast.asked(requester=cast.bo, subject="Gateway SH-1 is down")
    mei = as_(cast.mei, language=language)
    assert words not in mei.get(f"/requests/{ticket.number}/").content.decode()
    actions.merge(ticket, by=cast.chen, into=other)
    page = mei.get(f"/requests/{ticket.number}/").content.decode()
    assert words in page
    assert f'href="/requests/{other.number}/"' in page
    assert mei.get(f"/requests/{other.number}/").status_code == 200
