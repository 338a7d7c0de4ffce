"""In what words something that came in stands on its ticket."""

from django.utils.translation import gettext as _
from django.utils.translation import override

from firstline.channels.base import Incoming
from firstline.channels.models import InboundMessage
from firstline.channels.proof import FAIL, PASS
from firstline.channels.registry import channel_of, label_of
from firstline.channels.threading import Standing
from firstline.channels.verdicts import Sender
from firstline.tickets.models import Ticket


def words_of(incoming: Incoming, *, language: str, zone: str) -> str:
    """What was said; where that is nothing, or not all, a sentence in brackets says so."""
    channel = channel_of(incoming.channel)
    nothing = channel.sentences["empty"]
    with override(language):
        said = [incoming.text.strip(), *channel.beside(incoming, zone=zone)]
        return "\n\n".join(part for part in said if part) or _(nothing)


def noted(incoming: Incoming, standing: Standing, *, proof: str, words: str, is_gone: bool = False) -> str:
    """The text of a note: whose words they are that must not pass for somebody's, and the words. `is_gone`: the sender
    is a deactivated person."""
    with override(_reader(standing.ticket)):
        head = _sentence(_case(incoming, standing, proof=proof, is_gone=is_gone), incoming)
        return f"{head}\n\n{words}"


def _case(incoming: Incoming, standing: Standing, *, proof: str, is_gone: bool) -> str:
    if proof == FAIL:
        return "failed"
    if incoming.automatic or incoming.away:
        return "automatic"
    if standing.sender in (Sender.REQUESTER, Sender.PARTICIPANT):
        return "asking"
    who = "agent" if standing.sender == Sender.WORKER else "gone" if is_gone else "other"
    return f"{who}_proved" if proof == PASS else who


def disowned(ticket: Ticket, incoming: Incoming, *, named: Ticket | None) -> str:
    """The text of a note on a new ticket of which the proof failed: who it says to be from."""
    with override(_reader(ticket)):
        return _mentioning(_sentence("disowned", incoming), named)


def came_twice(ticket: Ticket, incoming: Incoming, earlier: InboundMessage, *, request: int, proof: str) -> str:
    """The text of a note on what was taken though the same is here already: why. `request`: to which one it led
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
        had_come = channel_of(incoming.channel).sentences["twice"]
        said = _(had_come) % {"number": _number_of(earlier)}
        return f"{said} {why} " + _("Somebody may have sent it first on purpose, so this one was taken as well.")


def _number_of(received: InboundMessage) -> str:
    return received.ticket.number if received.ticket else "?"


def of_gone(ticket: Ticket, incoming: Incoming, *, named: Ticket | None) -> str:
    """The text of a note on a new ticket from a deactivated person."""
    with override(_reader(ticket)):
        return _mentioning(_sentence("of_gone", incoming), named)


def _sentence(case: str, incoming: Incoming) -> str:
    given = {"who": who(incoming), "channel": label_of(incoming.channel)}
    return _(channel_of(incoming.channel).sentences[case]) % given


def _mentioning(said: str, named: Ticket | None) -> str:
    also = _("It mentions %(number)s.") % {"number": named.number} if named else ""
    return f"{said} {also}".strip()


def who(incoming: Incoming) -> str:
    """Name and address as they were written."""
    return f"{incoming.name} <{incoming.address}>" if incoming.name else incoming.address or "?"


def _reader(ticket: Ticket) -> str:
    return ticket.assignee.language if ticket.assignee else "en"
