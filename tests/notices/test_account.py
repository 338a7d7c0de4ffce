"""Emails about an account: every name in them with its value, in both languages."""

import re
from datetime import timedelta
from typing import Any

import pytest

from firstline.kit import clock
from firstline.notices import account
from firstline.people.models import AccountLink, Person
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(settings: Any) -> Cast:
    more = {"company": "Example  Ltd", "base_url": "https://desk.example/", "mail_domain": "mx.desk.example"}
    settings.CONFIG = settings.CONFIG.model_copy(update=more)
    return Cast.make()


def link(person: Person, purpose: str, by: Person | None = None) -> AccountLink:
    ends = clock.now() + timedelta(hours=1)
    return AccountLink(person=person, purpose=purpose, by=by, address=person.email or "", expires_at=ends)


def test_a_forgotten_password(cast: Cast) -> None:
    said = account.render(link(cast.omar, "reset"), "s3cret", desk="The desk")
    assert said.subject == "Set a new password for Example Ltd"
    address = "https://desk.example/sign-in/link/s3cret/"
    for body in (said.text, said.html):
        for words in ("Hello Omar Haddad,", "Example  Ltd", address, "The desk · Example  Ltd · mx.desk.example"):
            assert words in body
        assert "Whoever has the link below can set the password of your account. Do not pass it on." in body
    assert 'lang="en"' in said.html
    assert said.text == said.text.strip() + "\n"
    assert said.text.startswith("Whoever has the link")


def test_an_invitation_says_who_invites_and_for_how_long_it_works(cast: Cast) -> None:
    said = account.render(link(cast.omar, "invitation", by=cast.ada), "s3cret", desk="The desk")
    assert said.subject == "Your account at Example Ltd"
    for body in (said.text, said.html):
        assert "Ada Okoye has made an account for you" in body
        assert "within 72 hours" in body
    alone = account.render(link(cast.omar, "invitation"), "s3cret", desk="The desk")
    assert "The desk has made an account for you" in alone.text


def test_each_is_in_the_language_of_its_reader(cast: Cast) -> None:
    said = account.render(link(cast.mei, "reset"), "s3cret", desk="The desk")
    assert 'lang="zh-Hans"' in said.html
    assert "Hello" not in said.text
    assert said.subject != account.render(link(cast.omar, "reset"), "s3cret", desk="The desk").subject
    by_domain = [account.render_domain("w0rd", language=language, desk="The desk") for language in ("en", "zh-hans")]
    assert ['lang="zh-Hans"' in each.html for each in by_domain] == [False, True]
    assert ['lang="en"' in each.html for each in by_domain] == [True, False]
    assert by_domain[0].subject != by_domain[1].subject


def test_an_account_by_domain(cast: Cast) -> None:
    said = account.render_domain("w0rd", language="en", desk="The desk")
    assert said.subject == "Your account at Example Ltd"
    for body in (said.text, said.html):
        assert re.search(r"https://desk\.example/\S+/w0rd/", body)
        assert "The desk · Example  Ltd · mx.desk.example" in body
        assert "Whoever has the link below can open an account with your address. Do not pass it on." in body
        assert "Somebody asked for an account with this address at Example  Ltd." in body
    assert said.text == said.text.strip() + "\n"
