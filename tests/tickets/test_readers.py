"""Who reads which words and gets which files: a table of everything that can be said, by whoever there can be, and
`rights.readers_of`, which says the same of one message."""

from datetime import timedelta

import pytest

from firstline.catalog.models import Membership
from firstline.kit import clock
from firstline.people.models import Person
from firstline.tickets import actions, brought, files
from firstline.tickets.models import Attachment, Message, Ticket
from firstline.tickets.quotations import whole_for
from firstline.tickets.rights import (
    Share,
    is_only_asker,
    names_only_an_address,
    readers_of,
    reads_what_was_asked,
    seat,
    shares_of,
)
from tests.cast import MONDAY, Cast, fresh
from tests.tickets.pictured import at

pytestmark = pytest.mark.django_db

PEOPLE = "omar hana anna mei vera zoe bo dana ada system yu".split()
# Omar is asked for by Mei, who is an asker. Hana, of HR, reads all; Anna what comes after two past. Vera's own request
# was merged into this one at four past, and that one had been asked for Vera by Zoe. Yu has left the desk.
# What is said, when, by whom; and who reads it
SAID = """
first       0   mei   omar hana mei bo dana ada system
reply       1   bo    omar hana bo dana ada system
aside       1   bo    omar hana mei bo dana ada system
note        1   bo    bo dana ada system
more        1   omar  omar hana bo dana ada system
since       3   bo    omar hana anna bo dana ada system
annas       3   anna  omar hana anna bo dana ada system
veras       0   zoe   vera zoe bo dana ada system
to-vera     1   bo    vera bo dana ada system
to-both     5   bo    omar hana anna vera bo dana ada system
to-askers   5   bo    omar hana anna mei vera zoe bo dana ada system
omars       5   omar  omar hana anna bo dana ada system
veras-own   5   vera  vera bo dana ada system
unsent      5   bo    bo dana ada system
withdrawn   5   bo    bo dana ada system
"""
# The same of files that came without words
FILES = """
omar-file   1   omar  omar hana bo dana ada system
bo-file     1   bo    omar hana bo dana ada system
mei-file    1   mei   omar hana mei bo dana ada system
bo-later    3   bo    omar hana anna bo dana ada system
bo-last     5   bo    omar hana anna vera bo dana ada system
hana-last   5   hana  omar hana anna bo dana ada system
"""


def rows(table: str) -> dict[str, set[str]]:
    return {name: set(who) for name, _at, _by, *who in (line.split() for line in table.strip().splitlines())}


@pytest.fixture
def people(cast: Cast) -> dict[str, Person]:
    for name in ("anna", "vera", "zoe"):
        Person.objects.create_person(name=name.title(), email=f"{name}@corp.example")
    return {
        name: Person.objects.system() if name == "system" else Person.objects.get(email=f"{name}@corp.example")
        for name in PEOPLE
    }


@pytest.fixture
def tickets(cast: Cast, people: dict[str, Person]) -> tuple[Ticket, Ticket]:
    """The one into which Vera's was merged, and Vera's."""
    with at(0):
        ticket = cast.ask(requester=cast.omar, text="first", answers={"asset": "1"})
        veras = cast.ask(by=people["zoe"], requester=people["vera"], text="veras", subject="Vera's")
        actions.add_participant(ticket, by=cast.omar, person=cast.hana)
    with at(1):
        actions.reply(ticket, by=cast.bo, text="reply", attachments=[kept(cast.bo, "of-reply")])
        actions.reply(ticket, by=cast.bo, text="aside", to_askers=True)
        actions.note(ticket, by=cast.bo, text="note")
        actions.reply(ticket, by=cast.omar, text="more")
        actions.reply(veras, by=cast.bo, text="to-vera")
        for by in (cast.omar, cast.bo, cast.mei):
            actions.attach(ticket, by=by, attachments=[kept(by, f"{by.email.partition('@')[0]}-file")])
    with at(2):
        actions.add_participant(ticket, by=cast.bo, person=people["anna"])
        Membership.objects.filter(person=cast.yu).delete()
    with at(3):
        actions.reply(ticket, by=cast.bo, text="since")
        actions.reply(ticket, by=people["anna"], text="annas")
        actions.attach(ticket, by=cast.bo, attachments=[kept(cast.bo, "bo-later")])
    with at(4):
        actions.merge(veras, by=cast.bo, into=ticket)
    ticket = fresh(ticket)
    with at(5):
        actions.reply(ticket, by=cast.bo, text="to-both")
        actions.reply(ticket, by=cast.bo, text="to-askers", to_askers=True)
        actions.reply(ticket, by=cast.omar, text="omars")
        actions.reply(ticket, by=people["vera"], text="veras-own")
        for by, name in ((cast.bo, "bo-last"), (cast.hana, "hana-last")):
            actions.attach(ticket, by=by, attachments=[kept(by, name)])
        actions.withdraw(actions.reply(ticket, by=cast.bo, text="withdrawn", undo_seconds=60), by=cast.bo)
        kept(cast.mei, "not-sent-yet")
        with clock.moved(MONDAY + timedelta(minutes=5, seconds=50)):
            actions.reply(ticket, by=cast.bo, text="unsent", undo_seconds=60, attachments=[kept(cast.bo, "of-unsent")])
    return fresh(ticket), fresh(veras)


def kept(by: Person, name: str) -> Attachment:
    return files.keep(name.encode(), name=name, by=by)


def readers(people: dict[str, Person], of: str) -> dict[str, set[str]]:
    """By what is read, who reads it. Messages of files alone are told by those."""
    found: dict[str, set[str]] = {}
    for name, person in people.items():
        reads = (
            Message.objects.exclude(text="").readable_by(person).values_list("text", flat=True)
            if of == "words"
            else Attachment.objects.visible_to(person).values_list("name", flat=True)
        )
        for each in reads:
            found.setdefault(each, set()).add(name)
    return found


def test_each_reads_this_and_nothing_else(
    cast: Cast, people: dict[str, Person], tickets: tuple[Ticket, Ticket]
) -> None:
    with clock.moved(MONDAY + timedelta(minutes=6)):
        read = readers(people, "words")
        assert read == rows(SAID)
        for name, person in people.items():
            seen = {text for text in read if name in read[text]}
            said = Message.objects.visible_to(person, tickets[0]).exclude(text="")
            assert set(said.values_list("text", flat=True)) == seen


def test_each_gets_these_files_and_no_others(
    cast: Cast, people: dict[str, Person], tickets: tuple[Ticket, Ticket]
) -> None:
    with clock.moved(MONDAY + timedelta(minutes=6)):
        wanted = rows(FILES) | {
            "of-reply": rows(SAID)["reply"],
            "of-unsent": rows(SAID)["unsent"],
            "not-sent-yet": {"mei"},
        }
        assert readers(people, "files") == wanted


def test_once_it_has_left_all_to_whom_it_is_said_read_it(
    people: dict[str, Person], tickets: tuple[Ticket, Ticket]
) -> None:
    said = Message.objects.get(text="unsent")
    for seconds, left in ((-1, False), (0, True)):
        with clock.moved(said.leaves_at + timedelta(seconds=seconds)):
            assert (readers(people, "words")["unsent"] == rows(SAID)["to-both"]) is left
            assert (readers(people, "files")["of-unsent"] == rows(SAID)["to-both"]) is left
            assert set(Message.objects.aloud().exclude(text="").values_list("text", flat=True)) == set(rows(SAID)) - {
                "note", "withdrawn", *(() if left else ("unsent",))
            }  # fmt: skip


def test_the_readers_of_a_message_are_those_whom_the_lists_show_it(
    people: dict[str, Person], tickets: tuple[Ticket, Ticket]
) -> None:
    names = {person.pk: name for name, person in people.items()}
    working = {"bo", "dana", "ada", "system"}
    with clock.moved(MONDAY + timedelta(minutes=7)):
        for said in Message.objects.aloud().exclude(text="").select_related("ticket", "origin"):
            told = {names[pk] for pk in readers_of(said)} - working
            wanted = rows(SAID)["to-both" if said.text == "unsent" else said.text] - working
            assert (said.text, told) == (said.text, wanted)


SHARES = {
    "omar": ({}, None),
    "hana": ({"participant": None}, None),
    "anna": ({"participant": 2}, None),
    "mei": ({"asker": None}, None),
    "vera": ({"participant": 4}, "veras"),
    "zoe": ({"asker": 4}, "veras"),
    "yu": ({}, None),
}
# Who is only an asker, who is told but an address, and who reads the form's answers
TOLD = {
    "omar": (False, False, True),
    "hana": (False, False, True),
    "anna": (False, False, False),
    "mei": (True, True, True),
    "vera": (False, False, False),
    "zoe": (True, True, False),
    "bo": (False, True, True),
}


def test_as_what_each_takes_part(people: dict[str, Person], tickets: tuple[Ticket, Ticket]) -> None:
    ticket, veras = tickets
    for name, (roles, came_with) in SHARES.items():
        share = shares_of(people[name], ticket, veras)[ticket.pk]
        since = {role: MONDAY + timedelta(minutes=minutes) if minutes else None for role, minutes in roles.items()}
        assert (name, share) == (name, Share(since, veras.pk if came_with else None))
    assert shares_of(people["vera"], veras)[veras.pk] == Share()
    assert shares_of(people["zoe"], veras)[veras.pk] == Share({"asker": None})
    for name, wanted in TOLD.items():
        person, share = people[name], shares_of(people[name], ticket)[ticket.pk]
        told = (
            is_only_asker(person, ticket, share),
            names_only_an_address(person, ticket, share),
            reads_what_was_asked(person, ticket, share),
        )
        assert (name, told) == (name, wanted)


def test_to_which_of_the_merged_requests_somebody_belongs(
    cast: Cast, people: dict[str, Person], tickets: tuple[Ticket, Ticket]
) -> None:
    ticket, veras = tickets
    for name, own in {"omar": ticket, "hana": ticket, "mei": ticket, "bo": ticket, "vera": veras, "zoe": veras}.items():
        person = people[name]
        assert brought.request_of(person, ticket) == own
        assert brought.side_of(person, ticket) == (None if own == ticket else veras)
        shown = fresh(ticket)
        brought.dress([shown], shares_of(person, shown), person=person)
        assert (shown.subject, brought.told_of(shown)) == (own.subject, own)
        told = (shown.requester_name, shown.requester_country, shown.requester_city, shown.requester_department)
        if name == "zoe":  # who asked for Vera, and named but an address
            assert told == ("vera@corp.example", "", "", "")
        else:
            assert told == (own.requester_name, own.requester_country, own.requester_city, own.requester_department)
        assert (shown.requester_id, shown.phase, shown.team_id) == (ticket.requester_id, ticket.phase, ticket.team_id)
    # Whoever works there is told of the request itself, whatever brought them.
    Membership.objects.create(person=people["vera"], desk=cast.it, team=None, role="auditor")
    vera = Person.objects.get(pk=people["vera"].pk)
    shown = fresh(ticket)
    brought.dress([shown], shares_of(vera, shown), person=vera)
    assert (shown.subject, brought.side_of(vera, ticket)) == (ticket.subject, None)


OWN = (
    "subject answers request_type_id form_version_id created_at creator_id asked_by_id requester_name requester_email"
    " requester_country requester_city requester_department satisfaction"
).split()


def test_what_is_said_of_the_own_request_is_written_down_a_second_time(
    people: dict[str, Person], tickets: tuple[Ticket, Ticket]
) -> None:
    ticket, veras = tickets
    assert brought.TOLD == OWN
    brought.dress([ticket], shares_of(people["vera"], ticket), person=people["vera"])
    assert {name: getattr(ticket, name) for name in OWN} == {name: getattr(veras, name) for name in OWN}
    assert (ticket.asked_by, ticket.creator) == (people["zoe"], people["zoe"])


def test_an_email_is_shown_whole_to_whom_all_that_was_said_before_it_is_shown(
    cast: Cast, people: dict[str, Person]
) -> None:
    with at(0):
        ticket = cast.ask(text="first")
    with at(2):
        actions.add_participant(ticket, by=cast.bo, person=people["anna"])
    with at(3):
        plain = actions.reply(ticket, by=cast.bo, text="plain", html=" ", quoted="\n")
        quoting = actions.reply(ticket, by=cast.bo, text="quoting", quoted="> first")
        html = actions.reply(ticket, by=cast.bo, text="html", html="<p>first</p>")
        own = actions.reply(ticket, by=people["anna"], text="own", quoted="> first")
        first = ticket.messages.get(text="first")
    with at(4):
        whole = whole_for(people["anna"], ticket)
        assert [whole(each) for each in (plain, quoting, html, own)] == [True, False, False, True]
        whole = whole_for(cast.mei, ticket)
        assert [whole(each) for each in (first, plain, quoting, html, own)] == [True] * 5


def test_of_what_is_hidden_later_nothing_can_be_quoted_before(cast: Cast) -> None:
    with at(0):
        ticket = cast.ask(requester=cast.omar, text="first", quoted="> before")
    with at(1):
        hidden = actions.reply(ticket, by=cast.bo, text="to omar", quoted="> first")
        after = actions.reply(ticket, by=cast.bo, text="to both", quoted="> to omar", to_askers=True)
        actions.note(cast.ask(), by=cast.bo, text="of another request")
    with at(2):
        whole = whole_for(cast.mei, ticket)
        first = ticket.messages.get(text="first")
        assert [whole(first), whole(hidden), whole(after)] == [True, False, False]


def test_seats_are_read_at_once_for_many(cast: Cast, django_assert_num_queries: object) -> None:
    wanted = [Person.objects.get(pk=each.pk) for each in (cast.bo, cast.dana, cast.mei)]
    with django_assert_num_queries(1):  # type: ignore[operator]
        seat(wanted)
        found = [[(each.desk.key, each.team.key if each.team else None) for each in one.seats] for one in wanted]
    assert found == [[("IT", "l1")], [("IT", None)], []]
