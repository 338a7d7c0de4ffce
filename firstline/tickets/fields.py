"""Who may say what when a request is opened: one table of fields and relations, for every way in."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from firstline.catalog.forms import answered, unasked
from firstline.catalog.models import RequestType
from firstline.kit.limits import limit
from firstline.tickets import channels
from firstline.tickets.access import Relation
from firstline.tickets.errors import NotAllowed, NotUnderstood, WrongState
from firstline.tickets.models import Ticket
from firstline.tickets.rights import at_desk
from firstline.tickets.verbs import STAFF

if TYPE_CHECKING:
    from firstline.people.models import Person

DESK = STAFF | {Relation.ADMIN}
# field: who may say something else than what it is by itself. What is not listed may be said by everybody.
MAY_SAY: dict[str, frozenset[Relation]] = {
    "impact": DESK,
    "scenario": DESK,
    "writer": DESK,
    "channel": DESK,
    "requester": DESK,
}
ON_THE_PORTAL = {**MAY_SAY, "requester": DESK | {Relation.REQUESTER}}
"""There one may ask for a colleague, as an asker. An auditor of the desk asks for nobody but themselves."""
BY_THEMSELVES: dict[str, Any] = {"impact": Ticket.Impact.PERSON, "scenario": ""}
LONGEST_KEY = limit(
    80,
    "characters",
    of="the key of an answer that no form asks for",
    per="request",
    said="So much of it is repeated in the sentence that refuses it.",
)


def require(by: "Person", desk: Any, given: Mapping[str, Any]) -> None:
    """Raise NotAllowed, with a sentence, if somebody says what only the desk may, or WrongState what nobody may."""
    relations = at_desk(by, desk)
    table = ON_THE_PORTAL if given["channel"] == channels.PORTAL else MAY_SAY
    for name in said(by, given):
        if not table[name] & relations:
            raise NotAllowed(_("Only those who work at the desk may do this."))
    if given["impact"] not in Ticket.Impact.values or given["urgency"] not in Ticket.Urgency.values:
        raise WrongState(_("Choose impact and urgency from the lists."))
    if given["request_type"] is not None and given["request_type"].desk_id != desk.pk:
        raise WrongState(_("That form belongs to another desk."))
    if given["service"] is not None and given["service"].category.desk_id != desk.pk:
        raise WrongState(_("That service belongs to another desk."))
    if given["request_type"] is not None and not given["request_type"].active:
        raise WrongState(_("This form is not offered any more."))
    if given["service"] is not None and not given["service"].active:
        raise WrongState(_("This service is not offered any more."))


def answers_to(request_type: RequestType | None, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers as the form keeps them. Raises NotUnderstood, with the sentence of the page, if one is missing or not
    of its kind, or if something is answered that the form does not ask: it would stand on the agent's page beside the
    answers, in words that nobody of the desk chose."""
    for key in unasked(request_type, answers)[:1]:
        raise NotUnderstood(_("The form has no question “%(key)s”.") % {"key": key[:LONGEST_KEY]})
    try:
        return answered(request_type, answers) if request_type and request_type.fields else {}
    except ValidationError as error:
        raise NotUnderstood(error.messages[0]) from None


def require_desk(by: "Person", desk: Any) -> None:
    """Raise NotAllowed, with a sentence, unless the person works at the desk and may write there."""
    if not DESK & at_desk(by, desk):
        raise NotAllowed(_("Only those who work at the desk may do this."))


def said(by: "Person", given: Mapping[str, Any]) -> set[str]:
    """The fields that say something else than what they are by themselves."""
    found = {name for name, plain in BY_THEMSELVES.items() if given[name] != plain}
    found |= {name for name in ("requester", "writer") if given[name] not in (None, by)}
    return found | ({"channel"} if not channels.is_asked_by_themselves(given["channel"]) else set())


def asked_of(ticket: Ticket) -> list[Any]:
    """The questions that its form asked when it was filed; of one from before forms had versions, those of today."""
    if ticket.form_version is not None:
        return list(ticket.form_version.fields)
    return list(ticket.request_type.fields) if ticket.request_type else []
