"""Who you are, by address and password. What is wrong is never said more exactly than "not right"."""

import secrets
from contextlib import nullcontext

from django import forms
from django.contrib.auth import authenticate, logout
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from firstline.kit.mailbox import normal
from firstline.people import administrators, devices, hashing, holdings, rate_limit, security_log
from firstline.people.hashing import Busy
from firstline.people.models import AccountDomain, Person, Sitting
from firstline.people.request import OpenRequest
from firstline.web.accounts import demo, entering, passkeys
from firstline.web.render import page

IN_ALL = ("all",)


class SignInForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def judge(self, request: HttpRequest) -> Person | None:
        """The person whose password it is; else None, with the reason on the form."""
        if not self.is_valid():
            return None
        email, address = normal(self.cleaned_data["email"]), request.META.get("REMOTE_ADDR", "")
        known = Person.objects.by_email(email)
        tries = _tries(request, email, known)
        if not all(rate_limit.take(*each) for each in tries if each != IN_ALL):
            security_log.note("password_throttled", person=known, address=address)
            self.add_error(None, _("Too many attempts. Please try again in a quarter of an hour."))
            return None
        silent = _silent_tries(request, email, known)
        is_judged = all(rate_limit.take(*each) for each in silent)
        password = self.cleaned_data["password"] if is_judged else secrets.token_hex()
        slow = IN_ALL in tries and not rate_limit.take(*IN_ALL)
        try:
            with hashing.slowly() if slow else nullcontext():
                person = authenticate(request, email=email, password=password)
        except Busy as busy:  # nothing was judged, so nothing is counted
            self.add_error(None, busy)
            for each in (*tries, *silent):
                rate_limit.give_back(*each)
            return None
        if not isinstance(person, Person):
            security_log.note("password_wrong" if is_judged else "password_throttled", person=known, address=address)
            self.add_error(None, _("This address and password do not belong together."))
            return None
        for each in (*tries, *silent):
            rate_limit.give_back(*each) if each[0] in ("network", "all") else rate_limit.forget(*each)
        return person


def _tries(request: HttpRequest, email: str, person: Person | None) -> list[tuple[str, ...]]:
    """As what this attempt counts. From a browser that the account knows it is not locked by what strangers tried."""
    device = devices.known(request, person)
    if device:
        return [("device", email, device)]
    network = rate_limit.network(request)
    return [("password", email, network), ("account", email), ("network", network), IN_ALL]


def _silent_tries(request: HttpRequest, email: str, person: Person | None) -> list[tuple[str, ...]]:
    """The same by whose account it is, whichever of their addresses was typed. Beyond it nothing is judged, and that is
    not said: it would tell that two addresses are one person's."""
    device, account = devices.known(request, person), rate_limit.account_of(person, email)
    if device:
        return [("device", account, device)]
    return [("password", account, rate_limit.network(request)), ("account", account)]


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
def sign_in(request: OpenRequest) -> HttpResponse:
    """The page, and its answer; while there never was an administrator, the first start instead."""
    if administrators.never_were():
        return redirect("setup")
    if request.user.is_authenticated and request.method == "GET":
        return redirect(entering.wanted(request) or entering.usual(request.user))
    form = SignInForm(request.POST if request.method == "POST" else None)
    person = form.judge(request) if request.method == "POST" else None
    return entering.enter(request, person, how=Sitting.How.PASSWORD) if person else shown(request, form)


@require_POST
def by_passkey(request: OpenRequest) -> HttpResponse:
    """Sign in by a passkey alone: it has asked for a finger, a face or a PIN, so it is two factors."""
    network, address = rate_limit.network(request), request.META.get("REMOTE_ADDR", "")
    if not rate_limit.take("passkeys", network):
        security_log.note("passkey_throttled", address=address)
        return _refused(request, _("Too many attempts. Please try again in a quarter of an hour."))
    wrong = _("This passkey is not known here.")
    try:
        person = passkeys.signed_in_by(request, request.POST.get("credential", ""))
    except passkeys.NotAlone:
        person = None
        wrong = _("You were signed out everywhere since. Sign in with your password and then this passkey once.")
    if person is None:
        security_log.note("passkey_wrong", address=address)
        return _refused(request, wrong)
    rate_limit.give_back("passkeys", network)
    return entering.begin(request, person, how=Sitting.How.PASSKEY)


def _refused(request: HttpRequest, why: str) -> HttpResponse:
    form = SignInForm({})
    form.errors.clear()
    form.add_error(None, why)
    return shown(request, form)


def shown(request: HttpRequest, form: SignInForm, status: int = 200) -> HttpResponse:
    """The page with this form."""
    return page(
        request,
        "accounts/sign_in.html",
        status=503 if form.has_error(NON_FIELD_ERRORS, "busy") else 422 if form.errors else status,
        form=form,
        next=entering.wanted(request),
        roles=demo.roles(request),
        passkeys=passkeys.are_possible(request),
        may_ask=AccountDomain.objects.exists(),
    )


@require_POST
def sign_out(request: OpenRequest) -> HttpResponse:
    """The session ends on the server too."""
    person = request.person
    if person is not None:
        security_log.note("signed_out", person=person, address=request.META.get("REMOTE_ADDR", ""))
    logout(request)
    if person is not None:
        holdings.announce(person)
    return redirect("sign-in")
