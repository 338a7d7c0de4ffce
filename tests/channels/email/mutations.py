"""Letters damaged at random: cut, doubled, crossed with another, with bytes changed or a header field grown."""

import random
from pathlib import Path

SAMPLES = [path.read_bytes() for path in sorted((Path(__file__).parent / "samples").glob("*.eml"))]
NASTY = (
    *(b"\x00", b"\xff\xfe", b"\r", b"\r\n\r\n", b"=?utf-8?b?", b"=?gb2312?q?=", b'"', b"<", b"(", b";" * 50),
    *(b"--b--", b"Content-Type: multipart/mixed; boundary=", b"Content-Transfer-Encoding: base64\r\n", b"<div>" * 40),
    *(b"message/rfc822", b"charset=", b"\x1b$B", b"&#x", b"<!--", b"<blockquote>", b"begin 644 x\r\n", b"filename*0*="),
)


def damaged(dice: random.Random, samples: list[bytes] = SAMPLES) -> bytes:
    """One of the letters, damaged in one to four places."""
    raw = bytearray(dice.choice(samples))
    for _ in range(dice.randint(1, 4)):
        at = dice.randint(0, len(raw))
        until = min(len(raw), at + dice.randint(0, 400))
        match dice.randrange(6):
            case 0:
                del raw[at:until]
            case 1:
                raw[at:at] = raw[at:until] * dice.randint(1, 5)
            case 2:
                raw[at:until] = dice.randbytes(dice.randint(0, 40))
            case 3:
                raw[at:] = dice.choice(samples)[at:]
            case 4:
                raw[at:at] = dice.choice(NASTY)
            case _:
                raw[at:until] = bytes(raw[at:until]).swapcase()
    return bytes(raw)
