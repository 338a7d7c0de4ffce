"""In a demo one click signs in. Outside of a demo none of this exists."""

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from firstline.people import security_log, sessions
from firstline.people.models import Person, Sitting
from firstline.web import demo_doors, reauthentication
from firstline.web.preferences import remember_language

# role: (whose address, what the button says, where it leads)
SIGN_INS = {
    "requester": ("mei@corp.example", _("Requester"), "home"),
    "l1": ("bo@corp.example", _("L1 agent"), "desk-home"),
    "l2": ("chen@corp.example", _("L2 specialist"), "desk-home"),
    "manager": ("dana@corp.example", _("Desk manager"), "today"),
    "admin": ("ada@corp.example", _("Administrator"), "desk-home"),
}


def roles(request: HttpRequest) -> list[tuple[str, str, str]]:
    """(role, its name, the person's name) of everybody one can be in this demo; empty where its doors are closed."""
    if not demo_doors.are_open(request):
        return []
    names = dict(_persons().values_list("email", "name"))
    return [(role, str(label), names[email]) for role, (email, label, _to) in SIGN_INS.items() if email in names]


@require_POST
def sign_in_as(request: HttpRequest) -> HttpResponse:
    """Become one of the demo's people, in the language in which one looks at the page."""
    role = SIGN_INS.get(request.POST.get("role", "")) if demo_doors.are_open(request) else None
    person = _persons().filter(email=role[0]).first() if role else None
    if role is None or person is None:
        raise Http404
    sessions.begin(request, person, how=Sitting.How.DEMO)
    reauthentication.mark(request)
    security_log.note("signed_in", person=person, address=request.META.get("REMOTE_ADDR", ""), how=Sitting.How.DEMO)
    response = redirect(reverse(role[2]))
    remember_language(request, response, get_language() or "en")
    return response


def _persons() -> QuerySet[Person]:
    return Person.objects.able().filter(email__in=[email for email, _label, _to in SIGN_INS.values()])
