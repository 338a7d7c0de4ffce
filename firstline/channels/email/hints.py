"""Plain parts that nobody wrote: they only say that the letter could be read as HTML."""

import re

_LONGEST = 800
_ABOUT_READING = re.compile(
    r"html|\bmime\b|\bmulti-?part\b|"
    r"\bbrowser|webmail|mail (?:client|program|reader)|e-?mail-?programm|navigateur|navegador|"
    r"浏览器|瀏覽器|网页|網頁|富文本|超文本|ブラウザ|브라우저|браузер",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]{2,40}|[\u3400-\u9fff\u3040-\u30ff\uac00-\ud7a3]")
_LINK = re.compile(r"(?:https?://|www\.)\S{1,2000}", re.IGNORECASE)
_TAG = re.compile(r"<[^>]{0,2000}>")
_PICTURE = re.compile(r"\[(?:cid|image|图片|圖片)[:：][^\[\]]{0,300}\]", re.IGNORECASE)
_MOST_HTML = 200_000


def is_hint(plain: str, html: str) -> bool:
    """Whether the plain part speaks of how to read the letter, while what that says stands in the HTML alone."""
    if len(plain) > _LONGEST:
        return False
    bare = _PICTURE.sub(" ", plain)
    # A plain part that only names pictures says nothing itself.
    names_pictures = bare != plain and not _WORD.search(bare)
    if not names_pictures and not _ABOUT_READING.search(plain):
        return False
    said = set(_WORD.findall(_LINK.sub(" ", bare).casefold()))
    told = set(_WORD.findall(_TAG.sub(" ", html[:_MOST_HTML]).casefold()))
    # Words of a person stand in both; of a hint the HTML repeats a few by chance.
    if names_pictures:
        return bool(told)
    return len(told - said) >= 3 and len(said & told) * 2 < len(said)
