"""The page of the audit log."""

from django.urls import reverse

from firstline.audit.log import audit
from firstline.audit.models import AuditEntry
from firstline.tickets.jobs import check_log
from firstline.tickets.sealing import seal
from tests.background import run_jobs
from tests.cast import Cast
from tests.web.admin.hands import as_

PAGE = reverse("settings-audit")


def test_a_saved_setting_is_in_the_audit_log_too(cast: Cast) -> None:
    as_(cast.dana).post(
        reverse("settings-edit", args=["IT", "teams", cast.network.pk]),
        {"name_en": "Networks", "name_zh": "网络组", "line": cast.network.line_id},
    )
    entry = AuditEntry.objects.get()
    assert (entry.name, entry.by) == ("setting", cast.dana)
    assert entry.words["changes"]["name_en"] == ["Network team", "Networks"]
    assert "Networks" in as_(cast.ada).get(PAGE).content.decode()


def test_who_becomes_an_agent_is_a_change_of_role(cast: Cast) -> None:
    page = reverse("settings-new", args=["IT", "seats"])
    as_(cast.ada).post(page, {"person": "omar@corp.example", "role": "agent", "team": cast.first.pk})
    entry = AuditEntry.objects.get()
    assert (entry.name, entry.by, entry.about) == ("role_changed", cast.ada, cast.omar)


def test_it_is_narrowed_by_kind_and_by_person_and_read_page_by_page(cast: Cast) -> None:
    for number in range(60):
        audit("signed_in", by=cast.bo, about=cast.bo, words={"address": f"192.0.2.{number}"})
    audit("sign_in_failed", by=None, about=cast.omar, words={"address": "192.0.2.200"})
    ada = as_(cast.ada)
    first = ada.get(PAGE, {"person": "bo@corp.example"}).content.decode()
    assert "192.0.2.59" in first
    assert "192.0.2.200" not in first
    assert "192.0.2.9<" not in first
    more = ada.get(PAGE, {"person": "bo@corp.example", "before": AuditEntry.objects.order_by("-id")[50].pk})
    assert "192.0.2.9<" in more.content.decode()
    failed = ada.get(PAGE, {"name": "sign_in_failed"}).content.decode()
    assert "192.0.2.200" in failed
    assert "192.0.2.59" not in failed
    assert "192.0.2" not in ada.get(PAGE, {"person": "nobody@corp.example"}).content.decode()


def test_it_says_whether_the_logs_are_whole(cast: Cast) -> None:
    cast.ask()
    ada = as_(cast.ada)
    assert "not checked yet" in ada.get(PAGE).content.decode()
    made = seal()
    ada.post(reverse("settings-audit-check"))
    assert check_log.name in run_jobs()
    page = ada.get(PAGE).content.decode()
    assert "as it was written" in page
    assert str(made) in page


def test_a_broken_row_is_named_there(cast: Cast) -> None:
    sentence = "Event %(id)s was changed after it was written."
    audit("verified", by=None, data={"events": 9, "entries": 1, "broken": [[sentence, {"id": 7}, 1]]})
    assert "Event 7 was changed after it was written." in as_(cast.ada).get(PAGE).content.decode()
