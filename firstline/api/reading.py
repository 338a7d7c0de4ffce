"""Persons, desks, services and request types, to read."""

from typing import Any

from django.http import Http404
from ninja import File, Query, Router, Status, UploadedFile

from firstline.api import shapes as s
from firstline.api.access import Call
from firstline.catalog import config_cache
from firstline.catalog.models import RequestType
from firstline.kit.tokenizer import MOST_ASKED
from firstline.people.models import Person
from firstline.tickets import files

router = Router(tags=["desk"])


@router.get("/persons/me", response=s.PersonOut, summary="Whose token this is")
def me(request: Call) -> Any:
    return request.person


@router.get("/persons", response=list[s.PersonOut], summary="Persons by the beginning of name or address")
def persons(
    request: Call, q: str = Query(min_length=1, max_length=MOST_ASKED), limit: int = Query(20, ge=1, le=100)
) -> Any:
    person = request.person
    if not (person.admin or person.seats):
        raise Http404
    found = Person.objects.filter(kind="human", name__istartswith=q) | Person.objects.filter(
        kind="human", email__startswith=q.lower()
    )
    return found.order_by("name", "id")[:limit]


@router.get("/desks", response=list[s.DeskOut], summary="The desks")
def desks(request: Call) -> Any:
    return sorted((d for d in config_cache.current().desks.values() if d.active), key=lambda d: (d.order, d.key))


@router.get("/services", response=list[s.ServiceOut], summary="The services of all desks")
def services(request: Call) -> Any:
    return [
        s.ServiceOut(key=row.key, name=row.name, category=row.category.name, desk=row.category.desk.key)
        for row in config_cache.current().services.values()
        if row.active
    ]


@router.get("/request-types", response=list[s.RequestTypeOut], summary="The forms of all desks")
def request_types(request: Call) -> Any:
    rows = (
        RequestType.objects.filter(active=True, desk__active=True)
        .select_related("desk")
        .order_by("desk__order", "order")
    )
    return [s.RequestTypeOut(key=r.key, name=r.name, help=r.help, desk=r.desk.key, fields=r.fields) for r in rows]


@router.post("/files", response={201: dict[str, Any]}, summary="Upload a file, to be named in a later call")
def upload(request: Call, file: UploadedFile = File(...)) -> Any:  # noqa: B008 - ninja's way to say it
    kept = files.upload(file.read(), name=file.name or "", by=request.person, declared=file.content_type or "")
    return Status(201, {"id": str(kept.pk), "name": kept.name, "size": kept.size, "type": kept.type})
