"""By what a person is known: addresses and names at channels, for administrators. Whoever controls one speaks as its
person, so they are asked for their password again, and the audit log keeps it."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from firstline.catalog.own_addresses import refuse_ours
from firstline.channels import registry
from firstline.kit.mailbox import LONGEST, check_plain
from firstline.people import identities, security_log
from firstline.people.models import Identity, Person, form_of
from firstline.people.request import PersonRequest
from firstline.web.admin.forms.people import known_already
from firstline.web.admin.guards import administers
from firstline.web.guards import recently_signed_in


@dataclass(frozen=True)
class Known:
    """One identity as the page of its person shows it."""

    row: Identity
    label: str

    @property
    def proof(self) -> str:
        return self.row.get_verified_how_display() if self.row.verified_how else _("Not proved")


def of(person: Person) -> list[Known]:
    """Where they are told first, then by age. One query."""
    rows = person.identities.select_related("person").order_by("-preferred", "pk")
    return [Known(row, registry.label_of(row.kind)) for row in rows]


def kinds() -> list[tuple[str, Any]]:
    return [(key, registry.label_of(key)) for key in registry.known()]


@require_POST
@administers
@recently_signed_in
def add(request: PersonRequest, id: int) -> HttpResponse:
    """Know somebody by one more address or name."""
    person = _person(id)
    kind, subject = request.POST.get("kind", ""), request.POST.get("subject", "").strip()
    try:
        _check(kind, subject)
        identities.add(person, kind, subject, how=Identity.How.ADMINISTRATOR)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    except identities.Taken as taken:
        messages.error(request, known_already(taken.holder))
    except identities.TooMany:
        messages.error(
            request, _("A person can be known by %(most)s of these at the most.") % {"most": identities.MOST}
        )
    else:
        _note(request, "identity_added", person, kind, subject)
        messages.success(request, _("%(name)s is known by this as well.") % {"name": person.name})
    return redirect("settings-person", id)


@require_POST
@administers
@recently_signed_in
def remove(request: PersonRequest, id: int, identity: int) -> HttpResponse:
    """Know somebody by this no more, which signs them out everywhere."""
    row = _identity(id, identity)
    if identities.remove(row):
        _note(request, "identity_removed", row.person, row.kind, row.subject)
        messages.success(request, _("%(name)s is not known by this any more.") % {"name": row.person.name})
    else:
        messages.error(request, _("Emails go to this address. Prefer another one first, or change it above."))
    return redirect("settings-person", id)


@require_POST
@administers
@recently_signed_in
def prefer(request: PersonRequest, id: int, identity: int) -> HttpResponse:
    """Tell somebody there what happens."""
    row = _identity(id, identity)
    was = row.person.identities.filter(preferred=True).values_list("subject", flat=True).first() or ""
    try:
        identities.prefer(row)
    except identities.Ours:
        messages.error(request, _("%(address)s is a desk's own address.") % {"address": row.subject})
    else:
        _note(request, "identity_preferred", row.person, row.kind, row.subject, was=was)
        messages.success(request, _("%(name)s is told there from now on.") % {"name": row.person.name})
    return redirect("settings-person", id)


def _check(kind: str, subject: str) -> None:
    if kind not in registry.known() or not subject or len(subject) > LONGEST:
        raise ValidationError(_("Choose where, and enter what the person is called there."))
    if kind == Identity.EMAIL:
        validate_email(subject)
        check_plain(subject)
        refuse_ours(subject)


def _note(request: PersonRequest, what: str, person: Person, kind: str, subject: str, *, was: str = "") -> None:
    words = {"subject": form_of(kind, subject), **({"was": was} if was else {})}
    whence = request.META.get("REMOTE_ADDR", "")
    security_log.note(what, person=person, by=request.person, address=whence, words=words, kind=kind)


def _person(id: int) -> Person:
    return get_object_or_404(Person, pk=id, kind=Person.Kind.HUMAN)


def _identity(id: int, identity: int) -> Identity:
    rows = Identity.objects.select_related("person")
    return get_object_or_404(rows, pk=identity, person=id, person__kind=Person.Kind.HUMAN)
