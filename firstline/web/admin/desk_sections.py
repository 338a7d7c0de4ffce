"""What a desk is made of: one line for each list of its settings."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Model, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from firstline.catalog.models import (
    Announcement,
    CannedReply,
    Category,
    ClosureCode,
    Desk,
    Inbox,
    Mailbox,
    Membership,
    RequestType,
    Service,
    Team,
    Tier,
)
from firstline.people.models import Person
from firstline.web.admin.forms.base import SettingForm
from firstline.web.admin.forms.canned_reply import CannedReplyForm
from firstline.web.admin.forms.desk import InboxForm, LineForm, SeatForm, TeamForm, may_drop_seat
from firstline.web.admin.forms.mailbox import MailboxForm
from firstline.web.admin.forms.request_type import RequestTypeForm
from firstline.web.admin.forms.service import AnnouncementForm, CategoryForm, OptionForm, ServiceForm
from firstline.web.admin.leaving import warning_of

Column = tuple[Promise, Callable[[Any], Any]]


@dataclass(frozen=True)
class Part:
    """A list of a desk's settings. The first column links to the form; `order` is the field by which rows are moved,
    among those with the same `group`. `fixed` rows are added and removed, but not changed. `warning`:
    what else follows when the row is removed, said before."""

    key: str
    title: Promise
    new: Promise
    explained: Promise
    model: type[Model]
    form: type[SettingForm]
    rows: Callable[[Desk], QuerySet[Any]]
    columns: list[Column]
    order: str = ""
    group: str = ""
    fixed: bool = False
    may_drop: Callable[[Any, Person], bool] = lambda row, by: True
    warning: Callable[[Any], str] = lambda row: ""


def _on(value: bool) -> str:
    return _("Yes") if value else _("No")


def _team(row: Any) -> str:
    return row.team.name if row.team else ""


NAME: Column = (gettext_lazy("Name"), lambda row: row.name)
ACTIVE: Column = (gettext_lazy("Active"), lambda row: _on(row.active))

LIST = [
    Part(
        "lines",
        gettext_lazy("Lines"),
        gettext_lazy("Add a line"),
        gettext_lazy("Requests start on the first line and are escalated downward in this list."),
        Tier,
        LineForm,
        lambda desk: Tier.objects.filter(desk=desk).annotate(team_count=Count("teams")).order_by("rank"),
        [NAME, (gettext_lazy("Key"), lambda line: line.key), (gettext_lazy("Teams"), lambda line: line.team_count)],
        order="rank",
    ),
    Part(
        "teams",
        gettext_lazy("Teams"),
        gettext_lazy("Add a team"),
        gettext_lazy("New requests wait at the first team of the first line."),
        Team,
        TeamForm,
        lambda desk: (
            Team.objects.filter(desk=desk)
            .select_related("line")
            .annotate(people=Count("memberships", filter=Q(memberships__person__is_active=True)))
            .order_by("line__rank", "pk")
        ),
        [
            NAME,
            (gettext_lazy("Line"), lambda team: team.line.name),
            (gettext_lazy("People"), lambda team: team.people),
        ],
    ),
    Part(
        "seats",
        gettext_lazy("People"),
        gettext_lazy("Give somebody a seat"),
        gettext_lazy("Who works at this desk, in which team, and who manages it."),
        Membership,
        SeatForm,
        lambda desk: (
            Membership.objects.filter(desk=desk)
            .select_related("person", "team", "desk")
            .order_by("team__line__rank", "team__key", "person__name", "pk")
        ),
        [
            (gettext_lazy("Name"), lambda seat: seat.person.name),
            (gettext_lazy("Role"), lambda seat: seat.get_role_display()),
            (gettext_lazy("Team"), _team),
        ],
        fixed=True,
        may_drop=may_drop_seat,
        warning=lambda seat: warning_of(seat.person, leaves=seat),
    ),
    Part(
        "categories",
        gettext_lazy("Categories"),
        gettext_lazy("Add a category"),
        gettext_lazy("Services are grouped by them."),
        Category,
        CategoryForm,
        lambda desk: Category.objects.filter(desk=desk).annotate(count=Count("services")).order_by("order", "pk"),
        [NAME, (gettext_lazy("Services"), lambda category: category.count)],
        order="order",
        may_drop=lambda category, by: not category.count,
    ),
    Part(
        "services",
        gettext_lazy("Services"),
        gettext_lazy("Add a service"),
        gettext_lazy("What the desk does. Each request is about one of them."),
        Service,
        ServiceForm,
        lambda desk: (
            Service.objects.filter(category__desk=desk)
            .select_related("category", "team")
            .order_by("category__order", "category_id", "order", "pk")
        ),
        [
            NAME,
            (gettext_lazy("Category"), lambda service: service.category.name),
            (gettext_lazy("Second-line team"), _team),
            ACTIVE,
        ],
        order="order",
        group="category_id",
    ),
    Part(
        "request-types",
        gettext_lazy("Request types"),
        gettext_lazy("Add a request type"),
        gettext_lazy("The forms by which people ask, in the order in which the help centre shows them."),
        RequestType,
        RequestTypeForm,
        lambda desk: RequestType.objects.filter(desk=desk).select_related("service").order_by("order", "pk"),
        [
            NAME,
            (gettext_lazy("Service"), lambda kind: kind.service.name if kind.service else ""),
            (gettext_lazy("Questions"), lambda kind: len(kind.fields)),
            ACTIVE,
        ],
        order="order",
    ),
    Part(
        "options",
        gettext_lazy("Closing options"),
        gettext_lazy("Add an option"),
        gettext_lazy("What agents choose from when they close a request."),
        ClosureCode,
        OptionForm,
        lambda desk: ClosureCode.objects.filter(desk=desk).order_by("list", "order", "pk"),
        [NAME, (gettext_lazy("List"), lambda option: option.get_list_display())],
        order="order",
        group="list",
    ),
    Part(
        "replies",
        gettext_lazy("Canned replies"),
        gettext_lazy("Add a canned reply"),
        gettext_lazy("Answers that agents give often, in both languages."),
        CannedReply,
        CannedReplyForm,
        lambda desk: CannedReply.objects.filter(desk=desk).order_by("order", "pk"),
        [NAME],
        order="order",
    ),
    Part(
        "inboxes",
        gettext_lazy("Inboxes"),
        gettext_lazy("Add an inbox"),
        gettext_lazy("Emails to these addresses become requests of this desk."),
        Inbox,
        InboxForm,
        lambda desk: Inbox.objects.filter(desk=desk, kind="email").order_by("address"),
        [(gettext_lazy("E-mail address"), lambda inbox: inbox.address), ACTIVE],
    ),
    Part(
        "mailboxes",
        gettext_lazy("Mailboxes"),
        gettext_lazy("Connect a mailbox"),
        gettext_lazy("Mailboxes elsewhere (IMAP) whose emails are fetched and become requests of this desk."),
        Mailbox,
        MailboxForm,
        lambda desk: (
            Mailbox.objects.filter(inbox__desk=desk).select_related("inbox", "fetching").order_by("host", "user", "pk")
        ),
        [
            (gettext_lazy("Mailbox"), str),
            (gettext_lazy("Inbox"), lambda mailbox: mailbox.inbox.address),
            ACTIVE,
        ],
        may_drop=lambda mailbox, by: by.admin or not mailbox.by_admin,
    ),
    Part(
        "announcements",
        gettext_lazy("Announcements"),
        gettext_lazy("Add an announcement"),
        gettext_lazy("News and known outages, shown in the help centre from their start to their end."),
        Announcement,
        AnnouncementForm,
        lambda desk: Announcement.objects.filter(desk=desk).order_by("-starts_at", "-pk"),
        [
            (gettext_lazy("Title"), lambda news: news.title),
            (gettext_lazy("Kind"), lambda news: news.get_kind_display()),
            (gettext_lazy("From"), lambda news: news.starts_at),
            (gettext_lazy("Until"), lambda news: news.ends_at or ""),
        ],
    ),
]
PARTS = {part.key: part for part in LIST}
