"""Asking for an account, for those whose email domain an administrator lists. The answer is the same for every address;
an email goes to those that may, and the link in it proves the address."""

from django import forms
from django.contrib import messages
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from firstline.catalog.models.change import is_named_by_an_administrator
from firstline.channels.email.account_letters import domain_letter
from firstline.kit.mailbox import mailbox_of
from firstline.people import domains, rate_limit, security_log
from firstline.people.models import AccountDomain, Person, Sitting
from firstline.people.request import OpenRequest
from firstline.web.accounts import entering
from firstline.web.accounts.forgotten import ForgottenForm
from firstline.web.render import page

KEPT = "new_account"


class AccountForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        help_text=gettext_lazy("At least ten characters."),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        validate_password(password)
        return password


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """The page, and its answer; it does not exist where no domain is listed. Whose the address is only says as
    whose it is counted."""
    if not AccountDomain.objects.exists():
        raise Http404
    form = ForgottenForm(request.POST if request.method == "POST" else None)
    asked = request.method == "POST" and form.is_valid()
    if asked:
        email, address = form.cleaned_data["email"], rate_limit.network(request)
        account = rate_limit.account_of(Person.objects.by_email(email), mailbox_of(email))
        counted = [("resets", address), ("reset", mailbox_of(email)), ("reset", account)]
        if all(rate_limit.take(*each) for each in counted):
            with transaction.atomic():
                domain_letter.defer(address=email, language=get_language() or "en")
    return page(request, "accounts/ask.html", status=422 if form.errors else 200, form=form, asked=asked)


@require_GET
def opened(request: HttpRequest, secret: str) -> HttpResponse:
    """Take the word out of the address bar; one that proves nothing is kept nowhere."""
    ip = rate_limit.network(request)
    request.session.pop(KEPT, None)
    if rate_limit.take("link", ip) and domains.read(secret):
        rate_limit.give_back("link", ip)
        request.session[KEPT] = secret
    return redirect("account-new")


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def new(request: OpenRequest) -> HttpResponse:
    """Say a name, choose a password, and come in."""
    word = request.session.get(KEPT, "")
    ip = rate_limit.network(request)
    address = domains.read(word) if word and rate_limit.take("link", ip) else ""
    if not address:
        return page(request, "accounts/link_dead.html", status=410)
    known = Person.objects.by_email(address)
    is_named = known is not None and is_named_by_an_administrator(known)
    form = AccountForm(
        request.POST if request.method == "POST" else None, initial={"name": known.name if known and is_named else ""}
    )
    form.fields["name"].disabled = is_named
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        person = domains.open_account(
            word,
            name=given["name"],
            password=given["password"],
            language=get_language() or "en",
            is_named=is_named,
        )
        if person is None:
            return page(request, "accounts/link_dead.html", status=410)
        request.session.pop(KEPT, None)
        security_log.note("account_opened", person=person, address=ip)
        messages.success(request, _("Your account is ready."))
        return entering.enter(request, person, how=Sitting.How.LINK)
    return page(request, "accounts/new.html", status=422 if form.errors else 200, form=form, address=address)
