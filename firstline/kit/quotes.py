"""How letters quote each other and sign themselves: the tables, and the two questions asked of them."""

import re
from dataclasses import dataclass

# The line above which our own letters ask people to write. Both halves are recognised alone.
REPLY_LINE = "—— Write your answer above this line · 请在此行上方回复 ——"
_REPLY_HALVES = ("Write your answer above this line", "请在此行上方回复")

# No line that opens a quote or signs a letter is longer. It also bounds every pattern below.
LONGEST = 400


@dataclass(frozen=True, slots=True)
class Cut:
    """A letter in three parts. `shown` is what its writer wrote now; the other two may be empty."""

    shown: str
    quoted: str = ""
    signature: str = ""


def _any(*words: str) -> str:
    return "(?:" + "|".join(words) + ")"


_DASHES = r"[-_=*\s]{2,60}"
_ORIGINAL = _any(
    *("original (?:message|appointment|mail)", "reply message"),
    *("原始邮件", "原始郵件", "原邮件", "邮件原件", "回复的原邮件", "回复的邮件", "原始信息"),
    *("ursprüngliche nachricht", "originalnachricht", "message d'origine", "mensaje original"),
    *("messaggio originale", "mensagem original", "元のメッセージ", "원본 메시지"),
)
_SEPARATOR = re.compile(f"^{_DASHES}{_ORIGINAL}{_DASHES}$", re.IGNORECASE)
_FORWARDED = _any(
    r"forwarded (?:message|mail)(?: (?:from|by) .{1,80})?",
    *("转发邮件信息", "转发的邮件", "转发的消息", "转发邮件", "轉寄的郵件", "已转发邮件"),
    *("weitergeleitete nachricht", "message transféré"),
)
_FORWARD = re.compile(
    f"^(?:{_DASHES}{_FORWARDED}{_DASHES}|begin forwarded message:|开始转发的邮件：?|下面是被?转发的邮件：?)$",
    re.IGNORECASE,
)
_WROTE_END = re.compile(
    r"(?:\bwrote|写道|寫道|的原始邮件|schrieb(?: [^:]{1,120})?|a écrit|escribió|ha scritto|escreveu|さんが書きました|"
    r"のメール|작성)\s{0,3}[:：]$",
    re.IGNORECASE,
)
_WROTE_START = re.compile(
    r"^[\s*]{0,9}(?:(?:on|at|in|am|le|el|il|em)\b|在|于|於|\d{4}\s?[-/年.]|\d{1,2}[-/.]\d)", re.IGNORECASE
)
_NAME_WROTE = re.compile(r"^.{1,120}\s(?:wrote|写道)\s?[:：]$", re.IGNORECASE)

_HEADERS = {
    "from": "from|发件人|寄件者|寄件人|發件人|von|de|da|差出人|보낸 사람",
    "date": "sent|date|发送时间|发送日期|傳送時間|寄件日期|日期|時間|时间"
    "|gesendet|datum|envoyé|enviado|inviato|data|送信日時|보낸 날짜",
    "to": "to|收件人|收件者|an|à|para|a|宛先|받는 사람",
    "cc": "cc|抄送|副本|copie|kopie|bcc|密送|reply-to|importance|优先级|重要性",
    "subject": "subject|主题|主旨|主題|betreff|objet|asunto|oggetto|assunto|件名|제목",
}
_HEADER = re.compile(
    r"^[\s|*>]{0,9}(?:"
    + "|".join(f"(?P<{kind}>{words})" for kind, words in _HEADERS.items())
    + r")\s{0,3}\**[|\s]{0,9}[:：]",
    re.IGNORECASE,
)
_HEADER_BOXED = re.compile(r"^\|\s?(?P<word>发件人|发送日期|发送时间|日期|收件人|抄送|抄送人|主题)\s{0,9}\|")
_ONE_LINE = re.compile(
    r"^[\s*]{0,9}(?:from|发件人|寄件者)\**\s?[:：].{1,300}(?:sent|date|发送时间|发送日期|日期)\**\s?[:：]",
    re.IGNORECASE,
)
_RULE = re.compile(r"^\s{0,3}[-_=*—]{5,200}\s*$")

_DEVICE = _any(
    *("iphone", "ipad", "ipod", "mac", "apple watch", "android", "galaxy", "samsung", "huawei", "honor", "xiaomi"),
    *("redmi", "oppo", "vivo", "oneplus", "pixel", "nokia", "blackberry", "windows phone", "mobile", "phone"),
    *("smartphone", "tablet", "华为", "荣耀", "小米", "三星", "手机", "平板", "移动设备"),
)
_PROGRAM = _any(
    *("mail for", "outlook", "yahoo", "proton", "gmail", "samsung", "wechat", "foxmail", "spark", "airmail", "aol"),
    *("netease", "qq ?mail", "qq ?邮箱", "网易邮箱", "钉钉", "飞书", "企业微信", "windows", "邮件"),
)
_PHONE = re.compile(
    "^"
    + _any(
        rf"sent (?:from|via|with|using) (?:my |the |a )?{_any(_DEVICE, _PROGRAM)}.{{0,50}}",
        r"get outlook for .{2,40}",
        rf"(?:发自|發自|发送自|傳送自|寄自)\s?(?:我的|我嘅)?.{{0,12}}{_any(_DEVICE, _PROGRAM)}.{{0,30}}",
        r"来自\s?(?:我的|小米|华为|荣耀|三星|网易邮箱大师|qq ?邮箱|windows).{0,16}",
        r"从我的.{1,40}(?:发送|发出|寄出)",
        r"(?:从|由)\s?.{0,40}(?:邮箱大师|outlook|foxmail).{0,20}(?:发送|定制)",
        r"(?:获取|下载)\s?(?:适用于\s?)?.{0,16}outlook.{0,20}",
        r"签名由\s?网易邮箱大师\s?定制",
        rf"(?:envoyé de mon|von meinem|enviado desde mi|inviato da(?:l mio)?) {_DEVICE}.{{0,20}}",
        "iphoneから送信",
    )
    + "[.。]?$",
    re.IGNORECASE,
)
_BELOW = re.compile(
    r"\b(?:see|answer(?:s|ed)?|repl(?:y|ies|ied)|comment(?:s|ed)?|responses?|responded)\b"
    r".{0,40}\b(?:below|inline|in-line|in line|in red|in blue)\b"
    r"|见下文|见下方|红字|红色字|蓝字|蓝色字|行内",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Head:
    """The lines, `start` to `end` (exclusive), that open a quote. A forward opens one to keep."""

    start: int
    end: int
    forward: bool = False
    ours: bool = False


def head_at(lines: list[str], at: int) -> Head | None:
    """The opening of a quote at this line, or None. Looks a few lines ahead, never further."""
    line = plain(lines[at])
    if not line or len(line) > LONGEST:
        return None
    if any(half in line for half in _REPLY_HALVES):
        return Head(at, at + 1, ours=True)
    if _FORWARD.match(line):
        return Head(at, at + 1, forward=True)
    if _SEPARATOR.match(line):
        return Head(at, _after_headers(lines, at + 1))
    if _RULE.match(line):
        below = _next_said(lines, at + 1)
        if below is not None and below <= at + 3 and (end := _header_block(lines, below)):
            return Head(at, end)
        return None
    if end := _attribution(lines, at) or _header_block(lines, at):
        return Head(at, end)
    return None


def sender_in(lines: list[str], head: Head) -> tuple[str, int]:
    """What stands behind From in the head, or in the lines that follow it; and where its words begin."""
    start = head.start if _kind(plain(lines[head.start])) else _next_said(lines, head.start + 1)
    if start is None or not _kind(plain(lines[start])):
        return "", head.end
    for i in range(start, min(start + 6, len(lines))):
        line = plain(lines[i])
        if _kind(line) == "from":
            said = re.split("[:：|]", line.lstrip("|"), maxsplit=1)[1]
            following = plain(lines[i + 1]) if i + 1 < len(lines) else ""
            wraps = "@" not in said and "@" in following and not _kind(following)
            return f"{said} {following}" if wraps else said, max(head.end, _headers_from(lines, start)[0])
    return "", head.end


def is_signature_line(line: str) -> bool:
    """A line that a phone or a mail program adds by itself."""
    line = plain(line)
    return len(line) <= 120 and _PHONE.match(line) is not None


def points_below(text: str) -> bool:
    """Whether the writer says that the answer stands inside the quote."""
    return _BELOW.search(text[:2_000]) is not None


def plain(line: str) -> str:
    """The line without the stray spaces and invisible characters that mail programs put around words."""
    return line.replace("\xa0", " ").strip(" \t\r\u200b\ufeff\u200e\u200f\u3000")


def _attribution(lines: list[str], at: int) -> int:
    """Where the sentence `On … wrote:` ends, when it starts here; 0 when it does not."""
    first = plain(lines[at])
    if _NAME_WROTE.match(first) and _is_quoted_next(lines, at + 1):
        return at + 1
    if not _WROTE_START.match(first) and "@" not in first[:160]:
        return 0
    for end in range(at, min(at + 4, len(lines))):
        line = plain(lines[end])
        if not line or line.startswith(">") or len(line) > LONGEST:
            return 0
        if line.endswith((":", "：")) and _WROTE_END.search(line[-160:]):
            said = " ".join(plain(part) for part in lines[at : end + 1])
            return end + 1 if any(char.isdigit() for char in said) or "@" in said else 0
    return 0


def _is_quoted_next(lines: list[str], at: int) -> bool:
    said = _next_said(lines, at)
    return said is not None and plain(lines[said]).startswith(">")


def _header_block(lines: list[str], at: int) -> int:
    """Where a block of From, Sent, To, Subject ends, when it starts here; 0 when it does not."""
    first = plain(lines[at])
    if len(first) <= LONGEST and _ONE_LINE.match(first):
        return at + 1
    if _kind(first) != "from":
        return 0
    end, kinds = _headers_from(lines, at)
    return end if len(kinds - {"cc"}) >= 3 else 0


def _after_headers(lines: list[str], at: int) -> int:
    said = _next_said(lines, at)
    if said is None or said > at + 3 or not _kind(plain(lines[said])):
        return at
    return _headers_from(lines, said)[0]


def _headers_from(lines: list[str], at: int) -> tuple[int, set[str]]:
    kinds: set[str] = set()
    end, strangers = at, 0
    for i in range(at, min(at + 14, len(lines))):
        line = plain(lines[i])
        kind = _kind(line)
        if kind:
            if kind in kinds and kind != "cc":
                break
            kinds.add(kind)
            end, strangers = i + 1, 0
        elif line:
            # A long list of recipients runs over several lines.
            strangers += 1
            if strangers > 3 or "subject" in kinds or "@" not in line:
                break
    return end, kinds


def _kind(line: str) -> str:
    if len(line) > LONGEST * 5:
        return ""
    line = line[:LONGEST]
    if boxed := _HEADER_BOXED.match(line):
        line = boxed["word"] + ":"
    found = _HEADER.match(line)
    return (found.lastgroup or "") if found else ""


def _next_said(lines: list[str], at: int) -> int | None:
    for i in range(at, min(at + 6, len(lines))):
        if plain(lines[i]):
            return i
    return None
