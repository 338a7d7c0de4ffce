"""In what words something that came in stands on its ticket."""

from django.utils.translation import gettext as _
from django.utils.translation import override

from firstline.channels.base import Incoming
from firstline.channels.email.appointments import sentence
from firstline.channels.email.sender_authentication import FAIL, PASS
from firstline.channels.models import InboundMessage
from firstline.channels.threading import Standing
from firstline.channels.verdicts import Sender
from firstline.kit.limits import limit
from firstline.tickets.models import Ticket

MOST_EMPTY = limit(20, "files", of="empty files that are named", per="email", said="It says how many more there are.")


def words_of(incoming: Incoming, *, language: str, zone: str) -> str:
    """What was said; where that is nothing, or not all, a sentence in brackets says so."""
    with override(language):
        said = [incoming.text.strip(), *_beside(incoming, zone=zone)]
    return "\n\n".join(part for part in said if part)


def _beside(incoming: Incoming, *, zone: str) -> list[str]:
    beside = []
    if incoming.invitation:
        beside.append(sentence(incoming.invitation, zone=zone))
    empty = [file.name for file in incoming.files if not file.content]
    beside += [_("(The attached file %(name)s is empty.)") % {"name": name} for name in empty[:MOST_EMPTY]]
    if len(empty) > MOST_EMPTY:
        beside.append(_("(%(count)s more attached files are empty.)") % {"count": len(empty) - MOST_EMPTY})
    if "links" in incoming.marks:
        beside.append(_("(This email holds too many links to be shown. It is attached.)"))
    elif "cut" in incoming.marks:
        beside.append(_("(This email is longer than what is shown.)"))
    if "files" in incoming.marks:
        beside.append(_("(This email brings more files than are kept one by one. The whole email is attached.)"))
    if incoming.text.strip() or beside:
        return beside
    if "encrypted" in incoming.marks:
        return [_("(This email is encrypted; what it says is in the attached file.)")]
    if any(file.content for file in incoming.files) or incoming.html:
        return [_("(This email has no visible text.)")]
    return [_("(This email is empty.)")]


def noted(incoming: Incoming, standing: Standing, *, proof: str, words: str, is_gone: bool = False) -> str:
    """The text of a note: whose words they are that must not pass for somebody's, and the words. `is_gone`: the address
    is that of a deactivated person."""
    working, proved = standing.sender == Sender.WORKER, proof == PASS
    with override(_reader(standing.ticket)):
        if proof == FAIL:
            head = _("By email, said to be from %(who)s. The proof of its sender failed, so it may be forged:")
        elif incoming.automatic or incoming.away:
            head = _("Automatic email from %(who)s:")
        elif working and proved:
            head = _("By e-mail from %(who)s, an agent; the requester was not sent it:")
        elif working:
            head = _("By e-mail from %(who)s, an agent; the sender is not verified, so the requester was not sent it:")
        elif standing.sender in (Sender.REQUESTER, Sender.PARTICIPANT):
            head = _("By e-mail from %(who)s:")
        elif is_gone and proved:
            head = _("By e-mail from %(who)s, who is deactivated here:")
        elif is_gone:
            head = _("By e-mail from %(who)s, who is deactivated here; the sender is not verified:")
        elif proved:
            head = _("By e-mail from %(who)s, who takes no part in this request:")
        else:
            head = _("By e-mail from %(who)s, who takes no part in this request; the sender is not verified:")
        return f"{head % {'who': who(incoming)}}\n\n{words}"


def disowned(ticket: Ticket, incoming: Incoming, *, named: Ticket | None) -> str:
    """The text of a note on a new ticket whose letter failed its proof: who it says to be from."""
    with override(_reader(ticket)):
        said = _(
            "The email says that it is from %(who)s, but the proof of its sender failed: it may be forged. It was not "
            "taken for their word, and nobody was answered."
        ) % {"who": who(incoming)}
        return _mentioning(said, named)


def came_twice(ticket: Ticket, earlier: InboundMessage, *, request: int, proof: str) -> str:
    """The text of a note on what was taken though the same letter is here already: why. `request`: to which one it led
    by itself, 0 for none; `proof`: what was proved of its sender."""
    with override(_reader(ticket)):
        if earlier.taken_as["request"] != request:
            why = _("That copy led to another request.")
        elif earlier.proof.get("result") != proof:
            why = _("Not the same was proved of that copy's sender.")
        elif earlier.taken_as["machine"]:
            why = _("That copy came as a machine's.")
        else:
            why = _("That copy's sender was not written as one plain address.")
        said = _("An email with the same words had come before: %(number)s.") % {"number": _number_of(earlier)}
        return f"{said} {why} " + _("Somebody may have sent it first on purpose, so this one was taken as well.")


def _number_of(received: InboundMessage) -> str:
    return received.ticket.number if received.ticket else "?"


def of_gone(ticket: Ticket, incoming: Incoming, *, named: Ticket | None) -> str:
    """The text of a note on a new ticket whose letter bears the address of a deactivated person."""
    with override(_reader(ticket)):
        said = _(
            "The email is from %(who)s, who is deactivated here. It was not taken for their word, and nobody was "
            "answered."
        ) % {"who": who(incoming)}
        return _mentioning(said, named)


def _mentioning(said: str, named: Ticket | None) -> str:
    also = _("It mentions %(number)s.") % {"number": named.number} if named else ""
    return f"{said} {also}".strip()


def who(incoming: Incoming) -> str:
    """Name and address as they were written."""
    return f"{incoming.name} <{incoming.address}>" if incoming.name else incoming.address or "?"


def _reader(ticket: Ticket) -> str:
    return ticket.assignee.language if ticket.assignee else "en"
