"""DKIM: letters are signed with the key of the domain that they come from, if it has one that is published."""

import base64
import re
import secrets
from collections.abc import Callable
from email.utils import parseaddr
from typing import Any

import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from firstline.channels.base import TryLater
from firstline.kit.secrets import Unreadable
from firstline.notices.models import SigningKey

HEADERS = (
    b"from to reply-to subject date message-id in-reply-to references mime-version content-type auto-submitted "
    b"list-unsubscribe list-unsubscribe-post"
).split()
_FROM = re.compile(rb"^From:[^\r\n]*(?:\r\n[ \t][^\r\n]*)*", re.I | re.M)


def key_of(domain: str) -> SigningKey | None:
    """The key by which letters from this domain are signed. One query."""
    return SigningKey.objects.filter(domain=domain, active=True).first()


def signed(raw: bytes, *, key_of: Callable[[str], SigningKey | None] = key_of) -> bytes:
    """The letter with its signature before it, where its domain has an active key. Raises TryLater without the key's
    own secret: an unsigned letter could be thrown away unread."""
    head = raw.partition(b"\r\n\r\n")[0]
    key = key_of(_domain(head))
    if key is None:
        return raw
    try:
        private = key.private.reveal()
    except Unreadable as error:
        raise TryLater("secret", str(error)) from error
    present = {line.partition(b":")[0].lower() for line in head.split(b"\r\n") if line[:1] not in (b" ", b"\t")}
    signature: bytes = dkim.sign(
        raw,
        key.selector.encode(),
        key.domain.encode(),
        private.encode(),
        include_headers=[name for name in HEADERS if name in present],
        canonicalize=(b"relaxed", b"relaxed"),
    )
    return signature + raw


def new_key(domain: str) -> SigningKey:
    """A key of its own for the domain, not yet active; what was there before is replaced."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    values = {
        "selector": f"firstline-{secrets.token_hex(3)}",
        "private": pem.decode(),
        "public": base64.b64encode(public).decode(),
        "active": False,
    }
    return SigningKey.objects.update_or_create(domain=domain.lower(), defaults=values)[0]


def published(key: SigningKey, *, dnsfunc: Any = None) -> bool:
    """Whether the domain's DNS has the record, so that others can check the signatures."""
    look_up = dnsfunc or dkim.get_txt
    try:
        found = look_up(f"{key.record_name}.".encode())
    except Exception:
        return False
    text = found.decode("ascii", "replace") if isinstance(found, bytes) else str(found or "")
    return key.public in text.replace(" ", "")


def _domain(head: bytes) -> str:
    found = _FROM.search(head)
    address = parseaddr(found[0].decode("ascii", "replace").partition(":")[2])[1] if found else ""
    return address.rpartition("@")[2].lower()
