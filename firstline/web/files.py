"""Uploading and downloading files. A file is served by the policy of its ticket, and never runs in our origin."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.db import OperationalError, transaction
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from firstline.kit.blob_storage import StoreAway
from firstline.kit.transient_errors import outage_of
from firstline.people.request import PersonRequest
from firstline.retention.files import remove as remove_unsent
from firstline.tickets import files, pictures
from firstline.tickets.errors import Refused
from firstline.tickets.models import Attachment
from firstline.tickets.quotas import TooMuch
from firstline.web.guards import signed_in


@require_POST
@signed_in
def upload(request: PersonRequest) -> HttpResponse:
    """Take one file at once, before its form is sent; answers what the page shows of it."""
    given = request.FILES.get("file")
    if given is None:
        return JsonResponse({"error": _("Choose a file first.")}, status=422)
    try:
        kept = files.upload(given.read(), name=given.name or "", by=request.person, declared=given.content_type or "")
    except TooMuch as refusal:
        headers = {"Retry-After": str(refusal.retry_after)}
        return JsonResponse({"error": str(refusal)}, status=429, headers=headers)
    except Refused as refusal:
        return JsonResponse({"error": str(refusal)}, status=422)
    except (OperationalError, StoreAway) as error:
        outage = outage_of(error)
        if outage is None:
            raise
        return outage.marked(JsonResponse({"error": str(outage.text)}, status=outage.status))
    return JsonResponse(described(kept), status=201)


@require_GET
@signed_in
def file(request: PersonRequest, id: UUID) -> HttpResponse:
    """The bytes. Pictures are shown, drawn anew (`?whole`: as they came); everything else is downloaded."""
    found = Attachment.objects.visible_to(request.person).filter(pk=id).first()
    if found is None:
        raise Http404
    return served(request, found)


def served(request: HttpRequest, found: Attachment) -> HttpResponse:
    """The file for somebody who may see it."""
    picture = _picture(found) if found.is_picture and "whole" not in request.GET else None
    way = "inline" if picture else "attachment"
    response: Any = picture or FileResponse(files.read(found), content_type="application/octet-stream")
    response["Content-Disposition"] = f"{way}; filename*=UTF-8''{quote(found.name)}"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _picture(file: Attachment) -> HttpResponse | None:
    """The picture drawn anew; None when it cannot be, and is better downloaded."""
    try:
        drawn = pictures.shown(file)
    except pictures.Busy:
        return HttpResponse(status=503, headers={"Retry-After": "5"})
    return HttpResponse(drawn[0], content_type=drawn[1]) if drawn else None


@require_POST
@signed_in
def remove(request: PersonRequest, id: UUID) -> HttpResponse:
    """Take back an own upload that was not sent yet."""
    with transaction.atomic():
        remove_unsent(Q(pk=id, ticket__isnull=True, uploader=request.person))
    return HttpResponse(status=204)


def described(file: Attachment) -> dict[str, object]:
    url = reverse("file", args=[file.pk])
    return {"id": str(file.pk), "name": file.name, "size": file.size, "picture": file.is_picture, "url": url}


def uploads_of(request: PersonRequest, name: str = "files") -> list[Attachment]:
    """The own unsent uploads that a form names by id, then the files that came with it without JavaScript."""
    person = request.person
    own = named_uploads(request, name)
    came = [
        files.upload(given.read(), name=given.name or "", by=person) for given in request.FILES.getlist(f"{name}_plain")
    ]
    return own + came


def named_uploads(request: PersonRequest, name: str = "files") -> list[Attachment]:
    """The own unsent uploads that a form names by id, in its order."""
    ids = [value for value in request.POST.getlist(name) if is_uuid(value)]
    return Attachment.objects.unsent_of(request.person).named(ids)


def is_uuid(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True
