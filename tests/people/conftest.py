"""The cast, browsers, and letters that would have left."""

from tests.security.conftest import as_, asking, known, letters, roles

__all__ = ["as_", "asking", "known", "letters", "roles"]
