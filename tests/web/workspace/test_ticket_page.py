"""The ticket's page: who may open it, what it shows, and what it costs."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from firstline.catalog import config_cache
from firstline.kit import clock
from firstline.notices.models import Delivery
from firstline.tickets import actions, files
from firstline.tickets.models import Message, Ticket
from firstline.web.workspace.conversation import PAGE, conversation
from tests.cast import MONDAY, Cast, fresh
from tests.web.conftest import As

PARTS = ("", "parts/", "earlier/", "answers/", "colleagues/", "faces/", "verbs/escalate/", "clocks/acceptance/1/")


def page_of(ticket: Ticket, part: str = "") -> str:
    return f"/desk/tickets/{ticket.number}/{part}"


@pytest.mark.parametrize("part", PARTS)
def test_only_those_who_work_at_its_desk_can_open_it(cast: Cast, as_: As, part: str) -> None:
    ticket = cast.asked()
    assert as_(cast.bo).get(page_of(ticket, part)).status_code == 200
    assert as_(cast.ada).get(page_of(ticket, part)).status_code == 200
    for person in (cast.hana, cast.mei, cast.omar):
        assert as_(person).get(page_of(ticket, part)).status_code == 404
    assert as_(None).get(page_of(ticket, part)).status_code == 302


@pytest.mark.parametrize("part", ["send/", "draft/", "present/", "messages/1/undo/", "verbs/accept/"])
def test_nobody_else_can_post_to_it(cast: Cast, as_: As, part: str) -> None:
    ticket = cast.asked()
    for person in (cast.hana, cast.mei, cast.omar):
        assert as_(person).post(page_of(ticket, part), {"text": "x", "mode": "note"}).status_code == 404
    assert fresh(ticket).phase == "pending"


def test_an_agent_who_asks_another_desk_gets_no_page_of_it_here(cast: Cast, as_: As) -> None:
    ticket = cast.asked(by=cast.hana)
    assert as_(cast.hana).get(page_of(ticket)).status_code == 404


def test_it_tells_the_conversation_and_what_happened_between(cast: Cast, as_: As) -> None:
    ticket = cast.asked()
    actions.classify(ticket, by=cast.bo, kind="incident", service=cast.vpn)
    actions.reply(ticket, by=cast.bo, text="Have you **restarted**?", format="markdown")
    actions.note(ticket, by=cast.bo, text="Third one today.")
    actions.escalate(ticket, by=cast.bo, to=cast.network, handover="Gateway SH-1.")
    page = as_(cast.chen).get(page_of(ticket)).content.decode()
    for words in ("Since this morning.", "<strong>restarted</strong>", "Third one today.", "Gateway SH-1."):
        assert words in page
    assert "Classified as Incident · Network › VPN by Bo Wen" in page
    assert "Accepted by Bo Wen" in page
    assert "Handed over to Network team (L2) by Bo Wen" in page
    assert page.count('class="message note"') == 2


def test_every_event_has_a_sentence_in_both_languages(cast: Cast, as_: As) -> None:
    ticket, other = cast.asked(), cast.asked()
    _live_through_everything(cast, ticket, other)
    for language in ("en", "zh-hans"):
        page = as_(cast.bo, language=language).get(page_of(ticket)).content.decode()
        assert ("Resolved" in page) == (language == "en")
        assert "%(" not in page


def test_what_is_written_cannot_become_code(cast: Cast, as_: As) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    ticket = cast.asked(subject=evil, text=evil)
    actions.reply(ticket, by=cast.bo, text=evil)
    actions.note(ticket, by=cast.bo, text=evil)
    actions.tag(ticket, by=cast.bo, tags=["<b>x</b>"])
    page = as_(cast.bo).get(page_of(ticket)).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "<b>x</b>" not in page


def test_a_letter_can_be_read_as_it_came_and_its_quotes_are_one_click_away(cast: Cast, as_: As) -> None:
    ticket = cast.asked(channel="email", html="<p>Since <b>this</b> morning.</p>", quoted="On Monday Bo wrote: …")
    client = as_(cast.bo)
    page = client.get(page_of(ticket)).content.decode()
    assert "On Monday Bo wrote" in page
    address = re.search(r'data-letter="([^"]+)"', page)
    assert address is not None
    assert "Since <b>this</b> morning." in client.get(address[1]).content.decode()


def test_a_reply_says_how_far_its_letter_has_come(cast: Cast, as_: As) -> None:
    ticket = cast.asked()
    said = actions.reply(ticket, by=cast.bo, text="Please restart.")
    event = ticket.events.get(name="replied")
    letter = Delivery.objects.create(
        ticket=ticket, event=event, message=said, person=cast.mei, address="mei@corp.example", template="reply",
        language="en", state="failed", error="No such mailbox.", letter_id="<1@desk.example>",
    )  # fmt: skip
    client = as_(cast.bo)
    assert (
        "Could not be delivered · mei@corp.example · No such mailbox." in client.get(page_of(ticket)).content.decode()
    )
    Delivery.objects.filter(pk=letter.pk).update(state="sent", error="")
    assert "Sent · mei@corp.example" in client.get(page_of(ticket)).content.decode()


def test_files_stand_in_the_order_in_which_they_were_given(cast: Cast, as_: As) -> None:
    ticket = cast.asked()
    given = []
    for number in range(8):
        with clock.moved(MONDAY - timedelta(seconds=number)):
            given.append(files.keep(b"x", name=f"part-{number}.txt", by=cast.bo))
    actions.reply(ticket, by=cast.bo, text="In eight parts.", attachments=given)
    for client, address in ((as_(cast.bo), page_of(ticket)), (as_(cast.mei), f"/requests/{ticket.number}/")):
        said = client.get(address).content.decode()
        assert list(dict.fromkeys(re.findall(r"part-\d", said))) == [f"part-{number}" for number in range(8)]


def test_merged_messages_say_where_they_come_from(cast: Cast, as_: As) -> None:
    ticket, other = cast.asked(), cast.asked(text="The same once more.")
    actions.merge(other, by=cast.bo, into=ticket)
    page = as_(cast.bo).get(page_of(ticket)).content.decode()
    assert "The same once more." in page
    assert f"from {other.number}" in page
    assert "Unmerge" in page
    gone = as_(cast.bo).get(page_of(other)).content.decode()
    assert "This request goes on in another one." in gone
    assert 'value="reply"' not in gone


def test_the_name_of_a_ticket_of_another_desk_is_not_told(cast: Cast, as_: As) -> None:
    ticket = cast.asked()
    secret = actions.open_ticket(by=cast.omar, desk=cast.hr, subject="My salary", text="…", channel="portal")
    actions.link(ticket, by=_manager_of_both(cast), other=secret, kind="related")
    page = as_(cast.bo).get(page_of(ticket)).content.decode()
    assert "My salary" not in page
    assert secret.number not in page
    assert "another request" in page


def test_a_long_conversation_begins_with_its_end(cast: Cast, as_: As) -> None:
    ticket = _long(cast, messages=110)
    client = as_(cast.bo)
    page = client.get(page_of(ticket)).content.decode()
    assert "message number 109" in page
    assert "message number 10." not in page
    talk = conversation(ticket, by=cast.bo)
    seen = [entry.message.pk for entry in talk.entries if entry.message]
    while talk.earlier:
        part = client.get(page_of(ticket, "earlier/"), {"before": talk.earlier}, headers={"HX-Request": "true"})
        assert part.status_code == 200
        talk = conversation(ticket, by=cast.bo, before=talk.earlier)
        seen = [entry.message.pk for entry in talk.entries if entry.message] + seen
    assert seen == list(Message.objects.filter(ticket=ticket).values_list("pk", flat=True))


def test_the_part_that_is_fetched_again_begins_where_the_page_began(cast: Cast) -> None:
    ticket = _long(cast, messages=110)
    shown = conversation(ticket, by=cast.bo)
    actions.reply(ticket, by=cast.mei, text="One more.")
    again = conversation(ticket, by=cast.bo, since=shown.since)
    before, after = ([entry.key for entry in each.entries if entry.message] for each in (shown, again))
    assert len(before) == PAGE
    assert after[:-1] == before
    assert again.newest > shown.newest


def test_nonsense_for_a_place_is_no_error(cast: Cast, as_: As) -> None:
    ticket = cast.asked()
    for place in ("x", "1-", "-1", "9" * 40, "99999999999999999-1", "99999999999999-1", "١-١"):
        assert as_(cast.bo).get(page_of(ticket, "parts/"), {"since": place}).status_code == 200
        assert as_(cast.bo).get(page_of(ticket, "earlier/"), {"before": place}).status_code == 200


def test_the_side_shows_clocks_and_why(cast: Cast, as_: As) -> None:
    with clock.moved(MONDAY):
        ticket = cast.asked()
        actions.accept(ticket, by=cast.bo)
        actions.classify(ticket, by=cast.bo, kind="incident", service=cast.vpn)
    with clock.moved(MONDAY + timedelta(minutes=10)):
        page = as_(cast.bo).get(page_of(ticket)).content.decode()
        assert "0 of 5 min" in page
        assert "Why 18:00?" in page
        assert "minutes on Line 1" not in page
        story = as_(cast.bo).get(page_of(ticket, "clocks/resolution/1/")).content.decode()
    assert "Outside working hours" in story
    assert "Resolution by Monday 23 November 2026, 18:00" in story
    assert as_(cast.bo).get(page_of(ticket, "clocks/resolution/2/")).status_code == 404


def test_after_twenty_minutes_the_first_line_is_asked_to_hand_over(cast: Cast, as_: As) -> None:
    with clock.moved(MONDAY):
        ticket = cast.asked()
        actions.accept(ticket, by=cast.bo)
    with clock.moved(MONDAY + timedelta(minutes=19)):
        assert "Hand to L1.5" not in as_(cast.bo).get(page_of(ticket)).content.decode()
    with clock.moved(MONDAY + timedelta(minutes=23)):
        page = as_(cast.bo).get(page_of(ticket)).content.decode()
    assert "23 minutes on Line 1" in page
    assert "Hand to L1.5" in page


def test_verbs_are_offered_where_they_fit(cast: Cast, as_: As) -> None:
    ticket = cast.asked()
    page = as_(cast.bo).get(page_of(ticket)).content.decode()
    assert 'data-verb="accept"' in page
    assert 'data-verb="reopen"' not in page
    assert 'data-verb="send_back"' not in page
    actions.resolve(ticket, by=cast.bo, resolution="Done.")
    page = as_(cast.bo).get(page_of(ticket)).content.decode()
    assert 'data-verb="accept"' not in page
    assert 'data-verb="reopen"' in page
    assert 'data-verb="resolve"' not in page


def test_an_auditor_reads_but_is_offered_no_verb_that_changes_it(cast: Cast, as_: As) -> None:
    from firstline.catalog.models import Membership

    Membership.objects.create(person=cast.omar, desk=cast.it, role="auditor")
    ticket = cast.asked()
    client = as_(cast.omar)
    page = client.get(page_of(ticket)).content.decode()
    assert "Since this morning." in page
    for verb in ("accept", "resolve", "escalate", "classify", "rename"):
        assert f'data-verb="{verb}"' not in page
    assert client.post(page_of(ticket, "verbs/accept/")).status_code == 422
    assert fresh(ticket).phase == "pending"


def test_the_page_costs_the_same_however_much_there_is(cast: Cast, as_: As) -> None:
    small, large = cast.asked(), _long(cast, messages=40)
    _live_through_everything(cast, large, cast.asked())
    for number in range(12):
        other = cast.asked(subject=f"Other {number}")
        actions.link(large, by=cast.bo, other=other, kind="related")
    costs = [_cost(as_(cast.bo), ticket) for ticket in (small, large)]
    assert max(costs) <= 19, costs
    assert costs[1] - costs[0] <= 2  # attachments and names are asked for only where there are any


def test_the_statement_that_one_asked_shows_nothing_to_others(cast: Cast, as_: As) -> None:
    """It is kept; whoever may not see the ticket, or no longer, has one of his own."""
    ticket = cast.asked()
    bo = as_(cast.bo)
    assert bo.get(page_of(ticket)).status_code == 200
    assert as_(cast.omar).get(page_of(ticket)).status_code == 404
    assert as_(cast.mei).get(page_of(ticket)).status_code == 404
    cast.bo.memberships.all().delete()
    assert bo.get(page_of(ticket)).status_code == 404


def test_the_part_that_is_fetched_again_costs_less(cast: Cast, as_: As) -> None:
    ticket = _long(cast, messages=30)
    client = as_(cast.bo)
    assert _cost(client, ticket, "parts/") <= 15


def _cost(client: Any, ticket: Ticket, part: str = "") -> int:
    client.get(page_of(ticket, part))
    config_cache.forget()
    config_cache.current()  # fresh, so that it is not read again in the middle of the count
    with CaptureQueriesContext(connection) as queries:
        assert client.get(page_of(ticket, part)).status_code == 200
    return len(queries)


def _long(cast: Cast, *, messages: int) -> Ticket:
    start = clock.now() - timedelta(hours=1)
    with clock.moved(start):
        ticket = cast.asked()
    for number in range(messages):
        with clock.moved(start + timedelta(seconds=number)):
            writer = cast.bo if number % 2 else cast.mei
            actions.reply(ticket, by=writer, text=f"message number {number}.")
    return fresh(ticket)


def _manager_of_both(cast: Cast) -> Any:
    from firstline.catalog.models import Membership

    Membership.objects.create(person=cast.dana, desk=cast.hr, role="manager")
    cast.dana.forget_seats()
    return cast.dana


def _live_through_everything(cast: Cast, ticket: Ticket, other: Ticket) -> None:
    bo, chen = cast.bo, cast.chen
    if fresh(ticket).phase == "pending":
        actions.accept(ticket, by=bo)
    actions.assign(ticket, by=cast.dana, to=bo)
    actions.assign(ticket, by=bo, to=None)
    actions.assign(ticket, by=bo, to=bo)
    actions.classify(ticket, by=bo, kind="problem", service=cast.sap)
    actions.classify(ticket, by=bo, kind="incident", service=None)
    actions.change_priority(ticket, by=bo, impact=3, urgency=3)
    actions.change_priority(ticket, by=bo, impact=3, urgency=2)
    note = actions.note(ticket, by=bo, text="@Chen Rui please")
    actions.mention(ticket, by=bo, persons=[chen], message=note)
    actions.watch(ticket, by=bo)
    actions.unwatch(ticket, by=bo)
    actions.add_participant(ticket, by=bo, person=cast.omar)
    actions.withdraw(actions.reply(ticket, by=bo, text="Wrong one", undo_seconds=15), by=bo)
    actions.escalate(ticket, by=bo, to=cast.network, handover="Looked at the client.")
    actions.send_back(ticket, by=chen, reason="Not ours.", wrong=True)
    actions.hold(ticket, by=bo, reason="date", until=clock.now() + timedelta(days=1))
    actions.resume(ticket, by=bo)
    actions.snooze(ticket, by=bo, until=clock.now() + timedelta(days=1))
    actions.wake(ticket, by=bo)
    actions.link(ticket, by=bo, other=other, kind="caused")
    actions.unlink(ticket, by=bo, other=other)
    actions.merge(other, by=bo, into=ticket)
    actions.unmerge(fresh(other), by=bo)
    message = ticket.messages.filter(kind="request").first()
    assert message is not None
    actions.split(ticket, by=bo, message=message, subject="Another matter")
    actions.rename(ticket, by=bo, subject="VPN of the third floor")
    actions.tag(ticket, by=bo, tags=["vpn"])
    actions.tag(ticket, by=bo, tags=[])
    actions.file(ticket, by=bo, module=None, cause=None, business=None, repeated=True, description="x", remarks="")
    actions.resolve(ticket, by=bo, resolution="Restarted it.")
    actions.rate(ticket, by=cast.mei, score=1, stars=5, words="Quick.")
    actions.reopen(ticket, by=bo, reason="Came back.")
    actions.resolve(ticket, by=bo, resolution="Replaced it.")
    actions.close(ticket, by=bo)
