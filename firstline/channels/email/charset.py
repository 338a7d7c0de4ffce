"""Bytes of letters into text: the charset that was meant, not the one that was named."""

import re
from functools import lru_cache

from firstline.channels.email.japanese import from_iso2022jp

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

_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_UNWANTED = re.compile("[\x00\ud800-\udfff]")


def decode(data: bytes, declared: str | None = None) -> str:
    """The text: as declared (widened), else strict UTF-8, else what the bytes look like, else with �.

    Never raises. The result holds neither NUL nor lone surrogates, so it can be stored.
    """
    return _UNWANTED.sub("\ufffd", _decoded(data, declared).removeprefix("\ufeff"))


@lru_cache(maxsize=256)
def codecs_for(label: str) -> tuple[str, ...]:
    """The codecs worth trying for a charset label, best first; empty for one that nobody should trust.

    Only listed codecs are ever used: Python knows some, such as `punycode`, that are no charsets.
    """
    name = label.strip().strip("\"'").lower().split("*", 1)[0].replace(" ", "")
    if found := WIDER.get(name) or WIDER.get(name.replace("_", "-")):
        return found
    if single := _SINGLE_BYTE.match(name):
        return (f"cp{single[1]}",)
    if (iso := _ISO8859.match(name)) and int(iso[1]) in {*range(2, 12), *range(13, 17)}:
        return (f"iso8859_{int(iso[1])}",)
    if name == "iso-8859-1" or name.startswith("iso8859-1"):
        return WIDER["iso-8859-1"]
    return ()


def guess(data: bytes) -> str:
    """The codec that bytes without a usable label look like: utf-8, gb18030 or cp1252."""
    if _strict(data, "utf-8") is not None:
        return "utf-8"
    sample = data[:50_000]
    paired = alone = 0
    for run in _HIGH_RUN.findall(sample):
        if len(run) == 1:
            alone += 1
        elif len(run) % 2 == 0 and all(0xA1 <= byte <= 0xFE for byte in run):
            # Chinese stands in pairs and in long runs; accented letters seldom meet each other.
            paired += len(run)
        else:
            paired += len(run) // 2
    looks_chinese = paired > alone and (_strict(data, "gb18030") is not None or _barely_broken(data, "gb18030"))
    return "gb18030" if looks_chinese else "cp1252"


def _decoded(data: bytes, declared: str | None) -> str:
    label = (declared or "").strip().strip("\"'").lower()
    if label in _ISO2022JP or label.replace("_", "-") in _ISO2022JP:
        return from_iso2022jp(data)
    named = codecs_for(declared) if declared else ()
    for codec in (*named, "utf-8"):
        text = _strict(data, codec)
        if text is not None:
            return text
    for codec in named:
        if codec != "ascii" and _barely_broken(data, codec):
            return data.decode(codec, "replace")
    if b"\x1b$" in data[:10_000]:
        return from_iso2022jp(data)
    if _barely_broken(data, "utf-8"):
        return data.decode("utf-8", "replace")
    return data.decode(guess(data), "replace")


def _strict(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, LookupError):
        return None


def _barely_broken(data: bytes, codec: str) -> bool:
    """Whether a cut or a stray byte here and there is all that is wrong."""
    try:
        text = data.decode(codec, "replace")
    except (UnicodeError, LookupError):
        return False
    strange = sum(1 for char in text if char > "\x7f")
    return text.count("\ufffd") * 10 <= max(strange, 10)
