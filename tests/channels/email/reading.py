"""Reading letters in tests: a sample by its name, or one of which only some headers matter."""

from pathlib import Path

from firstline.channels.email.letter import Letter, read

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.eml"))


def letter(name: str, **more) -> Letter:
    return read((Path(__file__).parent / "samples" / f"{name}.eml").read_bytes(), **more)


def made(headers: str, body: str = "words\n") -> bytes:
    return (headers.strip("\n") + "\n\n" + body).encode()


def from_field(value: str | bytes) -> Letter:
    value = value.encode() if isinstance(value, str) else value
    return read(b"From: " + value + b"\nSubject: x\nMessage-ID: <a@b.test>\n\nwords\n")
