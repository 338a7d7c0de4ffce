"""A forgotten password: a letter goes to the stored address. The answer is the same whether there is one or not."""

from django import forms
from django.core.validators import EmailValidator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from firstline.channels.email.account_letters import reset_letter
from firstline.kit.mailbox import check_plain, normal
from firstline.people import devices, rate_limit
from firstline.people.models import Person
from firstline.web.render import page


class ForgottenForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        validators=[check_plain],
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )

    def clean_email(self) -> str:
        """One address: of several that were sent, none is taken."""
        given = self.data.getlist("email") if hasattr(self.data, "getlist") else []
        if len(given) > 1:
            raise forms.ValidationError(EmailValidator.message)
        return normal(str(self.cleaned_data["email"]))


@require_http_methods(["GET", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """The page, and its answer. Here it is only asked whether this browser is known; the job does the rest, unseen."""
    form = ForgottenForm(request.POST if request.method == "POST" else None)
    asked = request.method == "POST" and form.is_valid()
    if asked:
        email, address = form.cleaned_data["email"], rate_limit.network(request)
        known = Person.objects.by_email(email)
        device, account = devices.known(request, known), rate_limit.account_of(known, email)
        counted = [("resets", address), ("reset", email, device), ("reset", account, device)]
        if all(rate_limit.take(*each) for each in counted):
            with transaction.atomic():
                reset_letter.defer(address=email)
    return page(request, "accounts/forgotten.html", status=422 if form.errors else 200, form=form, asked=asked)
