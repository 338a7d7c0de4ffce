"""In a demo one click signs in; outside of a demo it does not exist."""

import pytest
from django.test import Client

from firstline.config import Config
from firstline.web import demo_doors
from tests.cast import Cast
from tests.web.conftest import As


@pytest.fixture
def in_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_doors, "config", lambda: Config(demo=True))


@pytest.mark.usefixtures("in_demo")
@pytest.mark.parametrize(("role", "to"), [("requester", "/"), ("l1", "/desk/"), ("manager", "/desk/today/")])
def test_one_click_signs_in_and_keeps_the_language(cast: Cast, as_: As, role: str, to: str) -> None:
    client = as_(None, language="zh-hans")
    assert f'value="{role}"' in client.get("/sign-in/").content.decode()
    answer = client.post("/demo/sign-in/", {"role": role})
    assert answer["Location"] == to
    assert answer.cookies["firstline_language"].value == "zh-hans"
    assert client.get("/requests/").status_code == 200


@pytest.mark.usefixtures("in_demo")
def test_only_the_five_people_can_be_had_and_only_by_a_post(cast: Cast) -> None:
    assert Client().post("/demo/sign-in/", {"role": "hana@corp.example"}).status_code == 404
    assert Client().get("/demo/sign-in/?role=admin").status_code == 405


def test_outside_of_a_demo_there_is_no_such_thing(cast: Cast) -> None:
    assert "/demo/" not in Client().get("/sign-in/").content.decode()
    client = Client()
    assert client.post("/demo/sign-in/", {"role": "admin"}).status_code == 404
    assert client.get("/requests/").status_code == 302
