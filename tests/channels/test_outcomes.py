"""What becomes of a letter: who writes, what kind of letter, and where the request stands; every row of the table."""

import pytest

from firstline.tickets import actions
from firstline.tickets.models import Link, Ticket
from tests.cast import Cast, fresh
from tests.letters import arrives, back_to, letter

pytestmark = pytest.mark.django_db

WRITERS = {
    "requester": "Lin Mei <mei@corp.example>",
    "participant": "Omar Haddad <omar@corp.example>",
    "agent": "Bo Wen <bo@corp.example>",
    "of another desk": "Hana Sato <hana@corp.example>",
    "stranger": "Eve <eve@elsewhere.example>",
}
LETTERS: dict[str, dict[str, str]] = {
    "words": {},
    "thanks": {"text": "Thanks!\n"},
    "a glad sign": {"text": "👍\n\nLin Mei reacted via Gmail <https://www.google.com/>\n"},
    "by a list": {"Precedence": "list"},
    "by a program": {"Auto-Submitted": "auto-generated"},
    "away": {"Auto-Submitted": "auto-replied", "text": "I am on leave until Monday.\n"},
    "marked away": {"Precedence": "auto_reply", "text": "I am on leave until Monday.\n"},
}
# At the signed address of a request that is open, waits for its requester, is solved, closed, cancelled; and at the
# desk's own address. "says" leaves it where it stands, "wakes" sets it to work again, "follows" and "new" are another.
TABLE = """
requester | words | says wakes wakes follows follows new
requester | thanks | says says says note note new
requester | a glad sign | says wakes says note note new
requester | by a list | says wakes wakes follows follows new
requester | by a program | note note note note note new
requester | away | note note note note note bounce
requester | marked away | note note note note note bounce
participant | words | says wakes wakes follows follows new
participant | away | note note note note note bounce
agent | words | note note note note note new
agent | thanks | note note note note note new
agent | away | note note note note note bounce
of another desk | words | note note note follows follows new
of another desk | thanks | note note note note note new
stranger | words | note note note follows follows new
stranger | thanks | note note note note note new
stranger | by a program | note note note note note new
stranger | away | note note note note note bounce
"""
STANDS = ("open", "waiting", "solved", "closed", "cancelled", "none")
ROWS = [
    (who, what, stands, becomes)
    for who, what, cells in (line.split(" | ") for line in TABLE.strip().split("\n"))
    for stands, becomes in zip(STANDS, cells.split(), strict=True)
]


def stood(cast: Cast, stands: str) -> Ticket:
    ticket = cast.ask()
    actions.add_participant(ticket, by=cast.mei, person=cast.omar)
    if stands == "waiting":
        actions.hold(ticket, by=cast.bo, reason="requester")
    if stands in ("solved", "closed"):
        actions.resolve(ticket, by=cast.bo, resolution="New profile.")
    if stands == "closed":
        actions.close(ticket, by=cast.mei)
    if stands == "cancelled":
        actions.cancel(ticket, by=cast.bo, reason="A duplicate.")
    return fresh(ticket)


@pytest.mark.parametrize(("who", "what", "stands", "becomes"), ROWS)
def test_a_letter_becomes_what_the_table_says(cast: Cast, who: str, what: str, stands: str, becomes: str) -> None:
    ticket = stood(cast, stands)
    to = "it@desk.example" if stands == "none" else back_to(ticket)
    received = arrives(letter(WRITERS[who], to=to, **LETTERS[what]))
    after, said = fresh(ticket), received.message
    moved = after.status_id != ticket.status_id
    if becomes == "bounce":
        assert (received.state, received.ticket, said) == ("bounce", None, None)
        found = "bounce"
    elif received.ticket != ticket:
        assert said is not None
        assert said.kind == "request"
        found = "follows" if Link.objects.filter(kind="follows", other=ticket).exists() else "new"
    else:
        assert said is not None
        found = "note" if said.kind == "note" else "wakes" if moved else "says"
    assert found == becomes
    assert moved is (becomes == "wakes")
    assert Ticket.objects.count() == (2 if becomes in ("follows", "new") else 1)


def test_what_gmail_adds_to_a_sign_is_no_file(cast: Cast) -> None:
    ticket = cast.ask()
    actions.resolve(ticket, by=cast.bo, resolution="Restarted.")
    reaction = letter(
        to=back_to(ticket), text="👍\n\nLin Mei reacted via Gmail\n", html="<p>👍</p><p>Lin Mei reacted</p>"
    )
    reaction.add_alternative(b'{"emoji":"x"}', maintype="text", subtype="vnd.google.email-reaction+json")
    received = arrives(reaction)
    assert received.message is not None
    assert not received.message.attachments.exists()
    assert fresh(ticket).reopened == 0
