"""How one signs in, and where one is signed in: password, passkeys, app, recovery codes, devices."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from firstline.people import factors, holdings, security_log, sessions
from firstline.people.request import PersonRequest
from firstline.web.accounts import passkeys
from firstline.web.accounts.profile import PasswordForm
from firstline.web.guards import recently_signed_in, signed_in
from firstline.web.portal_shell import front_page


@require_GET
@signed_in
def security(request: PersonRequest) -> HttpResponse:
    """The page."""
    return shown(request, PasswordForm(request.person))


@sensitive_post_parameters()
@require_POST
@recently_signed_in
def password(request: PersonRequest) -> HttpResponse:
    """Change the password; all else that lets somebody in as this person ends."""
    person = request.person
    form = PasswordForm(person, request.POST)
    if not form.is_valid():
        return shown(request, form)
    form.save()
    holdings.end_all(person, but=request)
    note(request, "password_changed")
    messages.success(
        request, _("Your password is changed. Other devices are signed out, and tokens of programs no longer work.")
    )
    _say_of_passkeys(request)
    return redirect("security")


@require_POST
@recently_signed_in
def add_passkey(request: PersonRequest) -> HttpResponse:
    """Keep the passkey that the browser has made."""
    person = request.person
    first = not factors.has_second(person)
    given = {name: request.POST.get(name, "") for name in ("name", "credential")}
    if passkeys.add(request, **given) is None:
        messages.error(request, _("The passkey could not be added. Please try again."))
        return redirect("security")
    return added(request, "passkey_added", first=first, told=_("The passkey is added."))


@require_POST
@recently_signed_in
def remove_passkey(request: PersonRequest, id: int) -> HttpResponse:
    return removed(request, "passkey_removed", type="webauthn", pk=id)


@require_POST
@recently_signed_in
def remove_app(request: PersonRequest) -> HttpResponse:
    return removed(request, "app_removed", type="totp")


@require_POST
@recently_signed_in
def renew_codes(request: PersonRequest) -> HttpResponse:
    """New recovery codes, shown this once; only for who has a second factor."""
    if not factors.has_second(request.person):
        raise Http404
    note(request, "recovery_codes_renewed")
    return codes_shown(request)


@require_POST
@signed_in
def end_session(request: PersonRequest, id: int) -> HttpResponse:
    """Sign one device out."""
    if not sessions.end(request.person, id):
        raise Http404
    holdings.announce(request.person)
    note(request, "session_ended")
    messages.success(request, _("That device is signed out."))
    return redirect("security")


@require_POST
@signed_in
def end_sessions(request: PersonRequest) -> HttpResponse:
    """Sign out everywhere but here, programs too."""
    holdings.end_all(request.person, but=request)
    note(request, "sessions_ended")
    messages.success(request, _("All other devices are signed out, and tokens of programs no longer work."))
    _say_of_passkeys(request)
    return redirect("security")


def note(request: PersonRequest, what: str) -> None:
    security_log.note(what, person=request.person, address=request.META.get("REMOTE_ADDR", ""))


def _say_of_passkeys(request: PersonRequest) -> None:
    if factors.passkeys(request.person):
        messages.info(request, _("A passkey signs you in alone again once you have used it after your password."))


def added(request: PersonRequest, what: str, *, first: bool, told: str) -> HttpResponse:
    """After a second factor was added: with the first come recovery codes; this browser goes on under a fresh key."""
    note(request, what)
    sessions.rotate(request)
    messages.success(request, told)
    return codes_shown(request) if first else redirect("security")


def removed(request: PersonRequest, what: str, **which: object) -> HttpResponse:
    person = request.person
    last = len(factors.kinds(person) & {"totp", "webauthn"}) == 1 and len(factors.passkeys(person)) <= 1
    if last and factors.is_required(person):
        messages.error(request, _("This desk asks you for a second factor. Add another one first."))
        return redirect("security")
    if not factors.remove(person, **which):
        raise Http404
    note(request, what)
    messages.success(request, _("It is removed."))
    return redirect("security")


def codes_shown(request: PersonRequest) -> HttpResponse:
    codes = factors.new_recovery_codes(request.person)
    return front_page(request, "accounts/codes.html", codes=codes)


def shown(request: PersonRequest, form: PasswordForm) -> HttpResponse:
    person = request.person
    return front_page(
        request,
        "accounts/security.html",
        status=422 if form.errors else 200,
        passwords=form,
        kinds=factors.kinds(person),
        keys=factors.passkeys(person),
        codes_left=factors.recovery_codes_left(person),
        possible=passkeys.are_possible(request),
        due=factors.is_due(person),
        sittings=sessions.of(person, request),
        here=request.session.session_key,
        device=sessions.device,
    )
