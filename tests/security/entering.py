"""What the tests of signing in do again and again: enter, set up an app, follow the link of a letter."""

import re
import time
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from firstline.people import factors
from firstline.people.models import Person
from tests.background import run_jobs

PASSWORD = "correct horse battery"
NEW = "an even longer one"


def secret_of_app(person: Person) -> str:
    """Set up an app for the person; returns what it holds."""
    secret = factors.new_secret()
    assert factors.enrol_app(person, secret=secret, code=code_of(secret, -1))
    return secret


def code_of(secret: str, steps: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def enter(client: Client, password: str = PASSWORD, email: str = "mei@corp.example", **more: str) -> Any:
    return client.post("/sign-in/", {"email": email, "password": password, **more})


def link_in(letter: Any) -> str:
    found = re.search(r"https?://\S+(/sign-in/link/\S+/)", letter.text)
    assert found, letter.text
    return found[1]


def plain(page: Any) -> str:
    """The page without what differs each time."""
    text = re.sub(r'(csrfmiddlewaretoken" value=|csrf-token" content=|CSRFToken": )"[^"]+"', "", page.content.decode())
    text = re.sub(r'data-now="[^"]+"', "", text)
    return re.sub(r"[\w.]+@corp\.example", "", text)


def asked_for(letters: list[Any], email: str = "mei@corp.example") -> str:
    """The path of the link in the letter that this address gets."""
    Client().post("/sign-in/forgotten/", {"email": email})
    run_jobs()
    return link_in(letters[-1])
