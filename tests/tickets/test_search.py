import hashlib
import importlib
import re

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from firstline.kit import clock, tokenizer
from firstline.tickets import actions, jobs, querysets, search
from firstline.tickets.models import Message, Ticket
from firstline.tickets.write_guard import door
from tests.background import run_jobs, waiting_jobs
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def found(words: str) -> list[str]:
    return [ticket.subject for ticket in Ticket.objects.containing(words).order_by("id")]


def test_a_ticket_is_found_by_its_subject_text_and_requester(cast: Cast) -> None:
    cast.ask(subject="VPN keeps dropping", text="Since this morning, error 809.")
    run_jobs()
    assert found("dropping") == found("809") == found("lin mei") == found("morning err") == ["VPN keeps dropping"]
    assert found("printer") == []


def test_chinese_is_found_by_any_two_characters(cast: Cast) -> None:
    cast.ask(subject="会议室投影仪无法连接", text="三楼的会议室。")
    run_jobs()
    assert found("投影") == found("影仪") == found("会议室 连接") == ["会议室投影仪无法连接"]
    assert found("打印") == []


def test_chinese_is_found_where_it_touches_letters_or_figures(cast: Cast) -> None:
    cast.ask(subject="VPN连不上，ERP系统报错809号", text="请看一下琥珀那台。")
    run_jobs()
    told = found("连不上"), found("系统"), found("erp"), found("809"), found("琥珀"), found("vpn 系统")
    assert told == (["VPN连不上，ERP系统报错809号"],) * 6


def test_common_words_find_as_much_as_rare_ones(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in range(3):
        cast.ask(subject=f"Screen {place} stays black")
    run_jobs()
    rare = found("screen black"), found("screen 2")
    monkeypatch.setattr(querysets, "RARE", 1)
    assert rare == (found("screen black"), found("screen 2"))
    assert [len(each) for each in rare] == [3, 1]


def test_an_internal_note_is_never_found(cast: Cast) -> None:
    ticket = cast.ask()
    actions.accept(ticket, by=cast.bo)
    actions.note(ticket, by=cast.bo, text="Suspect a fraudulent login")
    run_jobs()
    assert found("dropping") == ["VPN keeps dropping"]
    assert found("fraudulent") == []


def test_a_reply_is_found_once_it_has_left(cast: Cast) -> None:
    ticket = cast.ask()
    actions.accept(ticket, by=cast.bo)
    message = actions.reply(ticket, by=cast.bo, text="Reinstall the certificate", undo_seconds=15)
    run_jobs()
    assert found("certificate") == []
    with clock.moved(message.leaves_at):
        assert "firstline.react" in run_jobs()
    assert found("certificate") == ["VPN keeps dropping"]


def test_a_withdrawn_reply_is_not_found(cast: Cast) -> None:
    ticket = cast.ask()
    actions.accept(ticket, by=cast.bo)
    message = actions.reply(ticket, by=cast.bo, text="Meant for somebody else", undo_seconds=15)
    actions.withdraw(message, by=cast.bo)
    with clock.moved(message.leaves_at):
        run_jobs()
    assert "firstline.react" not in dict(waiting_jobs())
    assert found("somebody") == []


def test_a_word_after_thousands_of_others_and_a_long_one_are_found(cast: Cast) -> None:
    digest = hashlib.sha256(b"disk").hexdigest()
    ticket = cast.ask(subject="A long log", text=" ".join(f"row{n}" for n in range(6_000)) + f" needle {digest}")
    for part in range(12):
        actions.reply(ticket, by=cast.mei, text=f"part{part} " + " ".join(f"p{part}w{n}" for n in range(2_500)))
    run_jobs()
    assert (
        found("needle") == found(digest) == found(digest[:62]) == found("row0") == found("p11w2499") == ["A long log"]
    )
    assert found(digest[:-1] + "x") == []


def test_more_different_words_than_a_row_can_hold_leave_the_newest_findable(cast: Cast) -> None:
    ticket = cast.ask(subject="An endless log", text="oldest")
    for part in range(15):
        rows = " ".join(f"{n:x}e{part}y{'z' * 40}" for n in range(2_000))
        actions.reply(ticket, by=cast.mei, text=f"part{part} {rows}")
    run_jobs()
    assert found("part14") == found("endless") == ["An endless log"]
    assert found("oldest") == []


def test_the_words_of_old_tickets_are_noted_anew_some_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = Cast.make()
    made = [cast.ask(subject=f"gimpel {number}") for number in range(5)]
    run_jobs()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE tickets_ticket SET search = to_tsvector('simple', 'old')")
    monkeypatch.setattr(jobs, "BATCH", 2)
    with connection.cursor() as cursor:
        cursor.execute(importlib.import_module("firstline.tickets.migrations.0014_words_noted_anew").REINDEX)
    assert run_jobs().count("firstline.tickets.reindex") == 3
    assert set(Ticket.objects.containing("gimpel")) == set(made)


def test_where_there_are_no_tickets_nothing_is_noted_anew() -> None:
    with connection.cursor() as cursor:
        cursor.execute(importlib.import_module("firstline.tickets.migrations.0014_words_noted_anew").REINDEX)
    assert run_jobs() == []


@pytest.mark.parametrize("who", ["mei", "bo", "ada"])
def test_a_search_of_thousands_of_words_asks_no_more_than_one_of_ten(cast: Cast, who: str) -> None:
    person = getattr(cast, who)
    cast.ask(subject="a b c d e f g h i j", text="and more")
    run_jobs()
    few, many = (Ticket.objects.matching(" ".join("abcdefghij") + more, by=person) for more in ("", " zz" * 5_000))
    assert [ticket.subject for ticket in many] == [ticket.subject for ticket in few] == ["a b c d e f g h i j"]
    assert len(str(many.query)) < len(str(few.query)) + 200


def test_what_is_said_later_is_added_and_nothing_said_before_is_read_again(cast: Cast) -> None:
    ticket = cast.ask(subject="VPN keeps dropping", text="Since this morning, error 809.")
    actions.tag(ticket, by=cast.bo, tags=["tunnel"])
    run_jobs()
    with door():
        Message.objects.filter(ticket=ticket).update(text="unsaid")
    for text in ("The tunnel is down, 809 again", "Again the tunnel"):
        actions.reply(ticket, by=cast.mei, text=text)
        run_jobs()
    assert found("morning 809 again dropping tunnel") == ["VPN keeps dropping"]
    assert found("unsaid") == []
    actions.rename(ticket, by=cast.bo, subject="Tunnel is down")
    actions.tag(ticket, by=cast.bo, tags=["berlin"])
    run_jobs()
    assert found("morning again berlin") == found("lin mei") == ["Tunnel is down"]
    assert found("dropping") == found("unsaid") == []


def test_a_word_of_the_desk_alone_that_is_said_aloud_later_is_read_by_all(cast: Cast) -> None:
    ticket = cast.ask(subject="Screen", text=" ".join(f"row{n}" for n in range(8_000)))
    for part in range(2):
        actions.reply(ticket, by=cast.mei, text=" ".join(f"p{part}w{n}" for n in range(8_000)))
    actions.tag(ticket, by=cast.bo, tags=["amber"])
    run_jobs()
    assert list(Ticket.objects.matching("amber", by=cast.mei)) == []
    actions.reply(ticket, by=cast.mei, text="It is amber")
    run_jobs()
    assert list(Ticket.objects.matching("amber", by=cast.mei)) == [ticket]


def test_the_same_event_read_twice_adds_nothing(cast: Cast) -> None:
    ticket = cast.ask(text="Once")
    run_jobs()
    actions.reply(ticket, by=cast.mei, text="Once more, and once more")
    run_jobs()
    before = re.sub(r"\d", "", Ticket.objects.get(pk=ticket.pk).search)
    for _time in range(3):
        search.index_events(ticket.events.filter(name="asked"))
    assert re.sub(r"\d", "", Ticket.objects.get(pk=ticket.pk).search) == before


def test_one_word_more_takes_no_longer_where_much_was_said(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = cast.ask()
    for _time in range(30):
        actions.reply(ticket, by=cast.mei, text="ﷺ &&& 각 " * 3_000)
    run_jobs()
    folded: list[int] = []
    fold = tokenizer._fold
    monkeypatch.setattr(tokenizer, "_fold", lambda text: folded.append(len(text)) or fold(text))
    actions.reply(ticket, by=cast.mei, text="Only this")
    events = list(ticket.events.order_by("-pk")[:1])
    with django_assert_num_queries(3):
        search.index_events(events)
    assert sum(folded) == len("Only this")
