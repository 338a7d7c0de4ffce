"""Who you are, by address and password. What is wrong is never said more exactly than "not right"."""

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from firstline.people import throttle
from firstline.people.models import Person
from firstline.web.accounts import demo
from firstline.web.preferences import remember_language
from firstline.web.render import page


class SignInForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "username"})
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
        email, address = self.cleaned_data["email"].lower(), request.META.get("REMOTE_ADDR", "")
        if not throttle.take(email, address):
            self.add_error(None, _("Too many attempts. Please try again in a quarter of an hour."))
            return None
        person = authenticate(request, email=email, password=self.cleaned_data["password"])
        if person is None:
            self.add_error(None, _("This address and password do not belong together."))
            return None
        throttle.forget(email, address)
        return person


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """The page, and its answer; while there is no administrator at all, the first start instead."""
    if not Person.objects.filter(admin=True, is_active=True).exists():
        return redirect("setup")
    if request.user.is_authenticated and request.method == "GET":
        return redirect(landing(request))
    form = SignInForm(request.POST if request.method == "POST" else None)
    person = form.judge(request) if request.method == "POST" else None
    if person is None:
        status = 422 if form.errors else 200
        roles = demo.roles()
        return page(request, "accounts/sign_in.html", status=status, form=form, next=wanted(request), roles=roles)
    return welcome(request, person)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """The session ends on the server too."""
    logout(request)
    return redirect("sign-in")


def welcome(request: HttpRequest, person: Person) -> HttpResponse:
    """Begin a session under a fresh key and go where the person wanted, in this browser's language or his own."""
    login(request, person)
    request.person = person  # type: ignore[attr-defined]
    response = redirect(landing(request))
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        remember_language(request, response, person.language)
    return response


def landing(request: HttpRequest) -> str:
    """Where sign-in leads: the page that was asked for, else the desk for those who work there, else the front page."""
    person = request.person  # type: ignore[attr-defined]
    return wanted(request) or reverse("desk-home" if person.admin or person.seats else "home")


def wanted(request: HttpRequest) -> str:
    """The `next` of the form or address, if it is a page of ours."""
    target = request.POST.get("next") or request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if safe else ""
