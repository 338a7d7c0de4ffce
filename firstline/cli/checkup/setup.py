"""Settings, and the folder that keeps everything."""

import ipaddress
import os
import shutil
import tempfile
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings

from firstline.cli.checkup import Finding
from firstline.config import config
from firstline.kit import file_modes

LEAST_FREE = 1024**3
SHORTEST_KEY = 32


def check_settings() -> Iterator[Finding]:
    given, url = config(), urlsplit(config().base_url)
    if url.scheme not in ("http", "https") or not url.hostname:
        yield Finding(
            f"The address of the desk, {given.base_url!r}, is not one.",
            "Set FIRSTLINE_BASE_URL to what people type, such as https://desk.example.org",
        )
        return
    is_public = not _is_near(url.hostname)
    if given.allowed_hosts and not is_public:
        yield Finding(
            f"It may be asked for as {', '.join(given.allowed_hosts)}, but links in letters lead to {given.base_url}.",
            "Set FIRSTLINE_BASE_URL to the address under which people reach it.",
        )
    elif is_public and url.scheme == "http":
        yield Finding(
            f"People reach it at {given.base_url}, without encryption: passwords can be read on the way.",
            "Put a proxy with a certificate in front, set FIRSTLINE_BASE_URL to https://… and FIRSTLINE_PROXIES to the "
            "proxy's address.",
        )
    else:
        yield Finding(f"People reach it at {given.base_url}")
    if is_public and given.demo:
        yield Finding(
            "This is a demo on a public address: anybody can sign in as anybody.",
            "Unset FIRSTLINE_DEMO and begin with an empty desk (serve --empty --data DIR).",
        )
    if is_public and given.debug:
        yield Finding("Pages show their errors to everybody.", "Unset FIRSTLINE_DEBUG.")
    if len(settings.SECRET_KEY) < SHORTEST_KEY:
        yield Finding(
            f"The secret key has only {len(settings.SECRET_KEY)} characters; sessions could be forged.",
            "Set FIRSTLINE_SECRET_KEY to 50 random characters, or unset it: then one is made and kept.",
        )
    yield from _key_file()


def check_storage() -> Iterator[Finding]:
    folder = config().data.resolve()
    try:
        file_modes.folder(folder / "files")
        with tempfile.TemporaryFile(dir=folder / "files"):
            pass
    except OSError as error:
        yield Finding(
            f"Files cannot be stored in {folder} ({error.strerror}).",
            "Give that folder to the user who runs Firstline, or choose another with FIRSTLINE_DATA.",
        )
        return
    free = shutil.disk_usage(folder).free
    yield Finding(
        f"{folder} can be written to and has {free / 1024**3:.1f} GB left.",
        "Make room there: without it letters and files are refused, and the database stops."
        if free < LEAST_FREE
        else "",
    )


def _key_file() -> Iterator[Finding]:
    path = config().data / "secret.key"
    if not config().secret_key and path.exists() and path.stat().st_mode & 0o077:
        yield Finding(f"Other users of this machine can read {path}.", f"Run: chmod 600 {path}")
    if not config().secret_key and not os.access(path, os.R_OK):
        yield Finding(f"The secret key {path} cannot be read.", "Run this as the user who runs Firstline.")


def _is_near(host: str) -> bool:
    """Whether this is the machine itself or one of a private network."""
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal", ".test")):
        return True
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host
