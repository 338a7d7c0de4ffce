"""What a browser says in the name of a passkey may be anything: it is not understood, and never a failure of ours."""

import base64
import json
from typing import Any

import pytest
from django.test import Client, override_settings

from tests.cast import Cast
from tests.web.conftest import As

DEEP_CBOR = b"\x81" * 9_000


def _told(**response: bytes) -> dict[str, Any]:
    said = {name: base64.urlsafe_b64encode(value).decode() for name, value in response.items()}
    client = b'{"type":"webauthn.get","challenge":"AAAA","origin":"https://localhost"}'
    said["clientDataJSON"] = base64.urlsafe_b64encode(client).decode()
    return {"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": said}


def _with_extensions(cbor: bytes) -> bytes:
    """What a key says of itself: its host, that extensions follow, a count, and those."""
    return b"\x00" * 32 + b"\x80" + b"\x00" * 4 + cbor


ODD = {
    "nested arrays": "[" * 20_000,
    "nested objects": '{"a":' * 4_000,
    "cut off": '{"id":',
    "an array": "[]",
    "a number": "1e999",
    "no answer": "{}",
    "an answer of text": '{"response": "x"}',
    "nested extensions": json.dumps(_told(authenticatorData=_with_extensions(DEEP_CBOR), signature=b"x")),
    "extensions that end early": json.dumps(_told(authenticatorData=_with_extensions(b"\x9b\x00"), signature=b"x")),
    "no extensions": json.dumps(_told(authenticatorData=_with_extensions(b""), signature=b"x")),
    "a nested attestation": json.dumps(_told(attestationObject=DEEP_CBOR)),
    "an attestation that ends early": json.dumps(_told(attestationObject=b"\xa1\x63fmt")),
}


@override_settings(ALLOWED_HOSTS=["localhost"])
@pytest.mark.parametrize("odd", ODD)
def test_no_answer_of_a_passkey_is_a_failure_of_ours(cast: Cast, as_: As, odd: str) -> None:
    anybody = Client(headers={"host": "localhost"})
    anybody.post("/sign-in/passkey/options/")
    answer = anybody.post("/sign-in/passkey/", {"credential": ODD[odd]})
    assert (answer.status_code, "This passkey is not known here." in answer.content.decode()) == (422, True)
    mei = as_(cast.mei, headers={"host": "localhost"})
    mei.post("/account/passkeys/options/")
    answer = mei.post("/account/passkeys/", {"name": "x", "credential": ODD[odd]}, follow=True)
    assert "The passkey could not be added." in answer.content.decode()
    assert mei.post("/account/confirm/", {"credential": ODD[odd]}).status_code < 500
