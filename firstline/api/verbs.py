"""The verbs of a ticket, one address each: POST /tickets/IT-1042/resolve. All of them come from their declarations."""

from collections.abc import Iterable
from inspect import signature, unwrap
from typing import Any

from ninja import Router, Status

from firstline.api.access import Call
from firstline.api.idempotency import idempotent
from firstline.api.inputs import Called, arguments, shape_of
from firstline.api.shapes import TicketOut
from firstline.api.tickets import answer, ticket_or_404
from firstline.tickets import actions, channels, rights
from firstline.tickets.verbs import VERBS, Verb


def router_of(verbs: Iterable[Verb]) -> Router:
    """The operations of those that a program may call."""
    router = Router(tags=["verbs"])
    for verb in verbs:
        if verb.operation:
            _add(router, verb)
    return router


def _add(router: Router, verb: Verb) -> None:
    assert verb.operation is not None
    shape, key = shape_of(verb), verb.key.replace("_", "-")
    by_channel = {"channel": channels.API} if _knows_channel(verb) else {}

    @idempotent
    def view(request: Call, number: str, given: Any) -> Any:
        ticket = ticket_or_404(request, number)
        # Before anything that they name is looked up: else the refusal tells what there is.
        rights.require(request.person, verb.key, ticket)
        named = arguments(verb, given, Called(request, ticket))
        verb.do(ticket, by=request.person, **named, **by_channel)
        return Status(200, answer(request, ticket))

    # ninja reads the shape of the body from the view's annotations.
    unwrap(view).__annotations__["given"] = shape
    router.post(
        f"/{{number}}/{verb.operation.address or key}",
        response=TicketOut,
        summary=verb.operation.summary,
        operation_id=f"{(verb.operation.address or key).replace('-', '_')}_ticket",
    )(view)


def _knows_channel(verb: Verb) -> bool:
    """Whether it notes by which way it was said, and nobody chooses that."""
    return "channel" in signature(verb.do).parameters and all(each.name != "channel" for each in verb.inputs)


assert actions  # they declare the verbs
router = router_of(VERBS.values())
