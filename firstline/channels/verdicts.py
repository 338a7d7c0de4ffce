"""What becomes of a letter's words: one table of what was proved, who they say to be from, and how they lead to a
request (docs/decisions/0008). The doorman looks here; nothing else decides it."""

from enum import StrEnum

from firstline.channels.proof import FAIL, NONE, PASS


class Sender(StrEnum):
    """How the person of the address stands to the request."""

    REQUESTER = "requester"
    PARTICIPANT = "participant"
    WORKER = "worker"
    """Somebody who works at its desk."""
    OUTSIDER = "outsider"
    """Somebody we know, who takes no part in it."""
    STRANGER = "stranger"
    """Nobody we know."""


class Way(StrEnum):
    """What leads to the request."""

    SIGNED = "signed"
    """An address that only we can make."""
    ANSWERED = "answered"
    """The id of a letter that is there."""
    NUMBER = "number"
    """Its number, which anybody can guess."""
    NONE = "none"


class Verdict(StrEnum):
    SPEAKS = "speaks"
    """Joins as the sender's own words."""
    DOUBTED = "doubted"
    """Joins as the sender's words, marked as not proved: wakes and reopens, because a letter that nobody sees is lost.
    It confirms, approves and rates nothing, lets nobody take part, and no number leads it anywhere."""
    NOTED = "noted"
    """A note for the desk, which moves nothing."""
    OPENS = "opens"
    """A request of the sender's, verified only where that was proved."""
    HINTS = "hints"
    """As OPENS, with a note that names the request that the letter names."""
    DISOWNED = "disowned"
    """A request of an unknown sender: whoever the letter names is not taken for its writer. A note says so."""


_S, _D, _N, _O, _H, _X = (
    Verdict.SPEAKS,
    Verdict.DOUBTED,
    Verdict.NOTED,
    Verdict.OPENS,
    Verdict.HINTS,
    Verdict.DISOWNED,
)

# The columns stand in the order of Sender: requester, participant, worker, outsider, stranger.
_ROWS: dict[tuple[str, Way], tuple[Verdict, ...]] = {
    (PASS, Way.SIGNED): (_S, _S, _N, _N, _N),
    (PASS, Way.ANSWERED): (_S, _S, _N, _N, _N),
    (PASS, Way.NUMBER): (_S, _S, _O, _O, _O),
    (PASS, Way.NONE): (_O, _O, _O, _O, _O),
    (NONE, Way.SIGNED): (_D, _D, _N, _N, _N),
    (NONE, Way.ANSWERED): (_D, _D, _N, _N, _N),
    (NONE, Way.NUMBER): (_H, _H, _O, _O, _O),
    (NONE, Way.NONE): (_O, _O, _O, _O, _O),
    (FAIL, Way.SIGNED): (_N, _N, _N, _N, _N),
    (FAIL, Way.ANSWERED): (_N, _N, _N, _N, _N),
    (FAIL, Way.NUMBER): (_X, _X, _X, _X, _X),
    (FAIL, Way.NONE): (_X, _X, _X, _X, _X),
}
VERDICTS: dict[tuple[str, Sender, Way], Verdict] = {
    (proof, sender, way): verdict
    for (proof, way), row in _ROWS.items()
    for sender, verdict in zip(Sender, row, strict=True)
}
