"""An address from which letters come back: trying it again."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from firstline.notices import bounced
from firstline.people.models import Person
from firstline.people.request import PersonRequest
from firstline.tickets.rights import desks_handled
from firstline.web.guards import at_work
from firstline.web.preferences import back


@require_POST
@at_work
def try_again(request: PersonRequest, id: int) -> HttpResponse:
    """Write to this person's address again, and go back to the page where that was asked for."""
    if not may_try(request.person):
        raise Http404
    person = get_object_or_404(Person, pk=id, kind=Person.Kind.HUMAN)
    if bounced.try_again(person, by=request.person):
        messages.success(request, _("Emails to %(address)s are sent again.") % {"address": person.email})
    else:
        messages.error(request, _("Nothing holds emails to this address back."))
    return redirect(back(request))


def may_try(person: Person) -> bool:
    """Whoever writes to people may; an auditor only reads."""
    return person.admin or bool(desks_handled(person))
