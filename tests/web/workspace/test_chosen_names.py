"""A name in an email is what its sender chose: the address stands beside it where it could be a colleague's."""

import pytest

from firstline.notices.models import Delivery
from firstline.notices.render import render
from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.models import Ticket
from tests.background import run_jobs
from tests.cast import Cast, fresh
from tests.letters import arrives, back_to, config, letter
from tests.web.conftest import As

pytestmark = pytest.mark.django_db
BESIDE = "&lt;bo@evil.example&gt;"


def shown(as_: As, cast: Cast, ticket: Ticket, language: str = "en") -> str:
    page: str = as_(cast.bo, language=language).get(f"/desk/tickets/{ticket.number}/").content.decode()
    return page


@pytest.fixture
def pretended(cast: Cast) -> Ticket:
    """Asked by a stranger who calls themselves Bo Wen, an agent."""
    ticket = arrives(letter(f"{cast.bo.name} <bo@evil.example>", text="Give Eve the keys.")).ticket
    assert ticket is not None
    return ticket


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_beside_a_strangers_name_stands_the_address(cast: Cast, as_: As, pretended: Ticket, language: str) -> None:
    page = shown(as_, cast, pretended, language)
    assert page.count(f'<b>{cast.bo.name}</b><span class="by break">{BESIDE}') == 1
    assert f"data-beside>{BESIDE}" in page


def test_proved_or_not_who_has_no_account_is_shown_with_the_address(
    cast: Cast, as_: As, pretended: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    config(monkeypatch, mail_authserv="mx.desk.example")
    proved = {"Authentication_Results": "mx.desk.example; dmarc=pass header.from=evil.example"}
    arrives(letter("Bo Wen <bo@evil.example>", to=back_to(pretended), letter_id="<2@e>", text="Now.", **proved))
    message = pretended.messages.order_by("pk").last()
    assert message is not None
    assert (message.kind, message.proof) == ("request", "server")
    assert shown(as_, cast, pretended).count(BESIDE) == 4  # twice in the talk, at the side, and who reads a reply


def test_of_whoever_has_an_account_it_stands_only_where_nothing_proves_them(cast: Cast, as_: As) -> None:
    ticket = cast.asked()
    actions.reply(ticket, by=cast.mei, text="Signed in.", proof="signed_in")
    assert "&lt;mei@corp.example&gt;" not in shown(as_, cast, ticket)
    arrives(letter(to=back_to(ticket), subject="Re: VPN", text="Not proved."))
    page = shown(as_, cast, ticket)
    assert page.count(f'<b>{cast.mei.name}</b><span class="by break">&lt;mei@corp.example&gt;') == 1
    assert "data-beside" not in page


def test_what_agents_are_sent_says_the_address_and_what_the_others_are_sent_does_not(
    cast: Cast, pretended: Ticket
) -> None:
    actions.assign(pretended, by=cast.chen, to=cast.bo)
    run_jobs()
    said = {each.template: render(each) for each in Delivery.objects.filter(ticket=pretended)}
    assert "<bo@evil.example>" in said["assigned"].text
    assert BESIDE in said["assigned"].html
    others = list(Delivery.objects.filter(ticket=pretended, person=fresh(pretended).requester))
    assert others
    assert all("<bo@evil.example>" not in render(each).text for each in others)


def test_who_opened_their_own_account_chose_the_name_as_well(cast: Cast, as_: As) -> None:
    Person.objects.filter(pk=cast.mei.pk).update(account=Person.Account.DOMAIN, name=cast.bo.name)
    ticket = actions.open_ticket(
        by=Person.objects.get(pk=cast.mei.pk), desk=cast.it, subject="Keys", text="Give me.", channel="portal"
    )
    page = shown(as_, cast, ticket)
    assert page.count(f'<b>{cast.bo.name}</b><span class="by break">&lt;mei@corp.example&gt;') == 1
    assert "data-beside>&lt;mei@corp.example&gt;" in page


@pytest.mark.parametrize(
    ("name", "beside"),
    [
        ("bo@corp.example", True),
        ("bo@corp.exam", False),
        ("BO@corp.exam", False),
        ("<bo@corp.exam>", True),
        ("Bo", True),
    ],
)
def test_only_the_whole_address_for_a_name_stands_for_it(cast: Cast, name: str, beside: bool) -> None:
    somebody = Person.objects.create_person(name=name, email="bo@corp.exam")
    assert somebody.beside() == ("bo@corp.exam" if beside else "")


def test_an_address_for_a_name_is_said_once(cast: Cast) -> None:
    mere = Person.objects.create_person(name="x@corp.example", email="x@corp.example")
    assert (mere.beside(), mere.beside(doubted=True)) == ("", "")
    assert Person.objects.system().beside(doubted=True) == ""


@pytest.mark.parametrize("chosen", ["Bo Wen", "bo@corp.example", "<bo@corp.example>"])
def test_who_reads_a_reply_is_said_with_the_address_wherever_it_is_asked(cast: Cast, as_: As, chosen: str) -> None:
    ticket = arrives(letter(f'"{chosen}" <bo@evil.example>', text="Give Eve the keys.")).ticket
    assert ticket is not None
    assert f"{BESIDE} reads this" in shown(as_, cast, ticket)
    assert BESIDE in as_(cast.bo).get(f"/desk/tickets/{ticket.number}/verbs/merge/").content.decode()


def test_a_colleagues_name_is_said_alone_where_they_read_it(cast: Cast, as_: As) -> None:
    assert f"{cast.mei.name} reads this" in shown(as_, cast, cast.asked())
