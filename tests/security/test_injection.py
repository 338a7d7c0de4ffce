"""Words that other machines would obey stay words. Threats 17, 19, 22 and 35."""

import time
from typing import Any

import pytest
from django.db import connection
from markupsafe import escape

from firstline.kit import html
from firstline.kit.tokenizer import query_words, search_words
from firstline.tickets import files, placeholders, search
from firstline.tickets.models import Ticket
from tests.cast import Cast
from tests.roles import Asking
from tests.web.conftest import As

TEMPLATES = [
    "{{7*7}}",
    "{% debug %}",
    "${7*7}",
    "#{7*7}",
    "<%= 7*7 %>",
    "{{config}}",
    "{{ ''.__class__.__mro__ }}",
    "%(x)s",
]
TEMPLATES += [
    "{0.__class__}",
    "{ticket.requester.password}",
    "{{ticket.requester.password}}",
    "{{cycler.__init__}}",
    "%s%n",
]
SQL = [
    "'",
    "' OR 1=1 --",
    "'; DROP TABLE tickets_ticket; --",
    "\\'",
    "1) OR (1=1",
    "%' AND 1=0 UNION SELECT password --",
]
SQL += ["\0", "a & b | !c", "foo:*", "((((", "'' <-> ''", "!!!", "\\", "*" * 200, "😀" * 50, "-1", "9" * 40]
# Linear in any case; a letter's HTML goes twice through a parser.
ENOUGH_SECONDS = {"clean": 3.0, "text": 3.0}
ELSE_SECONDS = 0.5


@pytest.mark.parametrize("words", TEMPLATES)
def test_a_template_in_somebodys_words_stays_as_it_is(cast: Cast, as_: As, words: str) -> None:
    ticket = cast.asked(subject=words, text=f"It says {words}.")
    page = as_(cast.bo).get(f"/desk/tickets/{ticket.number}/").content.decode()
    assert str(escape(words)) in page
    filled = placeholders.fill(words, placeholders.values_for(ticket, by=cast.bo)).text
    assert "argon2" not in filled
    assert "__class__" not in filled or filled == words
    assert Ticket.objects.get(pk=ticket.pk).subject == words


@pytest.mark.parametrize("words", SQL)
def test_words_that_are_searched_for_are_words(cast: Cast, asking: Asking, words: str) -> None:
    ticket = cast.asked()
    search.index(ticket.pk)
    for path in ("/requests/", "/find/", "/desk/queue/all/", "/desk/palette/", "/desk/people/"):
        status = asking("bo", "get", path, {"q": words, "before": words, "after": words, "desk": words}).status_code
        assert (path, status) == (path, 400 if "\0" in words else 200)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tickets_ticket")
        assert cursor.fetchone() == (1,)


@pytest.mark.parametrize(
    "name", ["agent__password", "requester__admin", "id__in", "pk", "search", "__class__", "desk__key"]
)
def test_a_filter_that_is_not_in_the_table_filters_nothing(cast: Cast, as_: As, name: str) -> None:
    ticket = cast.asked()
    page = as_(cast.bo).get("/desk/queue/all/", {name: "x"})
    assert page.status_code == 200
    assert ticket.number in page.content.decode()


LONG = 1_000_000
ADVERSARIAL = {
    "spaces": " " * LONG,
    "brackets": "[" * LONG,
    "angles": "<" * LONG,
    "quotes": "> " * (LONG // 2),
    "stars": "*a_" * (LONG // 3),
    "addresses": "http://" * (LONG // 7),
    "entities": "&amp" * (LONG // 4),
    "digits": "1" * LONG,
    "wrote": "On Mon, somebody wrote" * (LONG // 22),
    "ats": "@" * LONG,
    "dashes": "-" * LONG,
    "divs": "<div>" * (LONG // 5),
    "comments": "<!--" * (LONG // 4),
}
READERS: dict[str, Any] = {
    "clean": html.clean,
    "text": html.text,
    "from_text": html.from_text,
    "markdown": html.markdown,
    "search": search_words,
    "query": query_words,
    "plain_name": files.plain_name,
}


@pytest.mark.heavy
@pytest.mark.parametrize("reader", READERS)
def test_a_megabyte_made_to_hurt_does_not_take_long(reader: str) -> None:
    """Threat 19: no pattern of ours goes over its input more than a few times. By the process's own time."""
    slow = {}
    for name, text in ADVERSARIAL.items():
        started = time.process_time()
        READERS[reader](text)
        took = time.process_time() - started
        if took > ENOUGH_SECONDS.get(reader, ELSE_SECONDS):
            slow[name] = round(took, 1)
    assert slow == {}
