"""How letters leave: servers, a letter to try them, and the keys that sign."""

import logging

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from firstline.catalog.models import Inbox, SettingChange
from firstline.catalog.own_addresses import own_address
from firstline.channels.base import NotSent
from firstline.channels.email import signing, trying
from firstline.channels.email.routes import by_url
from firstline.config import config
from firstline.kit.mailbox import is_domain, normal_domain
from firstline.kit.numbers import whole
from firstline.notices import failure_reasons
from firstline.notices.models import OutgoingServer, SigningKey
from firstline.people.request import PersonRequest
from firstline.web.admin.forms.sending import ServerForm
from firstline.web.admin.guards import administers
from firstline.web.admin.saving import drop, keep, note
from firstline.web.admin.sender_addresses import states
from firstline.web.admin.shell import settings_page

logger = logging.getLogger(__name__)
HERE = "settings-sending"


@require_GET
@administers
def index(request: PersonRequest) -> HttpResponse:
    """The servers, what is set from outside, and the domains from which letters come with their keys."""
    return settings_page(
        request,
        "admin/sending.html",
        here=HERE,
        servers=OutgoingServer.objects.prefetch_related("desks__desk"),
        outside=by_url(config().mail_url),
        demo=config().demo and not config().mail_url,
        signed=_domains(),
        addresses=states(),
        own=own_address(),
    )


@require_http_methods(["GET", "POST"])
@administers
def edit(request: PersonRequest, id: int | None = None) -> HttpResponse:
    server = OutgoingServer() if id is None else get_object_or_404(OutgoingServer, pk=id)
    form = ServerForm(request.POST or None, instance=server, by=request.person)
    if request.method == "POST" and form.is_valid():
        kept = keep(form, by=request.person)
        messages.success(request, _("Saved “%(name)s”.") % {"name": kept.name})
        return redirect(HERE)
    status = 422 if request.method == "POST" else 200
    return settings_page(request, "admin/sender.html", status=status, here=HERE, form=form, row=server)


@require_http_methods(["GET", "POST"])
@administers
def remove(request: PersonRequest, id: int) -> HttpResponse:
    """Its desks then send by the server for all desks."""
    server = get_object_or_404(OutgoingServer, pk=id)
    if request.method == "POST":
        drop(server, by=request.person)
        messages.success(request, _("Removed “%(name)s”.") % {"name": server.name})
        return redirect(HERE)
    return settings_page(request, "admin/remove.html", here=HERE, name=server.name, refusal="")


@require_POST
@administers
def test(request: PersonRequest) -> HttpResponse:
    """Send a letter to whoever asks for it, by the server that is named or the one set from outside."""
    person, id = request.person, request.POST.get("server", "")
    pk = whole(id)
    server = get_object_or_404(OutgoingServer, pk=pk) if pk is not None else None
    try:
        trying.send_test(person, server)
    except NotSent as why:
        logger.warning("A server for sending was tried: %s %r", why.reason, why.detail)
        messages.error(request, failure_reasons.of_error(str(why)))
    else:
        messages.success(request, _("The server took an email to %(address)s.") % {"address": person.email})
    return redirect(HERE)


@require_POST
@administers
def new_key(request: PersonRequest) -> HttpResponse:
    """Make a signing key for a domain; it signs only once its record is published."""
    domain = normal_domain(request.POST.get("domain", ""))
    if not is_domain(domain):
        messages.error(request, _("Enter a domain, such as example.org."))
    else:
        with transaction.atomic():
            key = signing.new_key(domain)
            note(key, SettingChange.What.ADDED, {"selector": [None, key.selector]}, by=request.person)
        messages.success(request, _("Publish the record of %(domain)s, then switch it on.") % {"domain": domain})
    return redirect(HERE)


@require_POST
@administers
def switch_key(request: PersonRequest, id: int) -> HttpResponse:
    """Sign with it, or no longer. Refused as long as the record cannot be found: others could not check it."""
    key = get_object_or_404(SigningKey, pk=id)
    on = request.POST.get("do") == "on"
    if on and not signing.published(key):
        messages.error(request, _("The record %(name)s is not to be found yet.") % {"name": key.record_name})
        return redirect(HERE)
    if on != key.active:
        with transaction.atomic():
            SigningKey.objects.filter(pk=key.pk).update(active=on)
            note(key, SettingChange.What.CHANGED, {"active": [key.active, on]}, by=request.person)
    return redirect(HERE)


def _domains() -> list[tuple[str, SigningKey | None]]:
    """Every domain from which letters come, with its key."""
    keys = {key.domain: key for key in SigningKey.objects.all()}
    addresses = Inbox.objects.filter(kind="email", active=True).values_list("address", flat=True)
    ours = {normal_domain(name) for name in (config().mail_domain, *(each.rpartition("@")[2] for each in addresses))}
    return [(domain, keys.get(domain)) for domain in sorted(ours | keys.keys())]
