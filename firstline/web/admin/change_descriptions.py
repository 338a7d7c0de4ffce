"""The history in words: fields by their names, values as people read them."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from firstline.catalog import config_cache
from firstline.catalog.models import SettingChange
from firstline.kit import time_format
from firstline.kit.bilingual import pick
from firstline.kit.conditions import parse, sentence
from firstline.kit.limits import limit
from firstline.kit.lists import listed
from firstline.sla.models.target import ACTIONS
from firstline.sla.shifts import show_shifts
from firstline.sla.when import condition_of
from firstline.tickets.conditions.fields import GOAL_FIELDS
from firstline.web.admin.forms.calendar import DAYS
from firstline.web.admin.labels import label_of

Said = tuple[str, str, str]
SECRET = {"client_secret", "refresh_token"}
LONGEST = limit(400, "characters", of="a value in the history of settings", per="value", said="Its beginning is shown.")


def changes_in_words(change: SettingChange) -> list[Said]:
    """Each changed field as (its name, before, after); what was empty is an empty text."""
    model = change.model
    return [
        (label_of(model, name), _words(model, name, old), _words(model, name, new))
        for name, (old, new) in change.changes.items()
        if change.what != SettingChange.What.REMOVED
    ]


def kind_in_words(change: SettingChange) -> str:
    """What sort of thing was changed: a line, a goal."""
    return str(KINDS.get(change.kind, lambda: change.kind.partition(".")[2])())


# kind: what it is called; asked each time, because the language varies
KINDS: dict[str, Callable[[], str]] = {
    "catalog.announcement": lambda: _("Announcement"),
    "catalog.cannedreply": lambda: _("Canned reply"),
    "catalog.category": lambda: _("Category"),
    "catalog.desk": lambda: _("Desk"),
    "catalog.inbox": lambda: _("Inbox"),
    "catalog.line": lambda: _("Line"),
    "catalog.mailbox": lambda: _("Mailbox"),
    "catalog.membership": lambda: _("Seat"),
    "catalog.option": lambda: _("Closing option"),
    "catalog.requesttype": lambda: _("Request type"),
    "catalog.service": lambda: _("Service"),
    "catalog.team": lambda: _("Team"),
    "catalog.sender": lambda: _("Sender address"),
    "notices.outgoingserver": lambda: _("Server for outgoing email"),
    "notices.signingkey": lambda: _("Signing key"),
    "people.person": lambda: _("Person"),
    "people.accountdomain": lambda: _("Email domain for accounts"),
    "sla.calendar": lambda: _("Calendar"),
    "sla.calendarday": lambda: _("Special day"),
    "sla.goal": lambda: _("Goal"),
}


def condition_words(condition: dict[str, Any]) -> str:
    """The condition of a goal as a sentence; empty if it asks for nothing."""
    try:
        read = parse(condition, GOAL_FIELDS)
    except ValidationError as error:
        return " ".join(error.messages)
    return sentence(read) if read.tests() else ""


def amount_words(minutes: int) -> str:
    """Working time as a goal says it: in hours where they are full, never in days, which differ by calendar."""
    if minutes % 60:
        return _("%(minutes)d min") % {"minutes": minutes}
    return _("%(hours)d h") % {"hours": minutes // 60}


def doing_words(actions: list[str]) -> str:
    """What is done, in one line, each thing once."""
    return " · ".join(dict.fromkeys(_doing(action) for action in actions))


def _doing(action: str) -> str:
    name, _colon, key = action.partition(":")
    if name == "reassign":
        team = next((team for team in config_cache.current().teams.values() if team.key == key), None)
        return _("Give it to %(team)s") % {"team": team.name if team else key}
    return str(ACTIONS.get(action, action))


def _words(model: type[Model], name: str, value: Any) -> str:
    if value is None or value == "" or value == [] or value == {}:
        return ""
    if name == "password" or name in SECRET:
        return _("set anew")
    if name in SPOKEN:
        return SPOKEN[name](value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    field: Any = next((each for each in model._meta.concrete_fields if each.name == name), None)
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, list):
        return listed(value)
    return _moment(str(value)) or _beginning(str(value))


def _beginning(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _moment(text: str) -> str:
    """A stored date or time in the reader's form; empty if it is neither."""
    if len(text) == 10 and text[4:5] == "-":
        day = parse_date(text)
        return date_format(day) if day else ""
    moment = parse_datetime(text) if len(text) > 18 and text[10:11] == "T" else None
    return time_format.full(moment) if moment else ""


def _week(week: dict[str, Any]) -> str:
    return "; ".join(f"{DAYS[day]} {show_shifts(week[day])}" for day in DAYS if week.get(day))


def _questions(fields: list[dict[str, Any]]) -> str:
    labels = "; ".join(pick(field.get("label_en", ""), field.get("label_zh", "")) for field in fields)
    return ngettext("%(count)s question: %(labels)s", "%(count)s questions: %(labels)s", len(fields)) % {
        "count": len(fields),
        "labels": labels,
    }


def _filled(done: dict[str, Any]) -> str:
    return _("%(country)s %(year)s: %(added)s added, %(changed)s changed, %(removed)s removed") % done


SPOKEN: dict[str, Callable[[Any], str]] = {
    "week": _week,
    "shifts": show_shifts,
    "when": lambda when: condition_words(condition_of(when)),
    "on_warn": doing_words,
    "on_breach": doing_words,
    "fields": _questions,
    "filled": _filled,
}
