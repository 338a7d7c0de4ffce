"""What letters say: both languages, both bodies, and never a blank."""

import re
from typing import Any

import pytest

from firstline.notices import links
from firstline.notices.account import SUBJECTS
from firstline.notices.media import MEDIA
from firstline.notices.models import Delivery
from firstline.notices.render import TEMPLATES, Blank, environment, render
from firstline.notices.tell import NOTICES
from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.models import Rating, Ticket
from tests.background import run_jobs
from tests.cast import Cast, fresh

pytestmark = pytest.mark.django_db


def letter(template: str) -> Delivery:
    run_jobs()
    return Delivery.objects.select_related("ticket", "person", "message").get(template=template)


def test_the_subject_stays_the_same_for_a_whole_ticket(cast: Cast) -> None:
    ticket = cast.ask()
    run_jobs()
    actions.reply(ticket, by=cast.bo, text="Which client?")
    actions.resolve(ticket, by=cast.bo, resolution="New profile.")
    subjects = {render(letter(template)).subject for template in ("received", "replied", "resolved")}
    assert subjects == {f"[{ticket.number}] VPN keeps dropping"}


def test_a_letter_speaks_the_language_of_its_reader(cast: Cast) -> None:
    ticket = cast.ask()
    actions.add_participant(ticket, by=cast.mei, person=cast.omar)
    actions.reply(ticket, by=cast.bo, text="Which client?")
    run_jobs()
    chinese = render(Delivery.objects.get(template="replied", person=cast.mei))
    english = render(Delivery.objects.get(template="replied", person=cast.omar))
    assert "您好" in chinese.text
    assert 'lang="zh-Hans"' in chinese.html
    assert "Hello Omar Haddad," in english.text
    assert 'lang="en"' in english.html


def test_what_was_written_stands_in_both_bodies_and_cannot_break_out(cast: Cast) -> None:
    ticket = cast.ask()
    actions.reply(ticket, by=cast.bo, text="Use **the new** client <script>alert(1)</script>", format="markdown")
    rendered = render(letter("replied"))
    assert "Use **the new** client <script>" in rendered.text
    assert "<strong>the new</strong>" in rendered.html
    assert "<script" not in rendered.html


def test_a_name_cannot_add_markup_or_header_lines(cast: Cast) -> None:
    cast.ask(subject="Broken\r\nBcc: all@corp.example <b>x</b>")
    Delivery.objects.all()
    rendered = render(letter("received"))
    assert "\n" not in rendered.subject
    assert "<b>x</b>" not in rendered.html


def test_the_solution_carries_three_verdicts_for_the_requester_alone(cast: Cast) -> None:
    ticket = cast.ask()
    actions.add_participant(ticket, by=cast.mei, person=cast.omar)
    actions.resolve(ticket, by=cast.bo, resolution="New profile.")
    run_jobs()
    hers = render(Delivery.objects.get(template="resolved", person=cast.mei))
    his = render(Delivery.objects.get(template="resolved", person=cast.omar))
    for score in Rating.Score.values:
        link = links.rating_link(ticket, score)
        assert link in hers.text
        assert link in hers.html
        assert link not in his.text
    assert links.read_rating(links.rating_link(ticket, 3).rstrip("/").rpartition("/")[2]) == (ticket, 3)


def test_a_rating_link_ends_with_whoever_asked_and_with_all_that_they_held(cast: Cast) -> None:
    ticket = cast.ask(requester=cast.omar)

    def token() -> str:
        return links.rating_link(fresh(ticket), 1).rstrip("/").rpartition("/")[2]

    theirs = token()
    assert links.read_rating(theirs) == (ticket, 1)
    actions.decline(ticket, by=cast.omar)
    with pytest.raises(links.EndedLink):
        links.read_rating(theirs)
    hers = token()
    assert links.read_rating(hers) == (ticket, 1)
    Person.objects.filter(pk=cast.mei.pk).update(session_round=cast.mei.session_round + 1)
    with pytest.raises(links.EndedLink):
        links.read_rating(hers)
    again = token()
    assert links.read_rating(again) == (ticket, 1)
    Person.objects.filter(pk=cast.mei.pk).update(is_active=False)
    with pytest.raises(links.EndedLink):
        links.read_rating(again)


@pytest.mark.parametrize("spoilt", ["", "x", "1.1", "1.1:forged", "1.1.0.1:forged"])
def test_a_rating_link_that_we_did_not_make_says_nothing(spoilt: str) -> None:
    with pytest.raises(links.BadLink):
        links.read_rating(spoilt)


def test_a_rating_link_cannot_be_turned_to_another_verdict(cast: Cast) -> None:
    token = links.rating_link(cast.ask(), 3).rstrip("/").rpartition("/")[2]
    with pytest.raises(links.BadLink):
        links.read_rating(token.replace(".3:", ".1:"))


def test_a_blank_where_something_is_to_be_said_is_no_letter(cast: Cast) -> None:
    cast.ask()
    delivery = letter("received")
    delivery.payload["subject"] = "  "
    with pytest.raises(Blank, match="subject"):
        render(delivery)


def test_a_reply_of_files_alone_is_not_blank(cast: Cast) -> None:
    from firstline.tickets import files

    ticket = cast.ask()
    kept = files.keep(b"hello", name="guide.txt", by=cast.bo)
    actions.reply(ticket, by=cast.bo, text="", attachments=[kept])
    rendered = render(letter("replied"))
    assert "guide.txt" in rendered.text
    assert "guide.txt" in rendered.html


def test_the_confirmation_of_a_stranger_repeats_none_of_his_words(cast: Cast) -> None:
    ticket = cast.ask(subject="Buy cheap pills", verified=False, channel="email")
    rendered = render(letter("received"))
    assert rendered.subject.startswith(f"[{ticket.number}] ")
    assert "pills" not in rendered.subject + rendered.text + rendered.html


@pytest.mark.parametrize("medium", MEDIA)
def test_every_notice_has_its_bodies_in_every_medium_and_every_body_a_notice(medium: str) -> None:
    wanted = {notice.template for notices in NOTICES.values() for notice in notices}
    if medium == "email":  # by which alone somebody is invited
        wanted |= {f"account_{purpose}" for purpose in SUBJECTS} | {"account_domain"}
    for ending in ("txt", "html") if MEDIA[medium].html else ("txt",):
        found = (TEMPLATES / medium).glob(f"*.{ending}")
        assert {path.stem for path in found if path.stem[0] != "_"} == wanted


def test_every_folder_of_templates_is_a_medium() -> None:
    assert {path.name for path in TEMPLATES.iterdir()} == set(MEDIA)


@pytest.mark.parametrize("medium", MEDIA)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_notice_can_be_written_in_every_medium_and_both_languages(cast: Cast, language: str, medium: str) -> None:
    ticket = cast.ask()
    message = actions.reply(ticket, by=cast.bo, text="Which client?")
    event = Ticket.objects.get().events.get(name="replied")
    for template in {notice.template for notices in NOTICES.values() for notice in notices}:
        actions_of = {"by": "Bo Wen", "number": ticket.number, "subject": "VPN", "clock": "line", "minutes": 20}
        actions_of |= {"whom": cast.mei.pk, "reason": "no_address", "merged": "IT-1"}
        delivery = Delivery(
            ticket=ticket, event=event, message=message, person=cast.mei, template=template, language=language,
            medium=medium, payload={**actions_of, "due_at": "2026-11-23T02:00:00Z"},
        )  # fmt: skip
        if template == "dissatisfied":
            Rating(ticket=ticket, by=cast.mei, score=3, words="Slow.")
            delivery.ticket = cast.ask()
            actions.resolve(delivery.ticket, by=cast.bo, resolution="Done.")
            actions.rate(delivery.ticket, by=cast.mei, score=3, words="Slow.")
        rendered = render(delivery)
        assert ticket.number in rendered.subject
        assert "{{" not in rendered.text + rendered.html
        assert bool(rendered.html) is MEDIA[medium].html
        assert medium == "email" or not re.search("email|邮件", rendered.text)
        assert "\n\n\n" not in rendered.text or medium == "email"


def test_a_letter_is_these_words_and_no_lines_more(cast: Cast, settings: Any) -> None:
    more = {"base_url": "https://desk.example", "company": "Example Ltd"}
    settings.CONFIG = settings.CONFIG.model_copy(update=more)
    environment.cache_clear()
    ticket = cast.ask(by=cast.omar, subject="VPN keeps <dropping>")
    actions.reply(ticket, by=cast.bo, text="Which client?\n\nIs it at 100%?")
    written = render(letter("replied"))
    assert written.subject == f"[{ticket.number}] VPN keeps <dropping>"
    assert written.text == (
        f"""—— Write your answer above this line · 请在此行上方回复 ——

Hello Omar Haddad,

Bo Wen wrote about your request {ticket.number}:

Which client?

Is it at 100%?

To answer, simply answer this email.


See your request: https://desk.example/requests/{ticket.number}/

--{" "}
IT service desk · Example Ltd · {ticket.number}
"""
    )
    confirmed = render(Delivery.objects.select_related("ticket", "person", "message").get(template="received"))
    assert "VPN keeps <dropping>\n" in confirmed.text
    assert "VPN keeps &lt;dropping&gt;<" in confirmed.html
    delivery = Delivery.objects.select_related("ticket", "person", "message").get(template="received")
    delivery.payload["subject"] = "VPN\r\nBcc: all@corp.example"
    assert render(delivery).subject == f"[{ticket.number}] VPN Bcc: all@corp.example"
