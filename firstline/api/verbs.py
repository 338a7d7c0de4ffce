"""The verbs of a ticket, one address each: POST /tickets/IT-1042/resolve."""

from collections.abc import Callable
from inspect import unwrap
from typing import Any, TypeVar

from ninja import Router, Status

from firstline.api import lookup
from firstline.api import shapes as s
from firstline.api.access import Call
from firstline.api.idempotency import idempotent
from firstline.api.tickets import answer, other_ticket, ticket_or_404
from firstline.tickets import actions, naming, rights
from firstline.tickets.models import Ticket
from firstline.tickets.recording import add_contact

router = Router(tags=["verbs"])

Act = TypeVar("Act", bound=Callable[..., None])


def _verb(name: str, summary: str, *, right: str = "") -> Callable[[Act], Act]:
    """Register `function(ticket, by, given, request)` as a verb that answers the ticket afresh.

    Whether the caller may is asked before anything that they name is looked up: else the refusal tells what there is.
    """

    def register(function: Act) -> Act:
        shape = function.__annotations__["given"]

        @idempotent
        def view(request: Call, number: str, given: Any) -> Any:
            ticket = ticket_or_404(request, number)
            rights.require(request.person, right or name.replace("-", "_"), ticket)
            function(ticket, request.person, given, request)
            return Status(200, answer(request, ticket))

        # ninja reads the shape of the body from the view's annotations.
        unwrap(view).__annotations__["given"] = shape
        address, operation = f"/{{number}}/{name}", f"{name.replace('-', '_')}_ticket"
        router.post(address, response=s.TicketOut, summary=summary, operation_id=operation)(view)
        return function

    return register


@_verb("accept", "Accept it")
def accept(ticket: Ticket, by: Any, given: s.Nothing, request: Call) -> None:
    actions.accept(ticket, by=by)


@_verb("assign", "Give it to an agent, or to nobody")
def assign(ticket: Ticket, by: Any, given: s.AssignIn, request: Call) -> None:
    actions.assign(ticket, by=by, to=lookup.person(given.to) if given.to else None)


@_verb("classify", "Say what it is")
def classify(ticket: Ticket, by: Any, given: s.ClassifyIn, request: Call) -> None:
    actions.classify(ticket, by=by, kind=given.kind, service=lookup.service(given.service))


@_verb("priority", "Set impact and urgency", right="change_priority")
def priority(ticket: Ticket, by: Any, given: s.PriorityIn, request: Call) -> None:
    actions.change_priority(ticket, by=by, impact=given.impact, urgency=given.urgency)


@_verb("escalate", "Hand it to another line or team")
def escalate(ticket: Ticket, by: Any, given: s.EscalateIn, request: Call) -> None:
    place = lookup.place(ticket, team=given.team, line=given.line)
    actions.escalate(ticket, by=by, to=place, handover=given.handover)


@_verb("send-back", "Send it back to where it came from")
def send_back(ticket: Ticket, by: Any, given: s.SendBackIn, request: Call) -> None:
    actions.send_back(ticket, by=by, reason=given.reason, wrong=given.wrong)


@_verb("transfer", "Move it to another desk")
def transfer(ticket: Ticket, by: Any, given: s.TransferIn, request: Call) -> None:
    actions.transfer(ticket, by=by, to=lookup.desk(given.desk), reason=given.reason)


@_verb("hold", "Let it wait")
def hold(ticket: Ticket, by: Any, given: s.HoldIn, request: Call) -> None:
    actions.hold(ticket, by=by, reason=given.reason, until=given.until)


@_verb("resume", "Go on with it")
def resume(ticket: Ticket, by: Any, given: s.Nothing, request: Call) -> None:
    actions.resume(ticket, by=by)


@_verb("snooze", "Put it out of sight for a while")
def snooze(ticket: Ticket, by: Any, given: s.SnoozeIn, request: Call) -> None:
    actions.snooze(ticket, by=by, until=given.until)


@_verb("resolve", "Say how it was solved")
def resolve(ticket: Ticket, by: Any, given: s.ResolveIn, request: Call) -> None:
    cause = lookup.option(ticket, "cause", given.cause)
    said: dict[str, Any] = {"resolution": given.resolution, "format": given.format, "to_askers": given.to_askers}
    actions.resolve(ticket, by=by, cause=cause, channel="api", seen=given.seen, **said)


@_verb("close", "Close what was solved")
def close(ticket: Ticket, by: Any, given: s.Nothing, request: Call) -> None:
    actions.close(ticket, by=by)


@_verb("reopen", "It was not solved")
def reopen(ticket: Ticket, by: Any, given: s.ReasonIn, request: Call) -> None:
    actions.reopen(ticket, by=by, reason=given.reason)


@_verb("cancel", "It is no longer needed")
def cancel(ticket: Ticket, by: Any, given: s.CancelIn, request: Call) -> None:
    actions.cancel(ticket, by=by, reason=given.reason, seen=given.seen)


@_verb("rate", "Say whether you are satisfied")
def rate(ticket: Ticket, by: Any, given: s.RateIn, request: Call) -> None:
    actions.rate(ticket, by=by, score=given.score, stars=given.stars, words=given.words)


@_verb("merge", "Let it go on in another ticket")
def merge(ticket: Ticket, by: Any, given: s.MergeIn, request: Call) -> None:
    actions.merge(ticket, by=by, into=other_ticket(request, given.other), share=given.share)


@_verb("unmerge", "Take a merge back")
def unmerge(ticket: Ticket, by: Any, given: s.Nothing, request: Call) -> None:
    actions.unmerge(ticket, by=by)


@_verb("link", "Tie it to another ticket")
def link(ticket: Ticket, by: Any, given: s.LinkIn, request: Call) -> None:
    actions.link(ticket, by=by, other=other_ticket(request, given.other), kind=given.kind)


@_verb("unlink", "Untie it from another ticket", right="link")
def unlink(ticket: Ticket, by: Any, given: s.OtherIn, request: Call) -> None:
    actions.unlink(ticket, by=by, other=other_ticket(request, given.other))


@_verb("participants", "Let somebody take part", right="add_participant")
def participants(ticket: Ticket, by: Any, given: s.PersonIn, request: Call) -> None:
    person = lookup.person(given.email) if rights.works_on(by, ticket) else naming.person_at(given.email)
    actions.add_participant(ticket, by=by, person=person)


@_verb("share", "Let who asked it for you read all that is said")
def share(ticket: Ticket, by: Any, given: s.AskerIn, request: Call) -> None:
    actions.share(ticket, by=by, person=lookup.asker(ticket, given.email))


@_verb("unshare", "Let them read only what is said to them again", right="share")
def unshare(ticket: Ticket, by: Any, given: s.AskerIn, request: Call) -> None:
    actions.unshare(ticket, by=by, person=lookup.asker(ticket, given.email))


@_verb("decline", "Say that a request that somebody asked for you is not yours")
def decline(ticket: Ticket, by: Any, given: s.Nothing, request: Call) -> None:
    actions.decline(ticket, by=by)


@_verb("rename", "Give it another subject")
def rename(ticket: Ticket, by: Any, given: s.SubjectIn, request: Call) -> None:
    actions.rename(ticket, by=by, subject=given.subject)


@_verb("tags", "Set its tags", right="tag")
def tags(ticket: Ticket, by: Any, given: s.TagsIn, request: Call) -> None:
    actions.tag(ticket, by=by, tags=given.tags)


@_verb("file", "Complete the closing fields")
def file(ticket: Ticket, by: Any, given: s.FileIn, request: Call) -> None:
    actions.file(
        ticket,
        by=by,
        module=lookup.option(ticket, "module", given.module),
        cause=lookup.option(ticket, "cause", given.cause),
        business=lookup.option(ticket, "business", given.business),
        repeated=given.repeated,
        description=given.description,
        remarks=given.remarks,
    )


@_verb("split", "Make a ticket of its own out of one message")
def split(ticket: Ticket, by: Any, given: s.SplitIn, request: Call) -> None:
    message = lookup.message(ticket, given.message, by=by)
    actions.split(ticket, by=by, message=message, subject=given.subject)


@_verb("mention", "Call colleagues of the desk to a note")
def mention(ticket: Ticket, by: Any, given: s.MentionIn, request: Call) -> None:
    message = lookup.message(ticket, given.message, by=by)
    actions.mention(ticket, by=by, persons=[lookup.person(email) for email in given.emails], message=message)


@_verb("attach", "Add uploaded files without words")
def attach(ticket: Ticket, by: Any, given: s.FilesIn, request: Call) -> None:
    actions.attach(ticket, by=by, attachments=lookup.uploads(request, given.files))


@_verb("watch", "Be told of everything that happens to it")
def watch(ticket: Ticket, by: Any, given: s.Nothing, request: Call) -> None:
    actions.watch(ticket, by=by)


@_verb("unwatch", "No longer be told", right="watch")
def unwatch(ticket: Ticket, by: Any, given: s.Nothing, request: Call) -> None:
    actions.unwatch(ticket, by=by)


@_verb("end-links", "End the links by which those without an account follow it")
def end_links(ticket: Ticket, by: Any, given: s.Nothing, request: Call) -> None:
    actions.end_links(ticket, by=by)


@_verb("write-down", "Put on record what the requester says on the phone or at the counter")
def write_down(ticket: Ticket, by: Any, given: s.WriteDownIn, request: Call) -> None:
    add_contact(ticket, by=by, text=given.text, channel=given.channel)
