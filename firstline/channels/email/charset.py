"""Bytes of letters into text: the charset that was meant, not the one that was named."""

import re
from functools import lru_cache

from firstline.channels.email.guessing import guess, likeliness
from firstline.channels.email.japanese import from_iso2022jp, from_shifted
from firstline.kit.limits import limit

# What a letter's label means in practice: the codecs to try, widest known relative of the label first.
WIDER: dict[str, tuple[str, ...]] = {
    "gb2312": ("gb18030",),
    "gb_2312-80": ("gb18030",),
    "gbk": ("gb18030",),
    "cp936": ("gb18030",),
    "x-gbk": ("gb18030",),
    "gb18030": ("gb18030",),
    "hz-gb-2312": ("hz", "gb18030"),
    "big5": ("cp950", "big5hkscs"),
    "big5-hkscs": ("big5hkscs", "cp950"),
    "cp950": ("cp950", "big5hkscs"),
    "iso-8859-1": ("cp1252", "latin-1"),
    "latin1": ("cp1252", "latin-1"),
    "iso-8859-9": ("cp1254",),
    "iso-8859-11": ("cp874",),
    "tis-620": ("cp874",),
    "ks_c_5601": ("cp949",),
    "ks_c_5601-1987": ("cp949",),
    "euc-kr": ("cp949",),
    "shift_jis": ("cp932", "shift_jisx0213"),
    "shift-jis": ("cp932", "shift_jisx0213"),
    "x-sjis": ("cp932", "shift_jisx0213"),
    "windows-31j": ("cp932",),
    "cp932": ("cp932",),
    "euc-jp": ("euc_jp", "euc_jisx0213"),
    "utf8": ("utf-8",),
    "utf-8": ("utf-8",),
    "utf8mb4": ("utf-8",),
    "unicode-1-1-utf-7": ("utf-7",),
    "utf-7": ("utf-7",),
    "utf-16": ("utf-16",),
    "utf-16le": ("utf-16-le",),
    "utf-16be": ("utf-16-be",),
    "us-ascii": ("ascii",),
    "ascii": ("ascii",),
    "ansi_x3.4-1968": ("ascii",),
    "iso-2022-kr": ("iso2022_kr",),
    "koi8-r": ("koi8_r",),
    "koi8-u": ("koi8_u",),
    "macintosh": ("mac_roman",),
}
_ISO2022JP = ("iso-2022-jp", "iso2022-jp", "iso-2022-jp-1", "iso-2022-jp-2", "iso-2022-jp-ms", "cp50220", "csiso2022jp")
_SINGLE_BYTE = re.compile(r"^(?:windows-|cp-?|x-cp)(125[0-8]|437|850|852|866|874)$")
_ISO8859 = re.compile(r"^(?:x-)?iso[-_]?8859[-_](\d{1,2})(?:-[ei])?$")
_PARTS = frozenset({*range(2, 12), *range(13, 17)})
"""Of ISO 8859, those beside the first that there are."""

_UNWANTED = re.compile("[\x00\ud800-\udfff]")
# Labels that say nothing where the bytes speak against them: programs write them without looking.
_CARELESS = frozenset({"ascii", "cp1252"})
_MOST_GUESSES = limit(
    200,
    "rows",
    of="rows without a usable charset that are guessed one by one",
    per="text",
    said="The rest is read as the last of them.",
)
_CLEARLY = 0.8
# A given label yields to a guess only where this much speaks: fewer letters look like any alphabet.
_ENOUGH = 8
_IMPROBABLE, _PLAINLY = 0.0, 1.0
# The accented letters of languages that are written together, in lower case: whoever tries out an alphabet writes them
# in a row, as nobody writes words.
_ALPHABETS = tuple(
    map(frozenset, ("äöüß", "àâæçèéêëîïôœùûüÿ", "åäöæøé", "áéíñóúü", "àèéìíòóùú", "àáâãçéêíóôõúü", "áæðéíóöúýþ"))
)


def decode(data: bytes, declared: str | None = None, *, hint: str | None = None) -> str:
    """The text: as declared (widened), unless the bytes are plainly something else; else as they look.

    UTF-8 is believed wherever the bytes are UTF-8. `hint`: the charset that other places of the letter name, tried
    where this one names none. Never raises. The result holds neither NUL nor lone surrogates, so it can be stored.
    """
    return _UNWANTED.sub("\ufffd", _decoded(data, declared or "", hint or "").removeprefix("\ufeff"))


@lru_cache(maxsize=256)
def codecs_for(label: str) -> tuple[str, ...]:
    """The codecs worth trying for a charset label, best first; empty for one that nobody should trust.

    Only listed codecs are ever used: Python knows some, such as `punycode`, that are no charsets.
    """
    name = label.strip().strip("\"'").lower().partition("*")[0].replace(" ", "")
    if found := WIDER.get(name) or WIDER.get(name.replace("_", "-")):
        return found
    if single := _SINGLE_BYTE.match(name):
        return (f"cp{single[1]}",)
    number = int(iso[1]) if (iso := _ISO8859.match(name)) else 0
    if number in _PARTS:
        return (f"iso8859_{number}",)
    return WIDER["iso-8859-1"] if number == 1 else ()


def _decoded(data: bytes, declared: str, hint: str) -> str:
    if text := _marked(data) or _in_seven_bits(data, declared):
        return text
    named = codecs_for(declared)
    if not named and hint and not data.isascii():
        named = codecs_for(hint)
    as_utf8 = _strict(data, "utf-8")
    text = next((text for codec in named if (text := _strict(data, codec)) is not None), None)
    if data.isascii() and as_utf8 is not None:
        return text or as_utf8
    if as_utf8 is not None and (text is None or _fits_better(data, "utf-8", named[0])):
        return as_utf8
    if text is not None and not (named[0] in _CARELESS and _is_contradicted(data, text, named[0])):
        return text
    if text is None and declared and (codec := next((codec for codec in named if _barely_broken(data, codec)), None)):
        return data.decode(codec, "replace")
    return _row_by_row(data)


def _marked(data: bytes) -> str | None:
    """The text of bytes that begin with a mark of their charset."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", "replace")
        return text if "\ufffd" not in text[:-1] else None
    return _strict(data, "utf-8-sig") if data.startswith(b"\xef\xbb\xbf") else None


def _in_seven_bits(data: bytes, declared: str) -> str | None:
    """The text of a charset whose bytes look like ASCII."""
    label = declared.strip().strip("\"'").lower().replace("_", "-")
    start = data[:10_000]
    if b"\x1b$)C" in start or (label.startswith("iso-2022-kr") and b"\x0e" in data):
        return from_shifted(data, "cp949")
    if b"\x1b$)A" in start:
        return from_shifted(data, "gb18030")
    if label in _ISO2022JP or b"\x1b$" in start:
        return from_iso2022jp(data)
    if data.isascii() and b"~{" in start and b"~}" in data and not label.startswith("utf"):
        return _strict(data, "hz")
    if label.startswith("utf-16") and b"\x00" not in data and (b" " in start or b"\n" in start or b"<" in start):
        return _strict(data, "utf-8")
    if not label and len(data) > 3 and b"\x00" in start:
        halves = start[0::2].count(0), start[1::2].count(0)
        if max(halves) * 3 > len(start) and min(halves) == 0:
            return data.decode("utf-16-be" if halves[0] else "utf-16-le", "replace")
    return None


def _fits_better(data: bytes, codec: str, than: str) -> bool:
    """Whether the bytes look more like this codec than the one that is named; UTF-8 needs no more than to look as
    good, for hardly anything else is UTF-8 by chance."""
    if codec == than:
        return True
    margin = 0.0 if codec == "utf-8" else _CLEARLY
    return likeliness(data, codec) >= likeliness(data, than) + margin


def _is_contradicted(data: bytes, text: str, named: str) -> bool:
    """Whether the label, which is often written without looking, can hardly be true: much of the text is in no Latin
    letters, as another charset reads it, and as the label reads it nobody writes so."""
    plain = sum(char.isascii() and char.isalpha() for char in text)
    strange = sum(char > "\x7f" for char in text)
    if strange < _ENOUGH or strange <= plain or likeliness(data, named) > _IMPROBABLE:
        return False
    letters = {char for char in text.lower() if char > "\x7f" and char.isalpha()}
    if any(letters <= alphabet for alphabet in _ALPHABETS):
        return False
    return likeliness(data, found := guess(data)) >= _PLAINLY and _fits_better(data, found, named)


def _row_by_row(data: bytes) -> str:
    """Each row in the charset that it looks like: footers and quotations come in others than the words above them."""
    if not _is_partly_utf8(data):
        return data.decode(guess(data), "replace")
    rows, guesses, codec = [], 0, "cp1252"
    for row in data.split(b"\n"):
        text = _strict(row, "utf-8")
        if text is None and _barely_broken(row, "utf-8"):
            text = row.decode("utf-8", "replace")
        if text is None:
            guesses += 1
            codec = guess(row) if guesses <= _MOST_GUESSES else codec
            text = row.decode(codec, "replace")
        rows.append(text)
    return "\n".join(rows)


def _is_partly_utf8(data: bytes) -> bool:
    return any(_strict(row, "utf-8") is not None for row in data.split(b"\n") if not row.isascii()) or _barely_broken(
        data, "utf-8"
    )


def _strict(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, LookupError):
        return None


def _barely_broken(data: bytes, codec: str) -> bool:
    """Whether a cut or a stray byte here and there is all that is wrong with a text that is in this charset."""
    if codec == "ascii":
        return False
    try:
        text = data.decode(codec, "replace")
    except (UnicodeError, LookupError):
        return False
    broken = text.count("\ufffd")
    whole = sum(1 for char in text if char > "\x7f") - broken
    if broken == 1 and text.rstrip("\r\n").endswith("\ufffd"):
        return whole > 0
    return broken * 5 <= whole
