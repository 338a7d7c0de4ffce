"""Prove once more who you are, and go on with what you were about to do."""

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from firstline.people import factors, rate_limit, security_log
from firstline.people.request import PersonRequest
from firstline.web import reauthentication
from firstline.web.accounts import passkeys
from firstline.web.guards import signed_in
from firstline.web.safe_redirects import is_ours

KEEPS_METHOD_AND_BODY = 307


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@signed_in
def confirm(request: PersonRequest) -> HttpResponse:
    """Asks; when it was right, leads on, and sends again what had been sent."""
    target = request.GET.get("next", "")
    target = target if is_ours(request, target) else "/account/security/"
    kept = reauthentication.sent(request)
    action = request.get_full_path()
    if request.method == "GET":
        return reauthentication.shown(request, action=action, kept=[])
    error = wrong(request)
    if error:
        return reauthentication.shown(request, action=action, kept=kept, status=422, error=error)
    reauthentication.mark(request)
    return HttpResponseRedirect(target, status=KEEPS_METHOD_AND_BODY if kept else 302)


def wrong(request: PersonRequest) -> str:
    """Why it is not proved, in a sentence; empty when it is."""
    person = request.person
    ways = reauthentication.ways(request)
    if "demo" in ways:
        return ""
    if not rate_limit.take("confirm", str(person.pk)):
        return _("Too many attempts. Please try again in a quarter of an hour.")
    given = {name: request.POST.get(reauthentication.OWN + name, "") for name in ("password", "code", "credential")}
    purpose = passkeys.Purpose.CONFIRM
    right = (
        ("password" in ways and bool(given["password"]) and person.check_password(given["password"]))
        or ("totp" in ways and bool(given["code"]) and factors.app_shows(person, given["code"]))
        or (bool(given["credential"]) and passkeys.is_signed_by(request, person, given["credential"], purpose=purpose))
    )
    if right:
        rate_limit.forget("confirm", str(person.pk))
        return ""
    security_log.note("confirm_wrong", person=person, address=request.META.get("REMOTE_ADDR", ""))
    return _("That was not right. Please try again.")
