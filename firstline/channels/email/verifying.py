"""DKIM signatures (RFC 6376), checked in the process that reads emails: that may take as long as a stranger likes.

Nothing here asks the DNS: `signatures` says what would have to be asked, and `verified` is told what it answered.
"""

import re
from typing import Any

import dkim
from dkim.util import InvalidTagValueList, parse_tag_value

from firstline.channels.email.tags import Malformed, tags_of, text_of, without_blanks
from firstline.kit.limits import limit

_SAID = "The signature counts as not checked."
MOST_SIGNATURES = limit(3, "signatures", of="signatures that are checked", per="email", said="Those above count.")
LONGEST_SIGNATURE = limit(8 * 1024, "bytes", of="a signature that is checked", per="signature", said=_SAID)
MOST_FIELDS = limit(200, "names", of="fields that a signature covers", per="signature", said=_SAID)
LARGEST_KEY = limit(4096, "bits", of="the RSA key of a signature", per="signature", said=_SAID)
"""RFC 8301 asks for 1024 to 2048; checking grows with the cube."""
LARGEST_EXPONENT = limit(32, "bits", of="the exponent of a signature's RSA key", per="signature", said=_SAID)
SMALLEST_KEY = 1024
_NAME_LENGTH = 253
_HOST = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*")
MALFORMED: tuple[type[Exception], ...] = (dkim.DKIMException, ValueError, LookupError, TypeError)
"""What the library raises over a head that is none."""


class _Asked(Exception):
    """What the DNS would have to be asked; `args` are the name."""


class _Beyond(Exception):
    """One of the limits above. `str()` says which."""


def signatures(head: bytes) -> list[dict[str, Any]]:
    """Those of an email's head that may count, topmost first: `number`, `domain` and either `name`, which the DNS is
    to be asked for, or why not: `wrong` or `unchecked`. Raises MALFORMED for a head that is none."""
    message = dkim.DKIM(head, minkey=SMALLEST_KEY)
    found = [value for name, value in message.headers if name.lower() == b"dkim-signature"]
    listed = []
    for number, value in enumerate(found[:MOST_SIGNATURES]):
        try:
            tags = _tags(value)
        except Malformed as error:
            listed += [{"number": number, "domain": said, "wrong": str(error)} for said in _domains_in(value)]
            continue
        # A signature over the first bytes only says nothing about what somebody wrote below them.
        if "l" not in tags and 0 < len(tags.get("d", "")) <= _NAME_LENGTH:
            listed.append({"number": number, "domain": tags["d"], **_name(message, number, value, tags)})
    return listed


def verified(raw: bytes, records: dict[int, bytes]) -> dict[str, Any]:
    """Of the signatures with these numbers, whose keys' records are given: the number of the first that is `right`, or
    what is `wrong` with each and which are `unchecked`."""
    message = dkim.DKIM(raw, minkey=SMALLEST_KEY)
    found: dict[str, dict[int, str]] = {"wrong": {}, "unchecked": {}}
    for number, record in records.items():
        # Of several one that is right is enough, whatever is wrong with those above it.
        try:
            _look_at(record)
            if message.verify(idx=number, dnsfunc=lambda _name, timeout=0, record=record: record):
                return {"right": number}
            found["wrong"][number] = ""
        except MemoryError:
            raise
        except _Beyond as error:
            found["unchecked"][number] = str(error)
        except Exception as error:
            # Over signatures and records that are not as they should be the library raises what it likes.
            found["wrong"][number] = said(error)
    return found


def said(error: Exception) -> str:
    """What is kept of it."""
    return f"{type(error).__name__}: {error}"[:500]


def _tags(value: bytes) -> dict[str, str]:
    """What the signature says, as the library reads it that checks it. Raises Malformed for one that could be read in
    another way too."""
    try:
        checked = {text_of(name): text_of(said) for name, said in parse_tag_value(value).items()}
    except InvalidTagValueList as error:
        raise Malformed(said(error)) from error
    if {name: without_blanks(each) for name, each in checked.items()} != tags_of(value):
        raise Malformed("its tags can be read in two ways")
    for name in ("d", "s"):
        # Both are put together to the name that the DNS is asked for.
        if checked.get(name) and not _HOST.fullmatch(checked[name]):
            raise Malformed(f"no name of a host: {name}={checked[name][:100]!r}")
    return {name: without_blanks(each) for name, each in checked.items()}


def _domains_in(value: bytes) -> list[str]:
    """All domains of which anybody could say that such a signature is theirs."""
    pairs = (part.partition(b"=") for part in value[:LONGEST_SIGNATURE].split(b";"))
    found = (re.sub(rb"[^A-Za-z0-9._-]", b"", each) for name, _equals, each in pairs if _letters(name) == b"d")
    return [each.decode() for each in dict.fromkeys(found) if 0 < len(each) <= _NAME_LENGTH]


def _letters(name: bytes) -> bytes:
    return re.sub(rb"[^A-Za-z0-9_]", b"", name).lower()


def _name(message: Any, number: int, value: bytes, tags: dict[str, str]) -> dict[str, str]:
    if len(value) > LONGEST_SIGNATURE:
        return {"unchecked": f"a signature of {len(value)} bytes"}
    fields = tags.get("h", "").lower().split(":")
    if len(fields) > MOST_FIELDS:
        return {"unchecked": f"a signature over {len(fields)} fields"}
    if "from" not in fields:
        return {"wrong": "a signature that does not cover From"}  # the library would take it

    def asked(name: bytes, timeout: float = 0) -> bytes:
        raise _Asked(name)

    try:
        message.verify(idx=number, dnsfunc=asked)
    except _Asked as question:
        return {"name": question.args[0].decode("ascii", "replace")}
    except MemoryError:
        raise
    except Exception as error:
        return {"wrong": said(error)}
    return {"wrong": ""}


def _look_at(record: bytes) -> None:
    """Raise _Beyond for a key that would take long; what is wrong with others is found when they are used."""
    try:
        key, bits, kind, _service = dkim.evaluate_pk("", record)
    except MemoryError:
        raise
    except Exception:
        return
    if kind != b"rsa":
        return
    exponent = key["publicExponent"].bit_length()
    if bits > LARGEST_KEY or exponent > LARGEST_EXPONENT:
        raise _Beyond(f"a key of {bits} bits with an exponent of {exponent}")
