"""Who has no account follows one request by the link in its emails: that request, and nothing else."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from firstline.catalog.models import Membership
from firstline.kit import clock
from firstline.notices.models import Delivery
from firstline.notices.render import render
from firstline.people import holdings
from firstline.people.models import Person
from firstline.tickets import actions, files, following
from firstline.tickets.errors import NotAllowed
from firstline.tickets.models import Message, RequestLink, Ticket
from firstline.web.known import is_known
from tests.background import run_jobs
from tests.cast import Cast, fresh
from tests.letters import arrives, letter
from tests.signing import signed_in

VERA = "vera@far.example"


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """Vera, whom nobody knew, wrote to the desk."""
    arrives(letter(f"Vera Sand <{VERA}>", subject="Invoice 77", text="It is wrong.", letter_id="<v@far.example>"))
    ticket = Ticket.objects.get(subject="Invoice 77")
    actions.classify(ticket, by=cast.bo, kind="question", service=cast.vpn)
    return fresh(ticket)


def link_in(ticket: Ticket, template: str, person: Person | None = None) -> str:
    """The path of the link in the newest such email to the requester, or to this person."""
    told = Delivery.objects.filter(ticket=ticket, template=template, person=person or ticket.requester)
    return path_in(render(told.latest("pk")).text)


def path_in(text: str) -> str:
    found = re.search(r"https?://[^/\s]+(/follow/[\w-]{43}/)", text)
    assert found, text
    return found[1]


def followed(ticket: Ticket, template: str = "received", person: Person | None = None) -> Client:
    """A browser that opened the link."""
    client = Client()
    answer = client.get(link_in(ticket, template, person))
    assert (answer.status_code, answer["Location"]) == (302, f"/followed/{ticket.number}/")
    return client


def test_the_link_shows_the_request_as_its_requester_sees_it(cast: Cast, ticket: Ticket) -> None:
    actions.reply(ticket, by=cast.bo, text="Which line is it?")
    actions.note(ticket, by=cast.bo, text="A canary among ourselves.")
    actions.reply(ticket, by=cast.bo, text="A canary not yet sent.", undo_seconds=60)
    page = followed(ticket).get(f"/followed/{ticket.number}/").content.decode()
    for said in ("Invoice 77", "It is wrong.", "Which line is it?", VERA):
        assert said in page
    assert "canary" not in page
    assert "/requests/" not in page


def test_that_a_sender_is_not_proved_is_said_to_others_and_not_to_the_sender(cast: Cast, ticket: Ticket) -> None:
    assert "sender not proved" not in followed(ticket).get(f"/followed/{ticket.number}/").content.decode()
    actions.add_participant(ticket, by=cast.bo, person=cast.omar)
    actions.reply(ticket, by=ticket.requester, text="It is line 3.", channel="email")
    assert "sender not proved" in signed_in(cast.omar).get(f"/requests/{ticket.number}/").content.decode()


def test_every_email_to_her_carries_the_same_link_and_says_how_long_it_works(cast: Cast, ticket: Ticket) -> None:
    first = link_in(ticket, "received")
    actions.reply(ticket, by=cast.bo, text="Which line is it?")
    actions.resolve(ticket, by=cast.bo, resolution="Corrected.")
    run_jobs()
    assert {link_in(ticket, each) for each in ("received", "replied", "resolved")} == {first}
    written = render(Delivery.objects.filter(template="replied").latest("pk"))
    for text in (written.text, written.html):
        assert first in text
        assert "30 days" in text
        assert f"/requests/{ticket.number}" not in text


def test_who_has_an_account_keeps_the_way_into_the_portal(cast: Cast) -> None:
    ticket = cast.ask()
    run_jobs()
    written = render(Delivery.objects.get(template="received"))
    assert f"/requests/{ticket.number}/" in written.text
    assert "/follow/" not in written.text + written.html
    assert "30" not in written.text
    assert not RequestLink.objects.exists()


def test_only_a_hash_is_kept_and_the_address_bar_and_the_referer_carry_nothing(ticket: Ticket) -> None:
    path = link_in(ticket, "received")
    secret = path.split("/")[2]
    link = RequestLink.objects.get()
    assert link.hash == following.digest(secret)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(l)::text FROM tickets_requestlink l")
        assert secret not in cursor.fetchone()[0]
    client = Client()
    answer = client.get(path)
    assert answer["Referrer-Policy"] == "no-referrer"
    page = client.get(answer["Location"])
    assert page["Cache-Control"] == "private, no-store"
    assert secret not in page.content.decode()


def test_it_is_no_account_and_no_other_request_is_there(cast: Cast, ticket: Ticket) -> None:
    arrives(letter(f"Vera Sand <{VERA}>", subject="Another one", text="Canary.", letter_id="<w@far.example>"))
    other = Ticket.objects.get(subject="Another one")
    assert other.requester == ticket.requester
    client = followed(ticket)
    for path in (
        "/",
        "/requests/",
        f"/requests/{ticket.number}/",
        "/find/?q=x",
        "/ask/",
        "/account/",
        "/account/tokens/",
    ):
        answer = client.get(path)
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/sign-in/"), path
    assert client.get(f"/followed/{other.number}/").status_code == 410
    assert client.post(f"/followed/{other.number}/reply/", {"text": "x"}).status_code == 410
    assert client.get("/api/v1/tickets").status_code == 401
    kept = files.keep(b"canary", name="canary.txt", by=other.requester)
    actions.reply(other, by=other.requester, text="See file", attachments=[kept])
    assert client.get(f"/followed/{ticket.number}/files/{kept.pk}/").status_code == 404
    assert client.get(f"/files/{kept.pk}/").status_code == 302
    assert client.post("/files/", {"file": SimpleUploadedFile("x.txt", b"x")}).status_code == 302


def test_what_she_writes_there_is_hers_with_its_files(cast: Cast, ticket: Ticket) -> None:
    client = followed(ticket)
    given = {"text": "Line 3.", "files_plain": SimpleUploadedFile("line.txt", b"three")}
    assert client.post(f"/followed/{ticket.number}/reply/", given)["Location"] == f"/followed/{ticket.number}/"
    message = Message.objects.get(text="Line 3.")
    assert (message.author, message.kind) == (ticket.requester, "request")
    file = message.attachments.get()
    answer = client.get(f"/followed/{ticket.number}/files/{file.pk}/")
    assert b"".join(answer.streaming_content) == b"three"  # type: ignore[arg-type]
    assert f"/followed/{ticket.number}/files/{file.pk}/" in client.get(f"/followed/{ticket.number}/").content.decode()


def test_a_file_of_any_size_may_be_sent_to_the_request_that_is_followed_and_nowhere_else(
    ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "close", lambda: None)
    cookie = followed(ticket).cookies[settings.SESSION_COOKIE_NAME].value

    def is_heard(path: str) -> bool:
        return is_known({"path": path, "headers": [(b"cookie", f"{settings.SESSION_COOKIE_NAME}={cookie}".encode())]})

    assert is_heard(f"/followed/{ticket.number}/reply/")
    for other in (
        "/",
        "/followed/",
        "/files/",
        "/sign-in/",
        f"/requests/{ticket.number}/reply/",
        "/followed/IT-1/reply/",
    ):
        assert not is_heard(other), other
    following.end(ticket)
    assert not is_heard(f"/followed/{ticket.number}/reply/")


def test_she_confirms_reopens_and_rates_and_nothing_more(cast: Cast, ticket: Ticket) -> None:
    actions.resolve(ticket, by=cast.bo, resolution="Corrected.")
    client, at = followed(ticket), f"/followed/{ticket.number}"
    assert client.post(f"{at}/reopen/", {"reason": "Still wrong."}).status_code == 302
    assert fresh(ticket).phase == "in_progress"
    assert Message.objects.get(text="Still wrong.").author == ticket.requester
    actions.resolve(fresh(ticket), by=cast.bo, resolution="Now it is.")
    assert client.post(f"{at}/rate/", {"satisfaction": "satisfied", "words": "Quick"}).status_code == 302
    assert client.post(f"{at}/confirm/").status_code == 302
    assert (fresh(ticket).phase, fresh(ticket).satisfaction) == ("closed", 1)
    for missing in ("cancel", "colleague"):
        assert client.post(f"{at}/{missing}/", {"email": "omar@corp.example"}).status_code == 404


def test_words_by_a_link_are_not_taken_for_those_of_somebody_signed_in(cast: Cast, ticket: Ticket) -> None:
    actions.resolve(ticket, by=cast.bo, resolution="Corrected.")
    client, at = followed(ticket), f"/followed/{ticket.number}"
    client.post(f"{at}/reopen/", {"reason": "Still wrong."})
    client.post(f"{at}/reply/", {"text": "Line 3."})
    proofs = Message.objects.filter(text__in=("Still wrong.", "Line 3.")).values_list("proof", flat=True)
    assert list(proofs) == ["link", "link"]


def test_what_was_asked_for_her_she_gives_back(cast: Cast, ticket: Ticket) -> None:
    asked = actions.open_ticket(
        by=cast.mei, requester=ticket.requester, desk=cast.it, subject="Chair", text="For Vera", channel="portal"
    )
    run_jobs()
    client, at = followed(asked, "asked_for"), f"/followed/{asked.number}"
    assert f"{at}/decline/" in client.get(f"{at}/").content.decode()
    answer = client.post(f"{at}/decline/")
    assert (answer.status_code, f"You no longer take part in {asked.number}" in answer.content.decode()) == (200, True)
    assert fresh(asked).requester == cast.mei
    assert client.get(f"{at}/").status_code == 410


def test_her_own_request_offers_nothing_to_give_back(ticket: Ticket) -> None:
    client, at = followed(ticket), f"/followed/{ticket.number}"
    assert "/decline/" not in client.get(f"{at}/").content.decode()
    assert client.post(f"{at}/decline/").status_code == 422


def test_what_is_refused_is_shown_with_what_was_typed(ticket: Ticket) -> None:
    client = followed(ticket)
    answer = client.post(f"/followed/{ticket.number}/reopen/", {"reason": "Kept words"})
    assert answer.status_code == 422
    assert "Kept words" in answer.content.decode()
    empty = client.post(f"/followed/{ticket.number}/reply/", {"text": ""})
    assert empty.status_code == 422
    assert "Please write something first." in empty.content.decode()


def test_a_form_from_elsewhere_is_refused(ticket: Ticket) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get(link_in(ticket, "received"))
    assert client.post(f"/followed/{ticket.number}/reply/", {"text": "Forged"}).status_code == 403
    assert not Message.objects.filter(text="Forged").exists()


def test_thirty_words_an_hour_are_enough_and_the_next_is_not_lost(ticket: Ticket) -> None:
    client, at = followed(ticket), f"/followed/{ticket.number}/reply/"
    assert [client.post(at, {"text": f"Word {n}"}).status_code for n in range(30)] == [302] * 30
    answer = client.post(at, {"text": "The thirty-first"})
    assert answer.status_code == 429
    assert "The thirty-first" in answer.content.decode()
    assert not Message.objects.filter(text="The thirty-first").exists()


def test_it_works_for_thirty_days_after_the_last_email(cast: Cast, ticket: Ticket) -> None:
    path, at = link_in(ticket, "received"), clock.now()
    with clock.moved(at + timedelta(days=29)):
        assert Client().get(path).status_code == 302
        actions.reply(ticket, by=cast.bo, text="Which line is it?")
        run_jobs()
    with clock.moved(at + timedelta(days=58)):
        assert Client().get(path).status_code == 302
    with clock.moved(at + timedelta(days=60)):
        assert Client().get(path).status_code == 410
        actions.reply(ticket, by=cast.bo, text="Are you there?")
        run_jobs()
        newer = link_in(ticket, "replied")
        assert newer != path
        assert [Client().get(each).status_code for each in (path, newer)] == [410, 302]


def _ended_by_an_agent(cast: Cast, ticket: Ticket) -> None:
    assert signed_in(cast.bo).post(f"/desk/tickets/{ticket.number}/verbs/end_links/").status_code in (200, 302)


def _another_address(cast: Cast, ticket: Ticket) -> None:
    Person.objects.filter(pk=ticket.requester_id).update(email="vera@else.example")


def _deactivated(cast: Cast, ticket: Ticket) -> None:
    page = {"name": "Vera", "email": VERA, "language": "en", "zone": "UTC"}
    assert signed_in(cast.ada).post(f"/settings/people/{ticket.requester_id}/", page).status_code == 302
    Person.objects.filter(pk=ticket.requester_id).update(is_active=True)  # active again: the link is not


def _given_an_account(cast: Cast, ticket: Ticket) -> None:
    Person.objects.filter(pk=ticket.requester_id).update(account="administrator")


def _given_a_seat(cast: Cast, ticket: Ticket) -> None:
    Membership.objects.create(person=ticket.requester, desk=cast.it, role="auditor")


def _merged(cast: Cast, ticket: Ticket) -> None:
    actions.merge(ticket, by=cast.bo, into=cast.ask())


def _asked_by_somebody_else(cast: Cast, ticket: Ticket) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE tickets_ticket SET requester_id = %s WHERE id = %s", [cast.mei.pk, ticket.pk])


def _signed_out_everywhere(cast: Cast, ticket: Ticket) -> None:
    holdings.end_all(ticket.requester)


@pytest.mark.parametrize(
    "what",
    [
        _ended_by_an_agent, _another_address, _deactivated, _given_an_account, _given_a_seat, _merged,
        _asked_by_somebody_else, _signed_out_everywhere,
    ],
)  # fmt: skip
def test_it_ends_at_once(cast: Cast, ticket: Ticket, what: Callable[[Cast, Ticket], None]) -> None:
    path, client = link_in(ticket, "received"), followed(ticket)
    assert client.get(f"/followed/{ticket.number}/").status_code == 200
    what(cast, ticket)
    assert client.get(f"/followed/{ticket.number}/").status_code == 410
    assert client.post(f"/followed/{ticket.number}/reply/", {"text": "Too late"}).status_code == 410
    assert Client().get(path).status_code == 410
    assert not Message.objects.filter(text="Too late").exists()


def test_an_erased_person_leaves_no_link(cast: Cast, ticket: Ticket) -> None:
    from firstline.retention.erasing import erase_person

    path = link_in(ticket, "received")
    actions.cancel(ticket, by=cast.bo)
    erase_person(ticket.requester, by=cast.ada)
    assert Client().get(path).status_code == 410
    assert not RequestLink.objects.exists()


def test_an_agent_ends_the_links_and_the_next_email_carries_a_new_one(cast: Cast, ticket: Ticket) -> None:
    old = link_in(ticket, "received")
    actions.end_links(ticket, by=cast.bo)
    told = ticket.events.get(name="links_ended")
    assert (told.internal, told.data["links"]) == (True, 1)
    actions.reply(ticket, by=cast.bo, text="Which line is it?")
    run_jobs()
    assert link_in(ticket, "replied") != old
    for other in (cast.mei, cast.omar, cast.hana):
        with pytest.raises(NotAllowed):
            actions.end_links(ticket, by=other)


def test_who_takes_part_without_an_account_has_a_link_of_their_own(cast: Cast) -> None:
    pavel = Person.objects.create_person(name="Pavel", email="pavel@far.example")
    ticket = cast.ask(text="Said before.")
    with clock.moved(clock.now() + timedelta(minutes=1)):
        actions.add_participant(ticket, by=cast.bo, person=pavel)
    with clock.moved(clock.now() + timedelta(minutes=2)):
        actions.reply(ticket, by=cast.bo, text="Said later.")
        run_jobs()
        client = followed(ticket, "replied", pavel)
        page = client.get(f"/followed/{ticket.number}/").content.decode()
        assert "Said later." in page
        assert "Said before." not in page
        assert client.post(f"/followed/{ticket.number}/confirm/").status_code == 422
        assert client.post(f"/followed/{ticket.number}/reply/", {"text": "Me too."}).status_code == 302
    assert Message.objects.get(text="Me too.").author == pavel


def test_opening_a_link_changes_nothing(ticket: Ticket) -> None:
    path = link_in(ticket, "received")
    with CaptureQueriesContext(connection) as queries:
        client = Client()
        client.get(path)
        client.head(path)
    written = [each["sql"] for each in queries if re.match("INSERT|UPDATE|DELETE", each["sql"])]
    assert [each for each in written if "django_session" not in each] == []


def test_the_page_costs_the_same_however_much_was_said(cast: Cast, ticket: Ticket) -> None:
    client, counts = followed(ticket), []
    for _more in range(2):
        client.get(f"/followed/{ticket.number}/")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/followed/{ticket.number}/")
        counts.append(len(queries))
        for n in range(5):
            kept = files.keep(b"x", name=f"{n}.txt", by=cast.bo)
            actions.reply(ticket, by=cast.bo, text=f"Answer {n}", attachments=[kept])
    assert counts[0] == counts[1] <= 14


def test_links_that_have_not_worked_for_long_are_dropped(ticket: Ticket) -> None:
    link_in(ticket, "received")
    with clock.moved(clock.now() + timedelta(days=89)):
        following.forget_old()
        assert RequestLink.objects.exists()
    with clock.moved(clock.now() + timedelta(days=91)):
        following.forget_old()
        assert not RequestLink.objects.exists()
