"""One's own account: what the desk knows of me, and what I may change."""

from django import forms
from django.contrib import messages
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from firstline.people.models import Person
from firstline.people.request import PersonRequest
from firstline.web.accounts.setup import ZONES
from firstline.web.guards import signed_in
from firstline.web.portal_shell import front_page
from firstline.web.preferences import LANGUAGES, remember_language


class ProfileForm(forms.ModelForm):
    phone = forms.RegexField(
        r"^[+()\d\s./-]{3,40}$",
        label=gettext_lazy("Phone"),
        required=False,
        error_messages={"invalid": gettext_lazy("A phone number has digits, spaces and + ( ) - only.")},
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=LANGUAGES, help_text=gettext_lazy("Of the pages and of emails to you.")
    )
    zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"), choices=ZONES, help_text=gettext_lazy("Times are shown in it.")
    )

    class Meta:
        model = Person
        fields = ("phone", "language", "zone")


class PasswordForm(forms.Form):
    old = forms.CharField(
        label=gettext_lazy("Present password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=gettext_lazy("New password"),
        help_text=gettext_lazy("At least ten characters."),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, person: Person, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.person = person
        if not person.has_usable_password():  # came by a passkey only, or was signed in by the demo
            del self.fields["old"]

    def clean_old(self) -> str:
        old = str(self.cleaned_data["old"])
        if not self.person.check_password(old):
            raise ValidationError(_("This is not your present password."))
        return old

    def clean_new(self) -> str:
        new = str(self.cleaned_data["new"])
        validate_password(new, self.person)
        return new

    def save(self) -> Person:
        self.person.set_password(self.cleaned_data["new"])
        self.person.save(update_fields=["password"])
        return self.person


@require_http_methods(["GET", "POST"])
@signed_in
def profile(request: PersonRequest) -> HttpResponse:
    """The page, and its answer."""
    person = request.person
    form = ProfileForm(request.POST if request.method == "POST" else None, instance=person)
    if request.method == "POST" and form.is_valid():
        form.save()
        with translation.override(person.language):
            messages.success(request, _("Your account is saved."))
        response = redirect("profile")
        remember_language(request, response, person.language)
        return response
    return _shown(request, form=form)


def _shown(request: PersonRequest, *, form: ProfileForm) -> HttpResponse:
    return front_page(request, "accounts/profile.html", status=422 if form.errors else 200, form=form)
