"""The email domains whose people may open an account themselves."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from firstline.kit.mailbox import is_domain
from firstline.people.domains import PUBLIC, domain_of
from firstline.people.models import AccountDomain
from firstline.people.request import PersonRequest
from firstline.web.admin.forms.base import SettingForm
from firstline.web.admin.guards import administers
from firstline.web.admin.saving import drop, keep
from firstline.web.admin.shell import settings_page

HERE = "settings-domains"


class DomainForm(SettingForm):
    domain = forms.CharField(
        label=gettext_lazy("Email domain"),
        max_length=253,
        help_text=gettext_lazy("What stands behind the @, such as company.com. Subdomains are not included."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    anyway = forms.BooleanField(label=gettext_lazy("Let anybody with an address there open an account"), required=False)
    rows = [("domain",)]

    class Meta:
        model = AccountDomain
        fields = ["domain"]

    def clean_domain(self) -> str:
        domain = domain_of(self.cleaned_data["domain"])
        if not is_domain(domain):
            raise ValidationError(_("Enter a domain, such as company.com."))
        if AccountDomain.objects.filter(domain=domain).exists():
            raise ValidationError(_("This domain is listed already."))
        return domain

    def clean(self) -> dict[str, object]:
        given: dict[str, object] = super().clean() or self.cleaned_data
        if given.get("domain") in PUBLIC and not given.get("anyway"):
            self.rows = [("domain",), ("anyway",)]  # type: ignore[misc]
            said = _("Anybody in the world can have an address at %(domain)s. Tick the box below if that is meant.")
            self.add_error("domain", said % {"domain": given["domain"]})
        return given


@require_http_methods(["GET", "POST"])
@administers
def index(request: PersonRequest) -> HttpResponse:
    """The list, and listing one more."""
    form = DomainForm(request.POST if request.method == "POST" else None, instance=AccountDomain(), by=request.person)
    if request.method == "POST" and form.is_valid():
        kept = keep(form, by=request.person)
        messages.success(request, _("People at %(domain)s may now open an account.") % {"domain": kept.domain})
        return redirect(HERE)
    listed = list(AccountDomain.objects.order_by("domain"))
    status = 422 if form.errors else 200
    return settings_page(
        request, "admin/domains.html", status=status, here="settings-people", form=form, listed=listed, public=PUBLIC
    )


@require_POST
@administers
def remove(request: PersonRequest, id: int) -> HttpResponse:
    """Nobody else opens an account by it; those that were opened stay."""
    row = get_object_or_404(AccountDomain, pk=id)
    name = row.domain
    drop(row, by=request.person)
    messages.success(request, _("Removed “%(name)s”.") % {"name": name})
    return redirect(HERE)
