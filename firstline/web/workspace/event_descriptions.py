"""What happened to a ticket, in one quiet sentence for each event of its log."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from firstline.catalog import config_cache
from firstline.kit import time_format
from firstline.kit.lists import listed
from firstline.notices import failure_reasons
from firstline.tickets import channels
from firstline.tickets.models import Clock, Event, Link, Rating, Ticket
from firstline.tickets.tracked import TRACKED


@dataclass(frozen=True)
class Names:
    """What events only know by id: persons' names and tickets' numbers."""

    persons: dict[int, str]
    tickets: dict[int, str]

    def person(self, pk: int | None) -> str:
        return self.persons.get(pk or 0, _("somebody"))

    def ticket(self, pk: int | None) -> str:
        return self.tickets.get(pk or 0, _("another request"))


@dataclass(frozen=True)
class Happening:
    """`icon` is a drawing's name; `internal` happenings are shown to those who work on the ticket only."""

    id: int
    at: datetime
    text: str
    icon: str
    internal: bool


def told(event: Event, names: Names) -> Happening | None:
    """The event as a sentence; None for those that a message already tells, or that nobody asks about."""
    found = SENTENCES.get(event.name)
    text = found[1](event, names) if found else ""
    return Happening(event.pk, event.at, text, found[0], event.internal) if found and text else None


def persons_in(events: Iterable[Event]) -> set[int]:
    """The ids of the persons whom the events name, besides who did them."""
    ids: set[int] = set()
    for event in events:
        data = event.told
        ids.update([data.get("person") or 0, _new(event, "assignee_id") or 0, *data.get("persons", ())])
    return ids - {0}


def tickets_in(events: Iterable[Event]) -> set[int]:
    """The ids of the other tickets that the events name."""
    ids: set[int] = set()
    for event in events:
        ids.update([event.told.get("other") or 0, event.told.get("into") or 0])
    return ids - {0}


def _new(event: Event, column: str) -> Any:
    return event.changes.get(column)


def _opened(event: Event, names: Names) -> str:
    if _new(event, "creator_id") == _new(event, "requester_id"):
        return ""
    channel = channels.label(_new(event, "channel"))
    if _new(event, "asked_by_id"):
        given = {"by": event.by.name, "requester": _new(event, "requester_name"), "channel": channel}
        return _("Asked by %(by)s for %(requester)s · %(channel)s") % given
    return _("Recorded by %(by)s · %(channel)s") % {"by": event.by.name, "channel": channel}


def _assigned(event: Event, names: Names) -> str:
    to = _new(event, "assignee_id")
    if to == event.by_id:
        return _("%(by)s took it") % {"by": event.by.name}
    if to:
        return _("%(by)s gave it to %(name)s") % {"by": event.by.name, "name": names.person(to)}
    if "assignee_id" in event.changes:
        return _("%(by)s gave it to nobody in particular") % {"by": event.by.name}
    return ""


def _classified(event: Event, names: Names) -> str:
    changes = event.changes
    words = [str(Ticket.Kind(changes["kind"]).label)] if "kind" in changes else []
    if "service_id" in changes:
        service = config_cache.current().services.get(changes["service_id"] or 0)
        words.append(f"{service.category.name} › {service.name}" if service else _("no service"))
    if not words:
        return ""
    return _("Classified as %(what)s by %(by)s") % {"what": " · ".join(words), "by": event.by.name}


def _prioritised(event: Event, names: Names) -> str:
    priority = _new(event, "priority")
    if not priority:
        return _("%(by)s changed impact or urgency") % {"by": event.by.name}
    return _("%(by)s set the priority to %(priority)s") % {
        "by": event.by.name,
        "priority": Ticket.Priority(priority).label,
    }


def _mentioned(event: Event, names: Names) -> str:
    called = listed(names.person(pk) for pk in event.told["persons"])
    return _("%(by)s called %(names)s") % {"by": event.by.name, "names": called} if called else ""


def _handed(sentence: Any) -> Callable[[Event, Names], str]:
    def tell(event: Event, names: Names) -> str:
        team = config_cache.current().teams.get(_new(event, "team_id") or 0)
        where = f"{team.name} ({team.line.key})" if team else _("another team")
        if event.told.get("wrong"):
            where = _("%(team)s, as wrongly classified") % {"team": where}
        return str(sentence) % {"team": where, "by": event.by.name}

    return tell


def _transferred(event: Event, names: Names) -> str:
    desk = config_cache.current().desks.get(_new(event, "desk_id") or 0)
    return _("Transferred to %(desk)s by %(by)s") % {"desk": desk.name if desk else "", "by": event.by.name}


WAITS = {
    "requester": gettext_lazy("Waits for the requester, set by %(by)s"),
    "vendor": gettext_lazy("Waits for a vendor, set by %(by)s"),
    "approval": gettext_lazy("Waits for an approval, set by %(by)s"),
    "date": gettext_lazy("Waits for a date, set by %(by)s"),
}


def _held(event: Event, names: Names) -> str:
    said = str(WAITS[event.told["reason"]]) % {"by": event.by.name}
    return _until(said, _new(event, "waiting_until"))


def _snoozed(event: Event, names: Names) -> str:
    return _until(_("Snoozed by %(by)s") % {"by": event.by.name}, _new(event, "snoozed_until"))


def _until(said: str, moment: str | None) -> str:
    if not moment:
        return said
    until = time_format.full(datetime.fromisoformat(moment))
    return _("%(what)s, until %(moment)s") % {"what": said, "moment": until}


def _linked(event: Event, names: Names) -> str:
    kind = Link.Kind(event.told["kind"]).label
    return _("%(by)s linked it: %(kind)s %(number)s") % {
        "by": event.by.name,
        "kind": kind,
        "number": names.ticket(event.told["other"]),
    }


def _filed(event: Event, names: Names) -> str:
    """Names the closing fields that changed."""
    changed = [_called(name) for name in event.changes]
    if not changed:
        return ""
    return _("%(by)s filled in: %(fields)s") % {"by": event.by.name, "fields": listed(changed)}


def _called(name: str) -> str:
    """As a column's name is shown; one that is gone is called what it was."""
    row = TRACKED[name]
    return str(Ticket._meta.get_field(row.attribute).verbose_name if row.attribute else row.label)  # type: ignore[union-attr]


def _renamed(event: Event, names: Names) -> str:
    subject = _new(event, "subject")
    return _("%(by)s renamed it “%(subject)s”") % {"by": event.by.name, "subject": subject} if subject else ""


def _tagged(event: Event, names: Names) -> str:
    tags = _new(event, "tags")
    if tags is None:
        return ""
    if not tags:
        return _("%(by)s removed the tags") % {"by": event.by.name}
    return _("%(by)s set the tags: %(tags)s") % {"by": event.by.name, "tags": listed(tags)}


def _attached(event: Event, names: Names) -> str:
    if "message" in event.told:
        return ""  # of a version that had files without a message it is told here
    count = len(event.told["files"])
    said = ngettext("%(by)s added %(count)d file", "%(by)s added %(count)d files", count)
    return said % {"by": event.by.name, "count": count}


def _resolved(event: Event, names: Names) -> str:
    if _new(event, "first_contact"):
        return _("Resolved at first contact by %(by)s") % {"by": event.by.name}
    return _("Resolved by %(by)s") % {"by": event.by.name}


def _rated(event: Event, names: Names) -> str:
    score = Rating.Score(event.told["score"]).label
    return _("%(by)s is: %(score)s") % {"by": event.by.name, "score": score}


def _clock(sentence: Any) -> Callable[[Event, Names], str]:
    def tell(event: Event, names: Names) -> str:
        said = str(sentence) % {"clock": Clock.Kind(event.told["clock"]).label}
        if "priority" in event.changes:
            said += " · " + _("the priority was raised")
        if "team_id" in event.changes:
            said += " · " + _("it went to another team")
        return said

    return tell


def _plain(sentence: Any) -> Callable[[Event, Names], str]:
    return lambda event, names: str(sentence) % {"by": event.by.name}


def _about(sentence: Any, key: str) -> Callable[[Event, Names], str]:
    return lambda event, names: str(sentence) % {"by": event.by.name, "number": names.ticket(event.told[key])}


def _added(event: Event, names: Names) -> str:
    return _("%(by)s added %(name)s") % {"by": event.by.name, "name": names.person(event.told["person"])}


def _of_person(sentence: Any) -> Callable[[Event, Names], str]:
    return lambda event, names: str(sentence) % {"by": event.by.name, "name": names.person(event.told["person"])}


def _undelivered(event: Event, names: Names) -> str:
    given = {"name": names.person(event.told["person"]), "why": failure_reasons.words(event.told["reason"])}
    return _("The email to %(name)s could not be delivered: %(why)s") % given


def _held_back(event: Event, names: Names) -> str:
    given = {"name": names.person(event.told["person"]), "why": failure_reasons.words(event.told["reason"])}
    return _("%(name)s was sent no email about this: %(why)s") % given


def _also_sent(event: Event, names: Names) -> str:
    desk = config_cache.current().desks.get(event.told["desk"])
    given = {"desk": desk.name if desk else _("another desk"), "number": names.ticket(event.told["other"])}
    return _("The same email was also sent to %(desk)s, where it is %(number)s.") % given


def _named_another(event: Event, names: Names) -> str:
    unproved = _(
        "The email names %(number)s, in which %(name)s takes part. Its sender is not proved, so it was not put there."
    )
    elsewhere = _("The email names %(number)s, in which %(name)s takes part, and was written to another desk.")
    answer = _(
        "The email answers one about %(number)s, in which %(name)s takes part, and was written to this desk alone."
    )
    given = {"number": names.ticket(event.told["other"]), "name": names.person(event.told["person"])}
    if event.told.get("answers"):
        return answer % given
    return (elsewhere if event.told["proved"] else unproved) % given


def _not_handed_on(event: Event, names: Names) -> str:
    known = config_cache.current().desks
    desks = [known[desk].name if desk in known else _("another desk") for desk in event.told["desks"]]
    said = _(
        "The email also names %(desks)s. An email is handed on to %(most)s more desks at most, so they have it only if "
        "it was delivered to them."
    )
    return said % {"desks": listed(desks), "most": event.told["most"]}


def _sent_again(event: Event, names: Names) -> str:
    return _("%(by)s sent the email to %(name)s again") % {
        "by": event.by.name,
        "name": names.person(event.told["person"]),
    }


# event: (drawing, its sentence). Replies, answers and notes are told by the message itself.
SENTENCES: dict[str, tuple[str, Callable[[Event, Names], str]]] = {
    "opened": ("pencil-line", _opened),
    "accepted": ("check", _plain(gettext_lazy("Accepted by %(by)s"))),
    "assigned": ("user", _assigned),
    "classified": ("tag", _classified),
    "prioritised": ("equal", _prioritised),
    "withdrawn": ("undo-2", _plain(gettext_lazy("%(by)s took a reply back"))),
    "attached": ("paperclip", _attached),
    "undelivered": ("mail-warning", _undelivered),
    "held_back": ("mail-warning", _held_back),
    "sent_again": ("mail", _sent_again),
    "also_sent": ("mails", _also_sent),
    "not_handed_on": ("mails", _not_handed_on),
    "named_another": ("mail-question-mark", _named_another),
    "mentioned": ("at-sign", _mentioned),
    "participant_added": ("user-plus", _added),
    "shared": ("eye", _of_person(gettext_lazy("%(by)s lets %(name)s read everything"))),
    "unshared": ("eye-off", _of_person(gettext_lazy("%(by)s no longer lets %(name)s read everything"))),
    "declined": ("undo-2", _of_person(gettext_lazy("%(by)s gave it back; it is a request of %(name)s now"))),
    "escalated": ("arrow-up-right", _handed(gettext_lazy("Handed over to %(team)s by %(by)s"))),
    "sent_back": ("undo-2", _handed(gettext_lazy("Sent back to %(team)s by %(by)s"))),
    "transferred": ("arrow-right-left", _transferred),
    "held": ("pause", _held),
    "given_back": (
        "undo-2",
        _plain(gettext_lazy("Given back to its team by %(by)s, because who had it does not work on it any more")),
    ),
    "resumed": ("play", _plain(gettext_lazy("Resumed by %(by)s"))),
    "snoozed": ("alarm-clock", _snoozed),
    "woken": ("alarm-clock-off", _plain(gettext_lazy("Back from being snoozed"))),
    "linked": ("link", _linked),
    "unlinked": ("unlink", _about(gettext_lazy("%(by)s unlinked %(number)s"), "other")),
    "merged": ("git-merge", _about(gettext_lazy("Merged into %(number)s by %(by)s"), "into")),
    "absorbed": ("git-merge", _about(gettext_lazy("%(number)s was merged into this request by %(by)s"), "other")),
    "unmerged": ("split", _about(gettext_lazy("Taken out of %(number)s again by %(by)s"), "other")),
    "released": ("split", _about(gettext_lazy("%(number)s was taken out again by %(by)s"), "other")),
    "split": ("split", _about(gettext_lazy("%(number)s was split off by %(by)s"), "other")),
    "resolved": ("circle-check", _resolved),
    "filed": ("clipboard-list", _filed),
    "closed": ("lock", _plain(gettext_lazy("Closed by %(by)s"))),
    "reopened": ("rotate-ccw", _plain(gettext_lazy("Reopened by %(by)s"))),
    "cancelled": ("ban", _plain(gettext_lazy("Cancelled by %(by)s"))),
    "rated": ("star", _rated),
    "links_ended": ("link-2-off", _plain(gettext_lazy("%(by)s ended the links in emails by which it was followed"))),
    "renamed": ("pencil", _renamed),
    "tagged": ("tags", _tagged),
    "clock_warned": ("clock", _clock(gettext_lazy("%(clock)s: the deadline is near"))),
    "clock_breached": ("clock-alert", _clock(gettext_lazy("%(clock)s: the deadline was missed"))),
}
