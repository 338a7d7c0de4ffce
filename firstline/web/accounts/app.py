"""Setting up an app that shows codes: scan the picture, give the first code."""

from django.http import HttpResponse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from firstline.people import factors, rate_limit
from firstline.people.request import PersonRequest
from firstline.web.accounts.second import CodeForm
from firstline.web.accounts.security import added
from firstline.web.guards import recently_signed_in
from firstline.web.portal_shell import front_page

KEPT = "app_secret"


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@recently_signed_in
def app(request: PersonRequest) -> HttpResponse:
    """The picture and its answer. Until the code was right the secret is in the session, encrypted."""
    person = request.person
    adapter = factors.Adapter()
    kept = request.session.get(KEPT)
    secret = adapter.decrypt(kept) if kept else factors.new_secret()
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and kept and form.is_valid():
        first = not factors.has_second(person)
        if not rate_limit.take("code", str(person.pk)):
            form.add_error("code", _("Too many attempts. Please try again in a quarter of an hour."))
        elif factors.enrol_app(person, secret=secret, code=form.cleaned_data["code"]):
            rate_limit.forget("code", str(person.pk))
            del request.session[KEPT]
            return added(request, "app_added", first=first, told=_("The app is set up."))
        else:
            form.add_error("code", _("This code is not right. Is the clock of your phone set?"))
    request.session[KEPT] = kept or adapter.encrypt(secret)
    link = factors.app_link(person, secret)
    return front_page(
        request,
        "accounts/app.html",
        status=422 if form.errors else 200,
        form=form,
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        link=link,
        picture=mark_safe(factors.picture(link)),  # noqa: S308  drawn by qrcode from our own text
    )
