"""Real mail servers for tests. Whoever has them not says `--without-peers`; then the run says so, too."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.peers.dovecot import Dovecot


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(item.path).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.peers)
            item.add_marker(pytest.mark.system)


@pytest.fixture(scope="session")
def peers_folder() -> Iterator[Path]:
    """A folder that the servers' own users can reach, which pytest's are not."""
    folder = Path(tempfile.mkdtemp(prefix="firstline-peers-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def dovecot(peers_folder: Path) -> Iterator[Dovecot]:
    if not (shutil.which("dovecot") or Path("/usr/sbin/dovecot").exists()):
        pytest.fail("Dovecot is missing: apt-get install dovecot-imapd dovecot-lmtpd dovecot-sieve, or --without-peers")
    server = Dovecot(peers_folder / "dovecot")
    server.start()
    try:
        yield server
    finally:
        server.stop()
