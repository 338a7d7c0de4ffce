"""The second factor at sign-in: a code of the app, a passkey, or a recovery code."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from firstline.people import devices, factors, rate_limit, security_log
from firstline.people.models import Person, Sitting
from firstline.people.request import OpenRequest
from firstline.web.accounts import entering, passkeys
from firstline.web.render import page

CODE_ATTRS = {"autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false"}
HOW = {"code": Sitting.How.CODE, "recovery": Sitting.How.RECOVERY, "passkey": Sitting.How.SECOND_PASSKEY}


class CodeForm(forms.Form):
    code = forms.CharField(label=gettext_lazy("Code"), max_length=40, widget=forms.TextInput(attrs=CODE_ATTRS))


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def second(request: OpenRequest) -> HttpResponse:
    """The page, and its answer."""
    person = entering.pending(request)
    if person is None:
        return redirect("sign-in")
    form = CodeForm(request.POST if request.method == "POST" else None)
    right = judge(request, person, form) if request.method == "POST" else ""
    if right:
        return entering.begin(request, person, how=HOW[right])
    kinds = factors.kinds(person) - (set() if passkeys.are_possible(request) else {"webauthn"})
    return page(request, "accounts/second.html", status=422 if form.errors else 200, form=form, kinds=kinds)


def judge(request: HttpRequest, person: Person, form: CodeForm) -> str:
    """ "code", "recovery" or "passkey"; empty when it is wrong or was tried too often, with the reason on the form."""
    credential = request.POST.get("credential", "")
    if credential:
        form.fields["code"].required = False
    if not form.is_valid():
        return ""
    device = devices.known(request, person)
    if not rate_limit.take("code", str(person.pk), device):
        security_log.note("code_throttled", person=person, address=request.META.get("REMOTE_ADDR", ""))
        form.add_error(None, _("Too many attempts. Please try again in a quarter of an hour."))
        return ""
    right = _passkey(request, person, credential) or factors.judge_code(person, form.cleaned_data["code"])
    if right:
        rate_limit.forget("code", str(person.pk), device)
        return right
    security_log.note("code_wrong", person=person, address=request.META.get("REMOTE_ADDR", ""))
    wrong = _("This passkey is not known here.") if credential else _("This code is not right, or was used already.")
    form.add_error(None, wrong)
    return ""


def _passkey(request: HttpRequest, person: Person, credential: str) -> str:
    purpose = passkeys.Purpose.SECOND_FACTOR
    return "passkey" if credential and passkeys.is_signed_by(request, person, credential, purpose=purpose) else ""
