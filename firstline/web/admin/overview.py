"""The first page of the settings: what is set up, and what is missing, in plain words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from firstline.catalog.models import Desk, Inbox, Membership, RequestType, Service, Team
from firstline.kit import clock
from firstline.people.models import Person
from firstline.people.request import PersonRequest
from firstline.sla import holidays
from firstline.sla.models import Calendar, SlaTarget
from firstline.web.admin.calendars import with_holidays
from firstline.web.admin.guards import desks_of, settles
from firstline.web.admin.shell import settings_page

# From here on people look for next year's holidays.
LOOK_AHEAD = timedelta(days=60)


@dataclass(frozen=True)
class Missing:
    """Something to do: the sentence, and the page where it is done."""

    sentence: str
    href: str
    do: str


@dataclass(frozen=True)
class Standing:
    """What a desk has."""

    desk: Desk
    people: int
    teams: int
    services: int
    forms: int
    inboxes: list[str]


@require_GET
@settles
def show(request: PersonRequest) -> HttpResponse:
    desks = desks_of(request.person)
    missing = [*_of_desks(desks), *_of_calendars(desks, request.person), *_of_goals(request.person)]
    return settings_page(request, "admin/overview.html", here="settings", standings=_standings(desks), missing=missing)


def _standings(desks: list[Desk]) -> list[Standing]:
    people, teams, services, forms = (
        dict(rows.filter(**{f"{to_desk}__in": desks}).values_list(to_desk).annotate(Count(what, distinct=True)))
        for rows, to_desk, what in (
            (Membership.objects, "desk", "person"),
            (Team.objects, "desk", "pk"),
            (Service.objects, "category__desk", "pk"),
            (RequestType.objects, "desk", "pk"),
        )
    )
    inboxes = list(Inbox.objects.filter(desk__in=desks, active=True))
    return [
        Standing(
            desk,
            people.get(desk.pk, 0),
            teams.get(desk.pk, 0),
            services.get(desk.pk, 0),
            forms.get(desk.pk, 0),
            [inbox.address for inbox in inboxes if inbox.desk_id == desk.pk],
        )
        for desk in desks
    ]


def _of_desks(desks: list[Desk]) -> Iterator[Missing]:
    """Four questions about all desks at once, whatever their number."""
    open_desks = [desk for desk in desks if desk.active]
    have_inbox = set(Inbox.objects.filter(active=True).values_list("desk_id", flat=True))
    have_form = set(RequestType.objects.filter(active=True, anything=True).values_list("desk_id", flat=True))
    have_manager = set(Membership.objects.filter(role="manager").values_list("desk_id", flat=True))
    people = Count("memberships", filter=Q(memberships__person__is_active=True))
    teams = list(Team.objects.filter(desk__in=open_desks).annotate(people=people).order_by("desk", "line__rank"))
    for desk in open_desks:
        name = {"desk": desk.name}
        own = [team for team in teams if team.desk_id == desk.pk]
        if desk.pk not in have_inbox:
            yield Missing(
                _("%(desk)s has no inbox, so no email reaches it.") % name, _new(desk, "inboxes"), _("Add an inbox")
            )
        if not own:
            yield Missing(
                _("%(desk)s has no team, so nobody gets its requests.") % name, _new(desk, "teams"), _("Add a team")
            )
        for team in own:
            if not team.people:
                said = _("Nobody is in the team %(team)s of %(desk)s.") % {**name, "team": team.name}
                yield Missing(said, _new(desk, "seats"), _("Give somebody a seat"))
        if desk.pk not in have_form:
            said = _("%(desk)s has no form for those who do not know which to choose.") % name
            yield Missing(said, _list(desk, "request-types"), _("Choose one"))
        if desk.pk not in have_manager:
            yield Missing(_("Nobody manages %(desk)s.") % name, _new(desk, "seats"), _("Give somebody a seat"))


def _of_calendars(desks: list[Desk], person: Person) -> Iterator[Missing]:
    """Working calendars whose holidays are not filled in, this year's and soon next year's."""
    now = clock.now()
    used = Calendar.objects.filter(always=False).filter(Q(desks__in=desks) | Q(goals__isnull=False)).distinct()
    calendars = list(used if not person.admin else Calendar.objects.filter(always=False))
    for year in sorted({now.year, (now + LOOK_AHEAD).year}):
        filled = with_holidays(calendars, year)
        for calendar in calendars:
            named = {"calendar": calendar.name, "year": year}
            if calendar.pk not in filled:
                said = _("%(calendar)s has no holidays in %(year)s.") % named
                if not holidays.published(holidays.country_of(calendar), year):
                    said += " " + _("They are not published yet.")
            elif holidays.outdated(calendar, year):
                said = _("The holidays of %(calendar)s in %(year)s have changed since they were filled in.") % named
            else:
                continue
            href = f"{reverse('settings-calendar', args=[calendar.pk])}?year={year}#days"
            yield Missing(said, href, _("Open the calendar"))


def _of_goals(person: Person) -> Iterator[Missing]:
    have = set(SlaTarget.objects.filter(active=True).values_list("clock", flat=True).distinct())
    for value, label in SlaTarget.Clock.choices[:3]:
        if value not in have:
            said = _("There is no goal for “%(clock)s”, so it is not measured.") % {"clock": label}
            yield Missing(said, f"{reverse('settings-goal-new')}?clock={value}", _("Add a goal"))


def _new(desk: Desk, part: str) -> str:
    return reverse("settings-new", args=[desk.key, part])


def _list(desk: Desk, part: str) -> str:
    return reverse("settings-list", args=[desk.key, part])
