"""The link of a letter: its reader chooses a password. Mail scanners open links too, so only the answer uses it up."""

from django import forms
from django.contrib import messages
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from firstline.people import password_links, rate_limit, security_log
from firstline.people.hashing import Busy
from firstline.people.models import AccountLink, Person, Sitting
from firstline.people.request import OpenRequest
from firstline.web.accounts import entering
from firstline.web.render import page

KEPT = "account_link"


class NewPasswordForm(forms.Form):
    password = forms.CharField(
        label=gettext_lazy("New password"),
        help_text=gettext_lazy("At least ten characters."),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, person: Person, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.person = person

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        validate_password(password, self.person)
        return password


@require_GET
def opened(request: HttpRequest, secret: str) -> HttpResponse:
    """Take the secret out of the address bar; only its hash is kept, and of one that leads nowhere nothing."""
    hashed, ip = password_links.digest(secret), rate_limit.network(request)
    request.session.pop(KEPT, None)
    if rate_limit.take("link", ip) and password_links.found(hashed) is not None:
        rate_limit.give_back("link", ip)
        request.session[KEPT] = hashed
    return redirect("new-password")


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def new_password(request: OpenRequest) -> HttpResponse:
    """Choose a password, and come in; by a second factor, if there is one."""
    link = _link(request)
    if link is None:
        return page(request, "accounts/link_dead.html", status=410)
    form = NewPasswordForm(link.person, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            person = password_links.use(link, password=form.cleaned_data["password"])
        except Busy as busy:
            form.add_error(None, busy)
            return page(request, "accounts/link.html", status=503, form=form, link=link)
        if person is None:
            return page(request, "accounts/link_dead.html", status=410)
        request.session.pop(KEPT, None)
        address = request.META.get("REMOTE_ADDR", "")
        security_log.note("password_set", person=person, address=address, by_link=link.purpose)
        messages.success(request, _("Your password is set."))
        return entering.enter(request, person, how=Sitting.How.LINK)
    return page(request, "accounts/link.html", status=422 if form.errors else 200, form=form, link=link)


def _link(request: HttpRequest) -> AccountLink | None:
    hashed = request.session.get(KEPT)
    if not hashed or not rate_limit.take("link", rate_limit.network(request)):
        return None
    return password_links.found(hashed)
