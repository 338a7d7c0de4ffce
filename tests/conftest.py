"""What all tests share: a PostgreSQL of their own, made in a fresh folder when the first test asks for a database."""

import os
import re
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from firstline.kit.postgres import Server
from tests.browsers import browser

__all__ = ["browser"]

# Settings are read when Django is loaded, so all of this stands before anything of Django's is imported.
ROOT = Path(__file__).parent
FOLDER = Path(tempfile.mkdtemp(prefix="firstline-test-"))
SERVER = Server(
    FOLDER / "data",
    {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "64MB"},
)
IS_OURS = "DATABASE_URL" not in os.environ
for name in [name for name in os.environ if name.startswith("FIRSTLINE_")]:
    del os.environ[name]
os.environ.setdefault("DATABASE_URL", SERVER.url)
os.environ["FIRSTLINE_DATA"] = str(FOLDER / "files")
# Tests ask a lot within the same minute; those of the quota itself set their own (tests/tickets/test_quotas.py).
os.environ["FIRSTLINE_REQUESTS_A_MINUTE"] = "30000"
os.environ["DJANGO_SETTINGS_MODULE"] = "firstline.settings"


# The same examples on every machine, whatever failed there before, and however slow it is. What is found by
# `--hypothesis-profile=searching`, with other examples at each run, is written down as an example or a test.
hypothesis.settings.register_profile("firstline", database=None, derandomize=True, deadline=None)
hypothesis.settings.register_profile("searching", database=None, deadline=None, print_blob=True)
hypothesis.settings.load_profile("firstline")

NEEDS_DATABASE = {"browser", "db", "transactional_db", "django_db_setup", "database_server", "live_server"}
SLOW_FOLDERS = {
    "browser", "chaos", "faults", "growth", "journeys", "keeping", "peers", "people",
    "tickets/actions", "web/accounts", "web/admin", "web/portal",
}  # fmt: skip
"""In which each test needs a database, a browser or processes, so that --no-database need not read them."""
SLOW_MODULE = re.compile(r"^pytestmark = .*(django_db|system)", re.MULTILINE)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--no-database",
        action="store_true",
        help="leave out tests that need a database, a browser, processes or seconds",
    )
    parser.addoption(
        "--without-peers",
        action="store_true",
        help="leave out tests against Postfix, Dovecot and Patroni, and say so at the end",
    )


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if config.getoption("--without-peers"):
        terminalreporter.write_line(
            "Without peers: the tests against Postfix, Dovecot and Patroni were left out.", yellow=True
        )
    for reason in sorted({str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])}):
        if (left_out := reason.find("Left out: ")) >= 0:
            terminalreporter.write_line(reason[left_out:].rstrip("')"), yellow=True)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Reading a module of tests takes longer than to run most of it: leave out what --no-database leaves out anyway."""
    if not config.getoption("--no-database"):
        return None
    if collection_path.is_dir():
        return collection_path.relative_to(ROOT).as_posix() in SLOW_FOLDERS or None
    is_slow = collection_path.suffix == ".py" and SLOW_MODULE.search(collection_path.read_text())
    return bool(is_slow) or None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--without-peers"):
        config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("peers")])
        items[:] = [item for item in items if not item.get_closest_marker("peers")]
    if config.getoption("--no-database"):
        slow = [item for item in items if _needs_much(item)]
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if not _needs_much(item)]


def _needs_much(item: pytest.Item) -> bool:
    marked = any(item.get_closest_marker(name) for name in ("django_db", "system", "heavy"))
    return bool(marked or NEEDS_DATABASE & set(getattr(item, "fixturenames", ())))


def pytest_configure(config: pytest.Config) -> None:
    import django
    from django.conf import settings

    from firstline.kit import messages

    if not hasattr(config, "workerinput"):
        messages.compile_all()

    # The manifest of static files belongs to an installation; tests serve the sources.
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.WHITENOISE_USE_FINDERS = True
    django.setup()
    if config.getoption("dist", "no") != "no":
        # The processes of pytest-xdist inherit this environment; each makes up its own, with a database of its own.
        del os.environ["DJANGO_SETTINGS_MODULE"]
        if IS_OURS:
            del os.environ["DATABASE_URL"]


def pytest_unconfigure() -> None:
    SERVER.stop()
    shutil.rmtree(FOLDER, ignore_errors=True)


@pytest.fixture(scope="session")
def database_server() -> str:
    """The address of the PostgreSQL that tests use, running: DATABASE_URL, or an embedded one."""
    if IS_OURS and not SERVER.is_running:
        SERVER.start()
    return os.environ["DATABASE_URL"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(database_server: str) -> None:
    """pytest-django asks for this before it makes the test database."""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """A desk that has long been as it is: what tests let happen in the past, too, is judged by the rules of today."""
    from django.db.migrations.recorder import MigrationRecorder

    with django_db_blocker.unblock():
        MigrationRecorder.Migration.objects.update(applied=datetime(2020, 1, 1, tzinfo=UTC))


@pytest.fixture(autouse=True)
def _forget_register(request: pytest.FixtureRequest) -> None:
    """What one test set up must not be remembered in the next."""
    if "django_db_setup" in request.fixturenames or request.node.get_closest_marker("django_db"):
        from firstline.catalog import config_cache

        config_cache.forget()


@pytest.fixture(autouse=True)
def _remember_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """What pages remember for seconds is not asked again in the middle of a test: that would count as its queries."""
    from firstline.catalog import config_cache
    from firstline.kit import restore_hold

    monkeypatch.setattr(config_cache, "FRESH_SECONDS", 300.0)
    monkeypatch.setattr(restore_hold, "SHOWN_SECONDS", 300.0)


@pytest.fixture(autouse=True)
def _forget_language() -> None:
    """Whoever asked for a page in the last test left his language in this thread."""
    from django.utils import translation

    translation.deactivate()


@pytest.fixture
def cast(db: None) -> Any:
    from tests.cast import Cast  # models can be imported only when Django is set up

    return Cast.make()
