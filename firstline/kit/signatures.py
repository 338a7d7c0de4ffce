"""How letters are signed: lines that a phone or a mail program adds by itself, and cards below two dashes."""

# ruff: noqa: E501  tables as they stand

import re

from firstline.kit.attributions import any_of

_DEVICE = any_of(
    *("iphone", "ipad", "ipod", "mac", "macbook", "apple watch", "android", "galaxy", "samsung", "huawei", "honor"),
    *(
        "xiaomi",
        "redmi",
        "oppo",
        "vivo",
        "oneplus",
        "pixel",
        "nokia",
        "blackberry",
        "windows phone",
        "windows",
        "mobile",
    ),
    *("phone", "smartphone", "tablet", "handheld", "华为", "荣耀", "小米", "三星", "手机", "平板", "移动设备"),
)
_PROGRAM = any_of(
    *("mail for", "outlook", "yahoo", "proton", "gmail", "samsung", "wechat", "foxmail", "spark", "airmail", "aol"),
    *(
        "netease",
        "qq ?mail",
        "qq ?邮箱",
        "网易邮箱",
        "钉钉",
        "飞书",
        "企业微信",
        "windows",
        "邮件",
        "mailspring",
        "k-9",
        "bluemail",
    ),
)
# What may follow the name of a device: a model, a network, another program; never a sentence.
_TAIL = (
    r"(?:[,.\s(]{1,3}(?:[A-Z0-9][\w+®™-]{0,14}|on|for|by|using|via|an?|the|my|with|smartphone|tablet|device|wireless"
    r"|phone|mobile|network|iOS|iPhone|iPad|\d{1,2}[gG])){0,6}\)?"
)
_OWNER = r"(?:my |the |a |an )?(?:[A-Z0-9][\w&®™-]{1,14} ){0,4}"
_LINE = re.compile(
    "^"
    + any_of(
        rf"(?i:sent (?:from|via|with|using|by)) {_OWNER}(?i:{any_of(_DEVICE, _PROGRAM)}){_TAIL}",
        r"(?i:get outlook for) .{2,40}",
        rf"(?:发自|發自|发送自|傳送自|寄自)\s?(?:我的|我嘅)?.{{0,12}}(?i:{any_of(_DEVICE, _PROGRAM)})[\w\s().-]{{0,30}}",
        r"来自\s?(?:我的|(?i:小米|华为|荣耀|三星|网易邮箱大师|qq ?邮箱|windows))[\w\s().-]{0,4}(?:手机|平板|客户端|邮箱|版邮件)?",
        r"从我的.{1,20}(?:发送|发出|寄出)",
        r"(?:从|由)\s?[\w\s]{0,30}(?i:邮箱大师|outlook|foxmail)\s?(?:发送|定制)",
        r"(?:获取|下载)\s?(?:适用于\s?)?.{0,16}(?i:outlook)[\w\s]{0,16}(?:<[^<>]{1,200}>)?",
        r"签名由\s?网易邮箱大师\s?定制",
        rf"(?i:envoyé (?:de|depuis) mon|von meinem|gesendet (?:von|mit)(?: meinem)?|enviado (?:desde|do|de) (?:mi|meu)"
        rf"|inviato da(?:l mio)?|verzonden vanaf mijn|skickat från min|sendt fra min|lähetetty|wysłane z|odesláno z"
        rf"|отправлено с)\s?.{{0,12}}(?i:{any_of(_DEVICE, _PROGRAM)})(?:\s[\w-]{{1,14}}){{0,3}}",
        r"(?i:iphone|ipad|スマートフォン)から送信",
        r"나의 .{1,20}에서 보냄",
    )
    + "[.。]?$"
)
_CONTACT = re.compile(r"@|\+?\d[\d ()/.-]{6,}\d|https?://|www\.|^(?:tel|mob|phone|fax|电话|手机|邮箱)", re.IGNORECASE)
_SAYS = re.compile(r"[?!？！。；;]|\w{3}\.$|[:：]$|\bp\.?\s?s\b\.?|^[a-z]+ [a-z]")
_WORD = re.compile(r"\w{2,}")
_RULE = re.compile(r"^[-_=*]{5,200}$")
_FOOTER = re.compile(
    r"mailing list|\bunsubscribe\b|you (?:have )?received this (?:message|e-?mail) because|mailman/listinfo|^https?://\S{1,300}$"
    r"|this e-?mail (?:and any|has been|was scanned|is confidential)|virus[- ]free|退订|本邮件及其附件",
    re.IGNORECASE,
)
_MOST_LINES = 8
_LONGEST = 60
_LONGEST_CHINESE = 24


def is_program_line(line: str) -> bool:
    """A line that a phone or a mail program adds by itself."""
    return len(line) <= 120 and _LINE.match(line) is not None


def is_footer(line: str) -> bool:
    """A line that a mailing list or a gateway adds at the end of every letter."""
    return _RULE.match(line) is not None or _FOOTER.search(line) is not None


def is_card(lines: list[str], *, writer: str) -> bool:
    """Whether the lines below two dashes are a name and how to reach it, and say nothing. `writer`: name and address
    of who wrote the letter; one of their words, or a way to reach somebody, must stand there."""
    said = [line for line in lines if line]
    if not said or len(said) > _MOST_LINES or len(lines) > _MOST_LINES + 2:
        return False
    if any(_is_sentence(line) for line in said):
        return False
    names = {word.casefold() for word in _WORD.findall(writer)}
    named = any(name in said[0].casefold() for name in names)
    return named or any(_CONTACT.search(line) for line in said)


def _is_sentence(line: str) -> bool:
    if _CONTACT.search(line) and len(line) <= _LONGEST * 2:
        return "?" in line or len(_WORD.findall(line)) > 16
    wide = sum(char > "\u2e80" for char in line)
    return len(line) > _LONGEST or wide > _LONGEST_CHINESE or len(line.split()) > 6 or _SAYS.search(line) is not None
