"""How people get in, for administrators: invitations, where somebody is signed in, second factors, tokens."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from firstline.api.models import Token
from firstline.channels.email.account_letters import invitation_letter
from firstline.kit.limits import limit
from firstline.notices import failure_reasons
from firstline.people import factors, holdings, password_links, security_log
from firstline.people.models import AccountLink, Person
from firstline.people.request import PersonRequest
from firstline.web.admin.forms.people import PersonForm
from firstline.web.admin.guards import administers
from firstline.web.admin.shell import settings_page
from firstline.web.guards import recently_signed_in

MOST_TOKENS = limit(
    500,
    "tokens",
    of="tokens in the list of all",
    per="page",
    said="It says that there are more; those of one person are on theirs.",
)


@dataclass(frozen=True)
class Access:
    """How one person gets in."""

    password: bool
    kinds: set[str]
    required: bool
    devices: int
    invitation: AccountLink | None

    @property
    def invitation_error(self) -> str:
        """Why it could not be sent yet, in our words."""
        return failure_reasons.of_error(self.invitation.error) if self.invitation else ""


def of(person: Person) -> Access:
    return Access(
        password=person.has_usable_password(),
        kinds=factors.kinds(person),
        required=factors.is_required(person),
        devices=person.sittings.count(),
        invitation=person.account_links.filter(purpose="invitation").order_by("-pk").first(),
    )


def follow_up(request: PersonRequest, form: PersonForm, kept: Person) -> None:
    """What a save of a person brings along: who left is out at once; whose password or address was set
    signs in anew."""
    me = request.person
    if "is_active" in form.changed_data and not kept.is_active:
        holdings.end_all(kept)
    elif form.cleaned_data.get("new_password") or ("email" in form.changed_data and form.initial.get("email")):
        holdings.end_all(kept, but=request if kept.pk == me.pk else None)
        if kept.pk == me.pk:
            update_session_auth_hash(request, kept)
    if form.cleaned_data.get("invite"):
        _invite(kept, by=me)
    for name in ("admin", "is_active"):
        if name in form.changed_data and (name == "admin" or not kept.is_active):
            said = {"admin": ("admin_taken", "admin_given"), "is_active": ("deactivated", "")}[name]
            security_log.note(said[bool(getattr(kept, name))], person=kept, by=me, address=_address(request))


@require_POST
@administers
def invite(request: PersonRequest, id: int) -> HttpResponse:
    """Send a letter; earlier ones no longer work."""
    person = _person(id)
    if _invite(person, by=request.person):
        messages.success(request, _("An email is on its way to %(address)s.") % {"address": person.email})
    else:
        messages.error(request, _("This person has no address, or is not active."))
    return redirect("settings-person", id)


@require_POST
@administers
def sign_out(request: PersonRequest, id: int) -> HttpResponse:
    """Sign somebody out everywhere, their programs too."""
    person = _person(id)
    holdings.end_all(person, but=request if person.pk == request.person.pk else None)
    security_log.note("sessions_ended", person=person, by=request.person, address=_address(request))
    messages.success(
        request,
        _("%(name)s is signed out everywhere, and tokens of their programs no longer work.") % {"name": person.name},
    )
    return redirect("settings-person", id)


@require_POST
@administers
@recently_signed_in
def remove_factors(request: PersonRequest, id: int) -> HttpResponse:
    """For somebody who lost phone and codes: his password alone lets him in again."""
    person = _person(id)
    if not factors.remove(person):
        raise Http404
    holdings.end_all(person, but=request if person.pk == request.person.pk else None)
    security_log.note("factors_removed", person=person, by=request.person, address=_address(request))
    messages.success(request, _("The second factors of %(name)s are removed.") % {"name": person.name})
    return redirect("settings-person", id)


@require_GET
@administers
def tokens(request: PersonRequest) -> HttpResponse:
    """Every token that may still work, of everybody."""
    found = Token.kept().select_related("person").order_by("person__name", "-pk")
    listed = list(found[: MOST_TOKENS + 1])
    most = MOST_TOKENS if len(listed) > MOST_TOKENS else None
    return settings_page(request, "admin/tokens.html", here="settings-tokens", tokens=listed[:MOST_TOKENS], most=most)


@require_POST
@administers
def revoke(request: PersonRequest, id: int) -> HttpResponse:
    """It never works again."""
    token = get_object_or_404(Token.objects.select_related("person"), pk=id)
    token.revoke()
    whom, me = token.person, request.person
    security_log.note("token_revoked", person=whom, by=me, address=_address(request), token=token.pk)
    messages.success(request, _("“%(name)s” no longer works.") % {"name": token})
    return redirect("settings-tokens")


def _invite(person: Person, *, by: Person) -> bool:
    with transaction.atomic():
        link = password_links.for_invitation(person, by=by)
        if link is None:
            return False
        invitation_letter.defer(link=link.pk)
    security_log.note("invited", person=person, by=by)
    return True


def _person(id: int) -> Person:
    return get_object_or_404(Person, pk=id, kind=Person.Kind.HUMAN)


def _address(request: PersonRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))
