"""People: finding them, making them, and what they may do."""

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from firstline.catalog.models import Membership
from firstline.kit.numbers import whole
from firstline.kit.tokenizer import asked_words
from firstline.people.models import Person
from firstline.people.request import PersonRequest
from firstline.people.search import found, has_address
from firstline.web import reauthentication
from firstline.web.admin import access, identities
from firstline.web.admin.forms.people import PersonForm
from firstline.web.admin.guards import administers, settles
from firstline.web.admin.saving import keep
from firstline.web.admin.shell import settings_page
from firstline.web.render import page

PAGE = 50
MOST_SUGGESTED = 8


@require_GET
@administers
def index(request: PersonRequest) -> HttpResponse:
    """Everybody by name, those who left too; `q` narrows, `after` is the last name and id of the page before."""
    words = request.GET.get("q", "").strip()
    people = list(_after(_matching(words), request.GET.get("after", ""))[: PAGE + 1])
    more = ""
    if len(people) > PAGE:
        last = people[PAGE - 1]
        more = "?" + urlencode({"q": words, "after": f"{last.pk}-{last.name}"})
    shown = people[:PAGE]
    return settings_page(request, "admin/people.html", here="settings-people", people=shown, words=words, more=more)


@require_http_methods(["GET", "POST"])
@administers
@transaction.atomic
def edit(request: PersonRequest, id: int | None = None) -> HttpResponse:
    """One person, or a new one; his seats are shown, and given at the desks."""
    me = request.person
    person = Person(language=me.language, zone=me.zone) if id is None else _person(id)
    form = PersonForm(request.POST or None, instance=person, by=me)
    if request.method == "POST" and form.is_valid():
        if form.is_dangerous and not reauthentication.is_recent(request):
            return reauthentication.ask(request)
        kept = keep(form, by=me)
        access.follow_up(request, form, kept)
        messages.success(request, _("Saved “%(name)s”.") % {"name": kept.name})
        return redirect("settings-person", kept.pk) if id is None else redirect("settings-people")
    seats = list(Membership.objects.filter(person=id).select_related("desk", "team")) if id else []
    status = 422 if request.method == "POST" else 200
    name = Person.objects.values_list("name", flat=True).get(pk=id) if id else ""
    return settings_page(
        request,
        "admin/person.html",
        status=status,
        here="settings-people",
        form=form,
        row=person,
        seats=seats,
        name=name,
        access=access.of(person) if id else None,
        identities=identities.of(person) if id else [],
        kinds=identities.kinds(),
    )


@require_GET
@settles
def suggest(request: PersonRequest) -> HttpResponse:
    """The first people who fit what is typed into a person field, as options of a datalist."""
    words = next((request.GET[name] for name in ("person", "manager") if name in request.GET), "")
    return page(request, "admin/suggested.html", people=list(found(words)[:MOST_SUGGESTED]))


def address_of(person: Person) -> str:
    return reverse("settings-person", args=[person.pk])


def _matching(words: str):  # type: ignore[no-untyped-def]
    people = Person.objects.filter(kind=Person.Kind.HUMAN).order_by("name", "pk")
    for word in asked_words(words):
        people = people.filter(
            Q(name__icontains=word) | has_address(word) | Q(phone__contains=word) | Q(department__icontains=word)
        )
    return people


def _after(people, place: str):  # type: ignore[no-untyped-def]
    number, _dash, name = place.partition("-")
    pk = whole(number)
    if pk is None:
        return people
    return people.filter(Q(name__gt=name) | Q(name=name, pk__gt=pk))


def _person(id: int) -> Person:
    return get_object_or_404(Person, pk=id, kind=Person.Kind.HUMAN)
