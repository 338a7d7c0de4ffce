"""Saved views are personal."""

from django.test import Client

from firstline.people.models import Person
from firstline.tickets import actions
from firstline.tickets.models import SavedView
from tests.cast import Cast
from tests.web.conftest import As
from tests.web.workspace.reading import rail, rows


def _view(client: Client, name: str, query: str) -> str:
    return client.post("/desk/views/", {"name": name, "query": query})["Location"]


def test_a_view_keeps_a_queue_with_its_filters_and_order(cast: Cast, as_: As) -> None:
    incident = actions.accept(cast.ask(), by=cast.bo)
    actions.classify(incident, by=cast.bo, kind="incident", service=None)
    cast.ask()
    bo = as_(cast.bo)
    address = _view(bo, "Incidents", "queue=open&kind=incident&sort=newest&evil=1")
    view = SavedView.objects.get()
    assert address == f"/desk/queue/view-{view.pk}/"
    assert view.query == "queue=open&kind=incident&sort=newest"
    assert rows(bo, address) == [incident.pk]
    page = bo.get(address).content.decode()
    assert "<h1>Incidents</h1>" in page
    assert rail(page)[f"view-{view.pk}"] == "1"


def test_other_filters_can_be_tried_on_a_view_and_kept(cast: Cast, as_: As) -> None:
    first, second = cast.ask(), cast.ask(by=cast.bo, requester=cast.mei, channel="phone")
    bo = as_(cast.bo)
    address = _view(bo, "Portal", "queue=open&channel=portal")
    assert rows(bo, address) == [first.pk]
    assert rows(bo, f"{address}?channel=phone&narrow=1") == [second.pk]
    assert set(rows(bo, f"{address}?narrow=1")) == {first.pk, second.pk}
    pk = SavedView.objects.get().pk
    assert bo.post(f"/desk/views/{pk}/", {"query": "queue=open&channel=phone"}).status_code == 302
    assert rows(bo, address) == [second.pk]
    bo.post(f"/desk/views/{pk}/", {"name": " Calls "})
    view = SavedView.objects.get()
    assert (view.name, view.query) == ("Calls", "queue=open&channel=phone")


def test_nobody_else_sees_changes_or_deletes_a_view(cast: Cast, as_: As) -> None:
    bo, yu = as_(cast.bo), as_(cast.yu)
    address = _view(bo, "Mine only", "queue=open&channel=portal")
    pk = SavedView.objects.get().pk
    assert yu.get(address).status_code == 404
    assert yu.post(f"/desk/views/{pk}/", {"name": "Stolen"}).status_code == 404
    assert yu.post(f"/desk/views/{pk}/delete/").status_code == 404
    assert "Mine only" not in yu.get("/desk/rail/").content.decode()
    assert SavedView.objects.get().name == "Mine only"
    assert bo.post(f"/desk/views/{pk}/delete/")["Location"] == "/desk/queue/open/"
    assert not SavedView.objects.exists()


def test_a_name_is_used_once_and_never_empty(cast: Cast, as_: As) -> None:
    bo = as_(cast.bo)
    _view(bo, "Calls", "queue=open&channel=phone")
    assert _view(bo, "Calls", "queue=mine&channel=email") == "/desk/queue/mine/?channel=email"
    assert "You already have a view named Calls." in bo.get("/desk/queue/mine/").content.decode()
    assert _view(bo, "  ", "queue=../../evil&channel=email") == "/desk/queue/open/?channel=email"
    assert SavedView.objects.count() == 1


def test_a_view_of_a_desk_that_one_left_is_empty_not_broken(cast: Cast, as_: As) -> None:
    cast.ask()
    bo = as_(cast.bo)
    address = _view(bo, "Network", f"queue=team-{cast.network.pk}&kind=incident")
    cast.bo.memberships.update(desk=cast.hr, team=None)
    bo = as_(Person.objects.get(pk=cast.bo.pk))
    assert bo.get("/desk/rail/").status_code == 200
    assert bo.get(address).status_code == 404
