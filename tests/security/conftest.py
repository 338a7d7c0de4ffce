"""The cast, its ten roles, and a browser for each, as for pages; letters that would have left, passwords hashed."""

from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher

from tests.web.conftest import as_, asking, roles

__all__ = ["as_", "asking", "roles"]


@pytest.fixture
def known(cast: Any) -> Any:
    """The cast; Mei has a password."""
    from tests.security.entering import PASSWORD  # models can be imported only when Django is set up

    cast.mei.set_password(PASSWORD)
    cast.mei.save()
    return cast


@pytest.fixture
def letters(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What would have left."""
    sent: list[Any] = []
    from firstline.channels.email import sender

    monkeypatch.setattr(sender, "send", sent.append)
    return sent


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One entry for each password that is hashed: that is what a page's time is made of."""
    done: list[str] = []
    encode = Argon2PasswordHasher.encode

    def counted(self: Argon2PasswordHasher, password: str, salt: str) -> str:
        done.append(salt)
        return encode(self, password, salt)

    verify = Argon2PasswordHasher.verify

    def verified(self: Argon2PasswordHasher, password: str, encoded: str) -> bool:
        done.append(encoded)
        return verify(self, password, encoded)

    monkeypatch.setattr(Argon2PasswordHasher, "encode", counted)
    monkeypatch.setattr(Argon2PasswordHasher, "verify", verified)
    return done
