"""What is heavy of a letter (its bytes, its own HTML) is read where it is shown or taken, never along with many."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from firstline.channels.models import InboundMessage
from firstline.tickets import actions
from firstline.tickets.models import Message, Ticket
from firstline.web.portal.talk import talk
from firstline.web.workspace.conversation import conversation
from tests.api.test_api import Program
from tests.cast import Cast, fresh
from tests.letters import arrives, back_to, letter

pytestmark = pytest.mark.django_db
HTML = '"tickets_message"."html",'
RAW = '"channels_received"."raw",'


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """Mei wrote it, and an answer, each with HTML of its own."""
    arrives(letter(subject="Heavy", text="One.", html="<p>One.</p>", letter_id="<1@corp.example>"))
    ticket = Ticket.objects.get(subject="Heavy")
    arrives(letter(to=back_to(ticket), text="Two.", html="<p>Two.</p>", letter_id="<2@corp.example>"))
    assert [bool(message.html) for message in ticket.messages.all()] == [True, True]
    return fresh(ticket)


def test_no_page_of_a_conversation_reads_the_html_of_its_letters(cast: Cast, ticket: Ticket) -> None:
    with CaptureQueriesContext(connection) as asked:
        entries = [entry.message for entry in conversation(ticket, by=cast.bo).entries if entry.message]
        said = talk(cast.mei, ticket).said
        program = Program(cast.mei)("GET", f"/tickets/{ticket.number}/messages").json()
        told = [message.has_html for message in entries]
    assert (told, [each.is_letter for each in said], len(program["items"])) == ([True, True], [True, True], 2)
    assert [query["sql"] for query in asked if HTML in query["sql"]] == []


def test_an_answer_reads_neither_html_nor_bytes_of_what_was_said_before(cast: Cast, ticket: Ticket) -> None:
    with CaptureQueriesContext(connection) as asked:
        arrives(
            letter(
                subject="Re: Heavy",
                text="Three.",
                letter_id="<3@corp.example>",
                In_Reply_To="<2@corp.example>",
                References="<1@corp.example> <2@corp.example>",
            )
        )
    assert ticket.messages.count() == 3
    sql = [query["sql"] for query in asked]
    assert [each for each in sql if HTML in each and each.startswith("SELECT")] == []
    assert [each for each in sql if RAW in each and each.startswith("SELECT") and " IN (" in each] == []


def test_many_letters_with_one_id_are_read_once(cast: Cast, ticket: Ticket) -> None:
    one = InboundMessage.objects.get(letter_id="<1@corp.example>")
    for number in range(5):
        InboundMessage.objects.create(
            letter_id=one.letter_id, key=f"copy {number}", raw=b"x", ticket=ticket, state="done"
        )
    with CaptureQueriesContext(connection) as asked:
        arrives(letter(text="Four.", letter_id="<4@corp.example>", In_Reply_To="<1@corp.example>"))
    whole = [query["sql"] for query in asked if '"letter_id" =' in query["sql"] and "JOIN" in query["sql"]]
    assert whole
    assert [sql for sql in whole if "LIMIT" not in sql] == []
    assert ticket.messages.count() == 3


def test_rows_come_without_bytes_and_messages_know_that_they_have_html(cast: Cast, ticket: Ticket) -> None:
    assert all("raw" in received.get_deferred_fields() for received in InboundMessage.objects.all())
    plain = actions.reply(ticket, by=cast.mei, text="Plain.", html=" \n")
    light = {message.pk: message for message in Message.objects.without_html()}
    assert [message.has_html for message in light.values()] == [True, True, False]
    assert all("html" in message.get_deferred_fields() for message in light.values())
    assert (Message.objects.get(pk=plain.pk).html, plain.has_html) == ("", False)
