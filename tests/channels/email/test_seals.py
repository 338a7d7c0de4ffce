"""Whether a letter is signed or encrypted is said; its signature is not checked."""

import pytest

from firstline.channels.email.letter import read
from firstline.channels.email.letter_data import plain

# The type of the letter, its words, and what is said of it
SEALED = [
    ("text/plain", "Hello", ()),
    ("text/plain", "-----BEGIN PGP MESSAGE-----\n\nabc", ("encrypted",)),
    ("text/plain", "\n-----BEGIN PGP SIGNED MESSAGE-----\n\nabc", ("signed",)),
    ("text/plain", "See: -----BEGIN PGP MESSAGE-----", ()),
    ("text/plain", "-----BEGIN PGP PUBLIC KEY BLOCK-----", ()),
    ("application/pkcs7-mime; smime-type=signed-data", "x", ("signed",)),
    ("application/x-pkcs7-mime; smime-type=signed-data", "x", ("signed",)),
    ("application/pkcs7-mime; smime-type=enveloped-data", "x", ("encrypted",)),
    ("application/pkcs7-mime", "x", ("encrypted",)),
    ("multipart/signed; boundary=b", "--b\n\nHello\n--b--\n", ("signed",)),
    ("multipart/encrypted; boundary=b", "--b\n\nHello\n--b--\n", ("encrypted",)),
    (
        "multipart/mixed; boundary=b",
        "--b\nContent-Type: application/pkcs7-mime; smime-type=signed-data\n\nx\n"
        "--b\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data\n\nx\n--b--\n",
        ("encrypted", "signed"),
    ),
]


@pytest.mark.parametrize(("kind", "words", "said"), SEALED)
def test_each_kind_of_seal_is_said(kind: str, words: str, said: tuple[str, ...]) -> None:
    found = read(f"From: eva@corp.example\nSubject: x\nContent-Type: {kind}\n\n{words}".encode())
    assert plain(found).said["marks"] == list(said)
