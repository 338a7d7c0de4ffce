"""A person's programs: each has a token, which is shown once, ends some day, and can be revoked."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from firstline.api.models import Token
from firstline.kit import clock
from firstline.kit.limits import limit
from firstline.people import security_log
from firstline.people.request import PersonRequest
from firstline.web.guards import recently_signed_in, signed_in
from firstline.web.portal_shell import front_page

DAYS = (7, 30, 90, 365)
USUAL_DAYS = 90
MOST = limit(20, "tokens", of="own API tokens", per="person", said="Remove one first.")


class TokenForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("What for"),
        max_length=80,
        help_text=gettext_lazy("So that you know it again, such as “Monitoring”."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scope = forms.ChoiceField(label=gettext_lazy("It may"), choices=Token.Scope.choices, initial=Token.Scope.READ)
    days = forms.TypedChoiceField(
        label=gettext_lazy("It works for"),
        coerce=int,
        choices=[(days, str(days)) for days in DAYS],
        initial=USUAL_DAYS,
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        days: Any = self.fields["days"]
        days.choices = [(each, ngettext("%(n)s day", "%(n)s days", each) % {"n": each}) for each in DAYS]


@require_http_methods(["GET", "POST"])
@signed_in
def tokens(request: PersonRequest) -> HttpResponse:
    """The list, and making one."""
    return _make(request) if request.method == "POST" else _shown(request, form=TokenForm())


@require_POST
@signed_in
def revoke(request: PersonRequest, id: int) -> HttpResponse:
    """It never works again."""
    token = Token.objects.filter(pk=id, person=request.person).first()
    if token is None:
        raise Http404
    token.revoke()
    address = request.META.get("REMOTE_ADDR", "")
    security_log.note("token_revoked", person=request.person, address=address, token=token.pk)
    messages.success(request, _("“%(name)s” no longer works.") % {"name": token})
    return redirect("tokens")


@recently_signed_in
def _make(request: PersonRequest) -> HttpResponse:
    form, person = TokenForm(request.POST), request.person
    if form.is_valid() and Token.kept().filter(person=person).count() >= MOST:
        form.add_error(None, _("You have %(n)s tokens. Revoke one that you no longer need.") % {"n": MOST})
    if not form.is_valid():
        return _shown(request, form=form)
    given = form.cleaned_data
    expires_at = clock.now() + timedelta(days=given["days"])
    secret = Token.issue(person, scopes=[given["scope"]], name=given["name"], expires_at=expires_at)
    address = request.META.get("REMOTE_ADDR", "")
    security_log.note("token_made", person=person, address=address, scope=given["scope"])
    return _shown(request, form=TokenForm(), secret=secret)


def _shown(request: PersonRequest, *, form: TokenForm, **more: Any) -> HttpResponse:
    own = Token.kept().filter(person=request.person).order_by("-pk")
    status = 422 if form.errors else 200
    return front_page(request, "accounts/tokens.html", status=status, form=form, tokens=own, **more)
