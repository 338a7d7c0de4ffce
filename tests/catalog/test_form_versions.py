"""What a form asked stays as it was: each ticket shows its answers by the questions that were asked."""

import pytest
from django.db import Error, transaction
from django.test import Client

from firstline.catalog.models import FormVersion, RequestType
from firstline.tickets import actions
from firstline.tickets.fields import asked_of
from firstline.tickets.models import Ticket
from tests.cast import Cast
from tests.signing import signed_in

pytestmark = pytest.mark.django_db


def question(label: str, **more: object) -> dict[str, object]:
    return {"key": "asset", "kind": "text", "label_en": label, "label_zh": label, **more}


def form(cast: Cast, *fields: dict[str, object]) -> RequestType:
    return RequestType.objects.create(
        desk=cast.it, key="loan-of-a-laptop", name_en="Laptop", name_zh="电脑", fields=list(fields)
    )


def asked(cast: Cast, kind: RequestType, answer: str = "L-7") -> Ticket:
    return actions.open_ticket(
        by=cast.mei, desk=cast.it, subject="x", text="x", channel="portal", request_type=kind, answers={"asset": answer}
    )


def versions(kind: RequestType) -> list[tuple[int, str]]:
    rows = FormVersion.objects.filter(request_type=kind).order_by("number")
    return [(row.number, row.fields[0]["label_en"]) for row in rows]


def test_whoever_changes_the_questions_makes_a_version_and_who_changes_other_things_makes_none(cast: Cast) -> None:
    kind = form(cast, question("Which one?"))
    kind.name_en = "Notebook"
    kind.save()
    assert versions(kind) == [(1, "Which one?")]
    RequestType.objects.filter(pk=kind.pk).update(fields=[question("Its number?")])
    kind.refresh_from_db()
    kind.save()
    assert versions(kind) == [(1, "Which one?"), (2, "Its number?")]


def test_what_was_asked_is_changed_by_nobody(cast: Cast) -> None:
    kind = form(cast, question("Which one?"))
    for change in ({"fields": []}, {"number": 7}):
        with pytest.raises(Error, match="never changed"), transaction.atomic():
            FormVersion.objects.filter(request_type=kind).update(**change)


def page(ticket: Ticket, client: Client, path: str) -> str:
    return client.get(path.format(ticket.number)).content.decode()


def test_a_ticket_shows_its_answers_by_the_questions_that_were_asked(cast: Cast) -> None:
    kind = form(cast, question("Which one?"))
    old = asked(cast, kind)
    stale = RequestType.objects.get(pk=kind.pk)
    kind.fields = [question("Its number?")]
    kind.save()
    new, late = asked(cast, kind), asked(cast, stale)
    filed = Ticket.objects.filter(pk__in=[old.pk, new.pk, late.pk]).order_by("pk")
    assert list(filed.values_list("form_version__number", flat=True)) == [1, 2, 1]
    kind.delete()
    for ticket, said, other in ((old, "Which one?", "Its number?"), (new, "Its number?", "Which one?")):
        for who, path in ((cast.bo, "/desk/tickets/{}/"), (cast.mei, "/requests/{}/")):
            shown = page(ticket, signed_in(who), path)
            assert said in shown
            assert other not in shown
            assert "L-7" in shown


def test_one_from_before_forms_had_versions_shows_them_by_the_form_of_today(cast: Cast) -> None:
    kind = form(cast, question("Which one?"))
    ticket = Ticket(request_type=kind, answers={"asset": "L-7"})
    assert asked_of(ticket)[0]["label_en"] == "Which one?"
    assert asked_of(Ticket(answers={"asset": "L-7"})) == []
