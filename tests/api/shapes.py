"""The bodies that the API takes, by name: those written down, and those made from the verbs."""

from firstline.api import shapes
from firstline.api.inputs import shape_of
from firstline.tickets.verbs import VERBS

BODIES_TAKEN: dict[str, type[shapes.In]] = {
    kind.__name__: kind
    for kind in [shapes.TicketIn, shapes.MessageIn, *(shape_of(verb) for verb in VERBS.values() if verb.operation)]
}
