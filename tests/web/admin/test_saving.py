"""What saving any setting does: the row, its place and its history; and what is refused."""

from django.urls import reverse

from firstline.catalog.models import Inbox, SettingChange, Team, Tier
from firstline.kit import clock
from tests.cast import MONDAY, Cast
from tests.web.admin.hands import as_


def test_a_save_leaves_who_when_and_what_it_was_before(cast: Cast) -> None:
    with clock.moved(MONDAY):
        answer = as_(cast.dana).post(
            reverse("settings-edit", args=["IT", "teams", cast.network.pk]),
            {"name_en": "Networks", "name_zh": "网络组", "line": cast.network.line_id},
        )
    assert answer.status_code == 302
    change = SettingChange.objects.get()
    assert (change.by, change.at, change.what, change.kind) == (cast.dana, MONDAY, "changed", "catalog.team")
    assert change.changes == {"name_en": ["Network team", "Networks"], "name_zh": ["network 组", "网络组"]}
    page = as_(cast.dana).get(reverse("settings-history")).content.decode()
    assert "Network team" in page
    assert "Networks" in page


def test_a_save_that_changes_nothing_leaves_nothing(cast: Cast) -> None:
    as_(cast.ada).post(
        reverse("settings-edit", args=["IT", "inboxes", Inbox.objects.get(desk=cast.it).pk]),
        {"address": "it@desk.example", "active": "on"},
    )
    assert not SettingChange.objects.exists()


def test_a_manager_does_not_read_the_history_of_other_desks(cast: Cast) -> None:
    as_(cast.ada).post(reverse("settings-new", args=["HR", "categories"]), {"name_en": "Pay", "name_zh": "薪酬"})
    page = reverse("settings-history")
    assert "Pay" in as_(cast.ada).get(page).content.decode()
    assert "Pay" not in as_(cast.dana).get(page).content.decode()


def test_what_was_typed_stays_beside_the_complaint(cast: Cast) -> None:
    answer = as_(cast.ada).post(reverse("settings-new", args=["IT", "lines"]), {"name_en": "Zeroth", "key": "L1"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="Zeroth"' in page
    assert "This field is required." in page
    answer = as_(cast.ada).post(
        reverse("settings-new", args=["IT", "lines"]), {"name_en": "Zeroth", "name_zh": "零线", "key": "L1"}
    )
    assert "There is already a line with this key." in answer.content.decode()


def test_rows_change_places(cast: Cast) -> None:
    second = Tier.objects.get(desk=cast.it, key="L1.5")
    as_(cast.ada).post(reverse("settings-move", args=["IT", "lines", second.pk]), {"to": "up"})
    assert list(Tier.objects.filter(desk=cast.it).values_list("key", "rank")) == [("L1.5", 1), ("L1", 2), ("L2", 3)]
    assert SettingChange.objects.get().changes == {"rank": [2, 1]}


def test_what_is_in_use_cannot_be_removed(cast: Cast) -> None:
    cast.ask()
    answer = as_(cast.ada).post(reverse("settings-remove", args=["IT", "teams", cast.first.pk]))
    assert answer.status_code == 422
    assert Team.objects.filter(pk=cast.first.pk).exists()
    assert not SettingChange.objects.exists()


def test_what_is_not_in_use_can(cast: Cast) -> None:
    as_(cast.dana).post(reverse("settings-remove", args=["IT", "teams", cast.business.pk]))
    assert SettingChange.objects.get().what == "removed"
    assert not Team.objects.filter(pk=cast.business.pk).exists()


def test_a_part_of_one_desk_cannot_be_reached_through_another(cast: Cast) -> None:
    dana = as_(cast.dana)
    hr_team = Team.objects.get(desk=cast.hr)
    assert dana.get(reverse("settings-edit", args=["IT", "teams", hr_team.pk])).status_code == 404
    assert dana.post(reverse("settings-remove", args=["IT", "teams", hr_team.pk])).status_code == 404
    foreign = {"name_en": "x", "name_zh": "x", "line": hr_team.line_id}
    assert dana.post(reverse("settings-new", args=["IT", "teams"]), foreign).status_code == 422
    posted = {"name_en": "x", "name_zh": "x", "line": cast.first.line_id, "desk": cast.hr.pk, "key": "owned"}
    dana.post(reverse("settings-new", args=["IT", "teams"]), posted)
    assert Team.objects.get(name_en="x").desk == cast.it
