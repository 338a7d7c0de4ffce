"""A passkey made of software, that can be told whether it verifies its person."""

import base64
import hashlib
import json
import os
import struct
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from fido2 import cbor
from fido2.cose import ES256

HOST = "localhost"
TOUCHED, VERIFIED, NEW = 0x01, 0x04, 0x40
HANDED_IN = {"sign-in": "/sign-in/passkey/", "second-factor": "/sign-in/code/", "confirm": "/account/confirm/"}
_PARTY = hashlib.sha256(HOST.encode()).digest()


class Passkey:
    """A key pair, and the ceremonies with a client that comes by `HOST`."""

    def __init__(self) -> None:
        self._key, self._id, self._owner = ec.generate_private_key(ec.SECP256R1()), os.urandom(32), ""

    def add(self, client: Client, challenge: str = "") -> Any:
        """Have the one who is signed in there add it; `challenge`: if not one that was asked for to add it."""
        asked = client.post("/account/passkeys/options/").json()["publicKey"] if not challenge else None
        self._owner = asked["user"]["id"] if asked else self._owner
        public = cbor.encode(dict(ES256.from_cryptography_key(self._key.public_key())))
        made = bytes(16) + struct.pack(">H", len(self._id)) + self._id + public
        data = _PARTY + bytes([TOUCHED | VERIFIED | NEW]) + struct.pack(">I", 0) + made
        said = {
            "clientDataJSON": _text(_client("webauthn.create", asked["challenge"] if asked else challenge)),
            "attestationObject": _text(cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})),
        }
        given = {"name": "", "credential": json.dumps(self._answer(said))}
        return client.post("/account/passkeys/", given, follow=True)

    def signs(self, challenge: str, *, flags: int) -> str:
        data = _PARTY + bytes([flags]) + struct.pack(">I", 1)
        told = _client("webauthn.get", challenge)
        signed = self._key.sign(data + hashlib.sha256(told).digest(), ec.ECDSA(hashes.SHA256()))
        parts = {"clientDataJSON": told, "authenticatorData": data, "signature": signed}
        said = {name: _text(part) for name, part in parts.items()}
        return json.dumps(self._answer({**said, "userHandle": self._owner}))

    def use(self, client: Client, *, asked: str, handed_in: str = "", flags: int = TOUCHED | VERIFIED) -> Any:
        """Sign what is asked for one purpose, and hand it in, for another one if that is said."""
        purpose = handed_in or asked
        credential = self.signs(challenge_for(client, asked), flags=flags)
        name = "confirm_credential" if purpose == "confirm" else "credential"
        return client.post(HANDED_IN[purpose], {name: credential})

    def _answer(self, said: dict[str, str]) -> dict[str, Any]:
        return {"id": _text(self._id), "rawId": _text(self._id), "type": "public-key", "response": said}


def challenge_for(client: Client, purpose: str) -> str:
    """Empty when nothing may be asked of anybody there for this purpose."""
    if purpose == "add":
        options = client.post("/account/passkeys/options/").json()
    else:
        options = client.post(f"/sign-in/passkey/options/?for={purpose}").json()
    return str(options["publicKey"]["challenge"]) if options else ""


def _client(what: str, challenge: str) -> bytes:
    return json.dumps({"type": what, "challenge": challenge, "origin": f"https://{HOST}"}).encode()


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
