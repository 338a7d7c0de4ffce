"""The registry of a ticket's fields: one row a field."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from firstline.catalog import config_cache
from firstline.catalog.models import ClosureCode, RequestType
from firstline.kit.conditions import Facts, Field, Fields
from firstline.kit.conditions.expressions import number, texts
from firstline.kit.conditions.types import CHOICE, NUMBER, PERSON, REFERENCE, SET, TEXT, TIME, WORDS, YES_NO, Type
from firstline.people.models import Person
from firstline.tickets.conditions.answers import Answers
from firstline.tickets.conditions.clocks import CLOCKS
from firstline.tickets.models import NEVER, Clock, Rating, Ticket

KEYED = ("desk", "service", "line", "team")


def _label(column: str) -> Any:
    return Ticket._meta.get_field(column).verbose_name  # type: ignore[union-attr]


def _column(key: str, type: Type, label: Any = None, *, of: str = "", **more: Any) -> Field:
    """A plain column of the ticket."""
    column = Ticket._meta.get_field(of or key)
    given = getattr(column, "choices", None)
    choices = {"choices": lambda: given} if given else {}
    return Field(key, type, label or _label(of or key), column=column.attname, **{**choices, **more})  # type: ignore[union-attr]


def _row(key: str, label: Any = None) -> Field:
    """A reference to a row of the catalog that the register knows."""
    table = Ticket._meta.get_field(key).related_model._meta.label_lower  # type: ignore[union-attr]

    def choices() -> Iterable[tuple[Any, Any]]:
        return [(row.pk, row.name) for row in getattr(config_cache.current(), f"{key}s").values()]

    return _column(key, REFERENCE, label, choices=choices, table=table)


def _option(key: str) -> Field:
    """A reference to one of a list of the closing fields."""

    def choices() -> Iterable[tuple[Any, Any]]:
        return [(row.pk, row.name) for row in config_cache.current().options.values() if row.list == key]

    return _column(key, REFERENCE, choices=choices, table=ClosureCode._meta.label_lower)


def _key(of: str) -> Field:
    """The key of a row of the catalog: the same at all desks, also at those that are not there yet."""

    def choices() -> Iterable[tuple[Any, Any]]:
        named = {row.key: row.name for row in getattr(config_cache.current(), f"{of}s").values()}
        return {key: f"{key} {name}" if of == "line" else name for key, name in named.items()}.items()

    return Field(f"{of}_key", CHOICE, _label(of), sql=lambda at: F(f"{of}__key"), uses=(f"{of}_id",), choices=choices)


def keys_of(columns: Facts, known: config_cache.Register) -> dict[str, str]:
    """The keys that a ticket of these columns has; empty where it points to no row."""
    rows = {name: getattr(known, f"{name}s").get(columns.get(f"{name}_id") or 0) for name in KEYED}
    return {f"{name}_key": row.key if row else "" for name, row in rows.items()}


def _person(key: str, label: Any = None) -> Field:
    return _column(key, PERSON, label, names=_names, table=Person._meta.label_lower)


def _names(values: Iterable[Any]) -> Mapping[Any, Any]:
    return dict(Person.objects.filter(pk__in=values).values_list("pk", "name"))


def _number(key: str) -> Field:
    return _column(key, NUMBER, sql=lambda at: number(F(key)))


def _statuses() -> Iterable[tuple[Any, Any]]:
    return [(status.key, status.name) for status in config_cache.current().statuses.values()]


def _request_types() -> Iterable[tuple[Any, Any]]:
    return [(form.pk, form.name) for form in RequestType.objects.all()]


FIELDS = Fields(
    (
        # What it is
        _column("subject", TEXT),
        Field("words", WORDS, _("Subject and conversation"), column="search"),
        _column("kind", CHOICE),
        _column("channel", CHOICE),
        _column("served_by", CHOICE),
        _column("scenario", TEXT),
        _row("desk"),
        _row("service"),
        _column("request_type", REFERENCE, _("Request type"), choices=_request_types, table="catalog.requesttype"),
        Field(
            "tags", SET, _label("tags"), sql=lambda at: texts(F("tags"))
        ),
        # Where it stands
        _column("phase", CHOICE, _("Status category")),
        _column("status", CHOICE, choices=_statuses, table="catalog.status"),
        _column("impact", REFERENCE),
        _column("urgency", REFERENCE),
        _column("priority", REFERENCE),
        _row("line"),
        _row("team", _("Team")),
        _person("assignee"),
        _column("snoozed_until", TIME, _("Snoozed until")),
        _column("waiting_until", TIME, _("Waiting until")),
        *map(_key, KEYED),
        # Who asked
        _person("creator"),
        _person("requester"),
        _person("asked_by"),
        _column("department", TEXT, of="requester_department"),
        _column("country", TEXT, of="requester_country"),
        _column("city", TEXT, of="requester_city"),
        _column("vip", YES_NO),
        _column("verified", YES_NO),
        Field(
            "manager", PERSON, _("Requester's manager"), column="requester_manager_id",
            sql=lambda at: F("requester__manager_id"), names=_names, table=Person._meta.label_lower,
        ),
        # When
        _column("created_at", TIME),
        _column("updated_at", TIME),
        _column("accepted_at", TIME),
        _column("first_response_at", TIME),
        _column("resolved_at", TIME),
        _column("closed_at", TIME),
        _column("unanswered_since", TIME, _("Waiting for an answer since")),
        # Its clocks
        _column("due_at", TIME, _("Next deadline"), blank=NEVER),
        _column("due_clock", CHOICE, _("Clock of the next deadline"), choices=lambda: Clock.Kind.choices),
        *CLOCKS,
        # How it ended
        _option("module"),
        _option("cause"),
        _option("business"),
        _person("closed_by"),
        _column("repeated", YES_NO),
        _column("first_contact", YES_NO),
        _number("misclassified"),
        _number("reopened"),
        _column("satisfaction", REFERENCE, choices=lambda: Rating.Score.choices),
        Field("rated_at", TIME, _("Rated"), sql=lambda at: F("rating__changed_at")),
    ),
    families=(Answers(),),
)  # fmt: skip

GOAL_FIELDS = FIELDS.only("desk_key service_key kind priority line_key team_key department vip".split())
"""What a goal can ask about: all known from the event log alone, so that clocks can be computed again from it."""
