"""One's own account, and the language of pages and letters."""

from django.test import Client

from firstline.people.models import Person
from tests.cast import Cast
from tests.deliveries import marked
from tests.web.conftest import As

GIVEN = {"phone": "+86 21 5555", "language": "en", "zone": "Europe/Berlin"}


def test_language_zone_and_phone_can_be_changed_and_nothing_else(cast: Cast, as_: As) -> None:
    client = as_(cast.mei)
    answer = client.post("/account/", {**GIVEN, "name": "Boss", "admin": "on", "vip": "on", "email": "x@corp.example"})
    assert answer.cookies["firstline_language"].value == "en"
    mei = Person.objects.get(pk=cast.mei.pk)
    assert (mei.phone, mei.language, mei.zone) == ("+86 21 5555", "en", "Europe/Berlin")
    assert (mei.name, mei.admin, mei.vip, mei.email) == ("Lin Mei", False, False, "mei@corp.example")


def test_nonsense_is_refused_and_stays_in_its_field(cast: Cast, as_: As) -> None:
    for bad in ({"zone": "Mars/Base"}, {"language": "xx"}, {"phone": "<b>call me</b>"}):
        assert as_(cast.mei).post("/account/", {**GIVEN, **bad}).status_code == 422
    assert "call me" in as_(cast.mei).post("/account/", {**GIVEN, "phone": "call me"}).content.decode()


def test_the_language_switch_is_remembered_for_letters_and_returns_to_the_same_place(cast: Cast, as_: As) -> None:
    client = as_(cast.mei, language="zh-hans")
    answer = client.post("/language/", {"language": "en", "next": "/requests/?show=all"})
    assert answer["Location"] == "/requests/?show=all"
    assert Person.objects.get(pk=cast.mei.pk).language == "en"
    assert '<html lang="en"' in client.get("/").content.decode()


def test_before_sign_in_the_browser_says_which_language(cast: Cast) -> None:
    chinese = Client(headers={"Accept-Language": "zh-CN,zh;q=0.9"}).get("/sign-in/").content.decode()
    assert '<html lang="zh-Hans"' in chinese
    assert "登录" in chinese


def test_a_new_password_needs_the_present_one_and_signs_out_other_devices(cast: Cast, as_: As) -> None:
    cast.mei.set_password("correct horse battery")
    cast.mei.save()
    here, elsewhere = as_(cast.mei), as_(cast.mei)
    given = {"old": "wrong", "new": "an even longer one"}
    assert here.post("/account/password/", given).status_code == 422
    assert here.post("/account/password/", {**given, "old": "correct horse battery", "new": "short"}).status_code == 422
    assert here.post("/account/password/", {**given, "old": "correct horse battery"}).status_code == 302
    assert here.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302


def test_who_is_not_written_to_because_emails_come_back_is_told_so_there(cast: Cast, as_: As) -> None:
    said = {"en": "Emails to bo@corp.example come back", "zh-hans": "发往 bo@corp.example 的邮件被退回"}
    for language, sentence in said.items():
        assert sentence not in as_(cast.bo, language=language).get("/account/").content.decode()
    marked(cast.bo)
    for language, sentence in said.items():
        assert sentence in as_(cast.bo, language=language).get("/account/").content.decode()
