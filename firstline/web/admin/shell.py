"""What surrounds every page of the settings: the rail of what can be set."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from firstline.catalog.models import Desk
from firstline.people.request import PersonRequest
from firstline.web.admin.desk_sections import PARTS
from firstline.web.admin.guards import desks_of
from firstline.web.render import page


@dataclass(frozen=True)
class Place:
    label: str
    href: str
    drawing: str
    current: bool


def settings_page(
    request: PersonRequest,
    template: str,
    /,
    status: int = 200,
    here: str = "",
    desk: Desk | None = None,
    **context: Any,
) -> HttpResponse:
    """A page with the rail of settings; `here` says where it belongs, `desk` whose tabs it shows. One query."""
    person = request.person
    places = [_place(request, _("Overview"), "settings", "list-checks", here)]
    if person.admin:
        places.append(_place(request, _("People"), "settings-people", "users", here))
        places.append(_place(request, _("Tokens"), "settings-tokens", "terminal", here))
    places += [
        _place(request, _("Working time"), "settings-calendars", "calendar-days", here),
        _place(request, _("Goals"), "settings-goals", "target", here),
        _place(request, _("Mail"), "settings-mail", "mail", here),
    ]
    if person.admin:
        places.append(_place(request, _("Sending emails"), "settings-sending", "send", here))
    places.append(_place(request, _("History"), "settings-history", "history", here))
    if person.admin:
        places.append(_place(request, _("Status"), "settings-status", "activity", here))
        places.append(_place(request, _("Audit log"), "settings-audit", "shield-check", here))
        places.append(_place(request, _("Retention"), "settings-retention", "hourglass", here))
    desks = [
        Place(each.name, reverse("settings-desk", args=[each.key]), "headset", desk is not None and each.pk == desk.pk)
        for each in desks_of(person)
    ]
    tabs = _tabs(desk, here) if desk is not None and desk.pk else []
    return page(request, template, status=status, places=places, desks=desks, desk=desk, tabs=tabs, **context)


def _place(request: PersonRequest, label: str, name: str, drawing: str, here: str) -> Place:
    return Place(label, reverse(name), drawing, here == name)


def _tabs(desk: Desk, here: str) -> list[tuple[str, str, bool, None]]:
    own = (_("Desk"), reverse("settings-desk", args=[desk.key]), here == "desk", None)
    return [
        own,
        *(
            (str(p.title), reverse("settings-list", args=[desk.key, p.key]), here == p.key, None)
            for p in PARTS.values()
        ),
    ]
