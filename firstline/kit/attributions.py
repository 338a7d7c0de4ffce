"""The sentences and lines that mail programs write above the letter which they quote, in the languages of the world."""

# ruff: noqa: E501  tables as they stand

import re

LONGEST = 400
"""No line that opens a quote is longer. It also bounds every pattern here."""


def any_of(*words: str) -> str:
    """A pattern for one of these."""
    return "(?:" + "|".join(words) + ")"


_DASHES = "-_=*~ \t\xa0‐‑–—─━"
_ORIGINAL = any_of(
    *("original", "original (?:message|appointment|e-?mail)", "reply message", "wiadomość oryginalna"),
    *(
        "原始邮件",
        "原始郵件",
        "原邮件",
        "邮件原件",
        "邮件原文",
        "原文",
        "回复的原邮件",
        "回复的邮件",
        "回复邮件",
        "原始信息",
    ),
    *("原始訊息", "原始讯息", "元のメッセージ", "元のメール", "원본 메시지", "원본 메일", "원본 이메일", "원래 메시지"),
    *(
        "(?:ursprüngliche|original) ?(?:nachricht|e-?mail)",
        "(?:message|e-?mail|courriel) d['’]origine",
        "message original",
    ),
    *("(?:mensaje|correo) original", "messaggio originale", "mensagem original", "missatge original"),
    *("oorspronkelijk bericht", "origineel bericht", "(?:ursprungligt|originalt?) meddelande", "originalmeddelande"),
    *("(?:oprindelig|original) (?:meddelelse|besked)", "opprinnelig (?:melding|e-post)", "alkuperäinen viesti"),
    *(
        "oryginalna wiadomość",
        "(?:původní|pôvodná) (?:zpráva|správa|e-mail)",
        "eredeti üzenet",
        "mesaj(?:ul)? original",
    ),
    *("исходное сообщение", "оригинальное сообщение", "вихідне повідомлення", "оригинално съобщение"),
    *("orijinal (?:ileti|mesaj|e-?posta)", "özgün ileti", "thư gốc", "tin nhắn gốc", "αρχικό μήνυμα", "pesan asli"),
    *("izvirno sporočilo", "izvorna poruka", "הודעה מקורית", "الرسالة الأصلية", "ข้อความต้นฉบับ"),
)
_ORIGINAL_LINE = re.compile(f"{_ORIGINAL}$", re.IGNORECASE)

_FORWARDED = any_of(
    r"forwarded (?:message|mail|e-?mail)(?: (?:from|by) .{1,80})?",
    *("转发邮件信息", "转发的邮件", "转发的消息", "转发邮件", "轉寄的郵件", "轉寄郵件", "已转发邮件", "转发的原邮件"),
    *("weitergeleitete (?:nachricht|e-?mail)", "(?:message|e-?mail) transféré", "mensaje reenviado"),
    *("messaggio inoltrato", "mensagem (?:en|re)caminhada", "doorgestuurd bericht", "vidarebefordrat meddelande"),
    *("videresendt (?:melding|meddelelse)", "välitetty viesti", "przekazana wiadomość", "přeposlaná zpráva"),
    *("пересылаемое сообщение", "переслане повідомлення", "iletilen (?:mesaj|ileti)", "továbbított üzenet"),
    *("thư được chuyển tiếp", "転送(?:された)?メッセージ", "전달된 메시지", "προωθημένο μήνυμα"),
)
_FORWARD_LINE = re.compile(f"{_FORWARDED}$", re.IGNORECASE)
_FORWARD_BEGINS = re.compile(
    "^(?:(?:(?:begin )?forwarded message|anfang der weitergeleiteten (?:nachricht|e-?mail)|début du message (?:réexpédié|transféré)"
    "|inizio messaggio inoltrato|inicio del mensaje reenviado|início da mensagem reencaminhada|begin doorgestuurd bericht"
    "|vidarebefordrat brev|開始轉寄郵件|転送されたメッセージ)\\s?[:：]?|开始转发的邮件[:：]?|下面是被?转发的邮件[:：]?)$",
    re.IGNORECASE,
)

# What stands right before the colon.
_WROTE = any_of(
    *(
        r"\bwrote",
        r"\bwrites",
        r"\bsaid",
        "写道",
        "寫道",
        "撰写",
        "的原始邮件",
        "さんが書きました",
        "さんは書きました",
        "のメール",
    ),
    *(
        "작성",
        r"\bschrieb",
        r"\bgeschrieben",
        r"\bgeschreven",
        r"a écrit",
        r"\bescribió",
        r"\bha scritto",
        r"\bescreveu",
        r"va escriure",
    ),
    *(r"\bschreef", r"\bskrev(?: følgende)?", r"\bkirjoitti", r"\bnapisał(?:\(a\)|a)?", r"\bnapsal(?:\(a\)|a)?"),
    *(r"\bnapísal(?:\(a\)|a)?", r"\bнаписал(?:\(а\)|а)?", r"\bписал(?:\(а\)|а)?", r"\bпишет", r"\bнаписав", r"\bпише"),
    *(r"đã viết", r"\bviết", r"\byazdı", r"\bírta(?: a következőt)?", r"\ba scris", r"\bέγραψε", r"\bmenulis"),
    *("เขียนว่า", "כתב(?:/ה|ה)?", "كتب", r"\bnapisal(?:\(a\)|/a|a)?", r"\bnapisao(?:/la)?", r"\bkirjutas", r"\brašė"),
    *(r"\bpisze", "쓴 글", r"\bнаписа", r"\bha escrit", r"\bha escrito", r"\bescribiu", r"\bskreiv", r"\bskrifaði"),
    *(r"\bнапісаў", r"\bshkroi", r"\bidatzi zuen"),
)
# What may have a name or a date between it and the colon.
_WROTE_WHO = (
    *(
        "schrieb ",
        "schreef ",
        "skrev ",
        "escribió ",
        "escreveu ",
        "a écrit ",
        "ha scritto ",
        "wrote on ",
        "napsal ",
        "pisze/",
    ),
    *("kirjoitti ", "yazdı ", "đã viết ", "написал ", "írta "),
    *("kirjutas ", "napisao/la ", "napisao je ", "ha escrit ", "ha escrito ", "escribiu ", "skreiv ", "skrifaði "),
    *("napsal(a) ", "napísal(a) ", "napisana przez ", "написа ", "пишет ", "rašė ", "a scris ", "写于 ", "寫於 "),
)
_ENDS = re.compile(rf"{_WROTE}\s{{0,3}}[:：]$", re.IGNORECASE)
_LONGEST_WORDS = 40
_DASHED = re.compile(rf"{_WROTE}\s{{0,3}}[:：]?$", re.IGNORECASE)
_GROUPWISE = re.compile(r"^>>>\s?[^>].{3,160}\d[:.]\d\d.{0,12}>>>$")

_WORD = any_of(
    *("on", "at", "am", "le", "el", "il", "em", "op", "den", "på", "w dniu", "dnia", "dne", "dňa", "vào", "ngày", "în"),
    *(
        "la",
        "pada",
        "dana",
        "dne",
        "στις",
        "на",
        "þann",
        r"o(?=\s\d)",
        "wiadomość napisana przez",
        "quoting",
        "zitat von",
        "citando(?: a)?",
        "il giorno",
        "le jour",
    ),
)
_DAY = any_of(
    *("mon", "tue", "wed", "thu", "fri", "sat", "sun", "mo", "di", "mi", "do", "fr", "sa", "so", "lun", "mar", "mer"),
    *("mié", "jeu", "jue", "ven", "vie", "sam", "sáb", "dim", "dom", "seg", "ter", "qua", "qui", "sex", "gio", "sab"),
    *(
        "ma",
        "ti",
        "ke",
        "to",
        "pe",
        "la",
        "su",
        "wo",
        "vr",
        "za",
        "zo",
        "man",
        "tir",
        "ons",
        "tor",
        "fre",
        "lør",
        "søn",
    ),
    *("mån", "tis", "tors", "lör", "sön", "pon", "wt", "śr", "czw", "pt", "sob", "niedz", "po", "út", "st", "čt", "pá"),
    *("ne", "ut", "št", "pi", "пн", "вт", "ср", "чт", "пт", "сб", "вс", "нд", "pzt", "sal", "çar", "per", "cum", "cmt"),
    *("paz", "h", "k", "sze", "cs", "p", "szo", "v", "th \\d", "cn", r"\w{4,12}(?=[,，])"),
)
_DATED = rf"(?:(?:{_DAY}[.,，]{{0,2}}\s{{1,2}})?\d{{1,4}}\s?[-/年.년\s])"
_ADDRESS = r"[<(\[]{0,2}(?:mailto:)?[\w.+=-]{1,80}@[\w.-]{1,120}"
# A name: words that begin large, or in a script that knows no large letters.
# Its parts are kept apart by blanks: else one long word could be parted in millions of ways.
_PART = r"(?:[^\Wa-z_][\w.'’&·-]{0,30}|\([^()]{1,40}\)|(?:von|van|de|der|den|of|via|odesílatel|użytkownik)(?=\s))"
_NAME = rf"(?-i:{_PART}(?:[,\s]{{1,2}}{_PART}){{0,6}}[,\s]{{0,2}})"
_NAMED = rf"(?:[\"'“„«][^<>@\"”“»]{{1,80}}[\"'”“»]?\s?|{_NAME})?{_ADDRESS}"
_SPOKEN = any_of(
    *(
        "yes",
        "no",
        "ok",
        "okay",
        "thanks",
        "thank",
        "thx",
        "hi",
        "hello",
        "dear",
        "sure",
        "fine",
        "great",
        "done",
        "please",
    ),
    *(
        "ja",
        "nein",
        "danke",
        "oui",
        "non",
        "merci",
        "gracias",
        "grazie",
        "obrigad[oa]",
        "hallo",
        "да",
        "нет",
        "спасибо",
    ),
)
_BEGINNING = 200
"""So many characters tell whether a sentence begins like an attribution: names take the pattern ever longer."""
_STARTS = re.compile(
    rf"^(?!{_SPOKEN}\b|好|谢|謝|是的|收到|可以|不)[\s*|>]{{0,9}}(?:{_WORD}\b|在|于|於|{_DATED}|{_NAMED}|{_NAME}{any_of(*_WROTE_WHO)})",
    re.IGNORECASE,
)
# `IT service desk kirjoitti 23.11.2026 klo 12.12:`: of a name only the first word need begin large where a verb and a date
# follow at once.
_CALLED = r"(?-i:[^\Wa-z_][\w'’&·-]{0,30}(?:\s[^\s<>@.:!?。！？]{1,30}){0,3})"
_WROTE_AT = any_of(
    *("kirjoitti", "kirjutas", "je napisao(?:/la)?", "napisao je", "napsal(?:\\(a\\)|a)?", "napísal(?:\\(a\\)|a)?"),
    *("skrev", "skreiv", "skrifaði", "schrieb", "schreef", "wrote", "escribió", "escribiu", "escreveu", "ha escrito?"),
    *("ha scritto", "a écrit", "a scris", "пишет", "написа", "rašė", "写于", "寫於"),
)
_CALLED_WROTE = re.compile(
    rf"^(?!{_SPOKEN}\b){_CALLED}\s?(?:\s{_WROTE_AT}\s(?:[\w.]{{1,6}}\s)?\d.{{4,40}}"
    rf"|\s\d[\d./: ]{{6,20}}\starihinde yazdı|\s[於于]\s?\d.{{6,30}}[寫写]道)\s?[:：]$",
    re.IGNORECASE,
)
_BEGINS_AGAIN = re.compile(
    rf"[.!?。！？…][\"')”]?\s{{1,3}}{any_of('on', 'am', 'le', 'el', 'il', 'em', 'op', 'den')}\s", re.I
)
_SENTENCE = re.compile(r"[!?。！？]|[a-z]{4,}\.\s+[A-Z]")
_VERBLESS = re.compile(
    rf"^{_DATED}.{{4,140}}[<(]\s?(?:mailto:)?[\w.+=-]{{1,80}}@[\w.-]{{1,120}}\s?[>)]\s?[:：]?$", re.I
)
_MONTH = any_of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WHEN = re.compile(
    rf"\d{{4}}|\d[:.h]\d\d|\d{{1,2}}[./-]\d|[年月日년]|\b\d{{1,2}} {_MONTH}|\b{_MONTH}[a-z]{{0,7}} \d|\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{{0,6}}\b|@",
    re.I,
)
_NAME_WROTE = re.compile(
    r"^(?!(?i:he|she|it|they|we|you|i|this|that)\s)(?:[^\Wa-z_][\w.'’-]{0,30}\s|(?:von|van|de|der)\s){1,5}"
    r"(?:wrote|writes|写道|schrieb|skrev|schreef)\s?[:：]$|^Quoting .{1,120}:$"
)
_CERTAIN = re.compile(r"@|\d{4}.{0,60}\d[:.h]\d\d|\d[:.h]\d\d.{0,60}\d{4}")


def is_separator(line: str) -> bool:
    """`--- Original Message ---`, `--- Bo wrote ---` and `>>> Bo 23.11.26 9:00 >>>`: a quote opens for certain."""
    words = _between_dashes(line)
    if not words:
        return _GROUPWISE.match(line) is not None
    return _ORIGINAL_LINE.match(words) is not None or _DASHED.search(words[-_LONGEST_WORDS:]) is not None


def is_forward(line: str) -> bool:
    """`--- Forwarded message ---`: what follows is passed on, not old."""
    words = _between_dashes(line)
    return _FORWARD_LINE.match(words) is not None if words else _FORWARD_BEGINS.match(line) is not None


def is_attribution(sentence: str) -> bool:
    """Whether this says who wrote what follows, and when or from which address."""
    ends = _ENDS.search(sentence[-_LONGEST_WORDS:]) is not None
    ends = ends or any(word in sentence[-200:].lower() for word in _WROTE_WHO)
    return (ends and _WHEN.search(sentence) is not None) or (
        sentence.endswith((":", "：")) and _VERBLESS.match(sentence) is not None
    )


def is_certain(sentence: str) -> bool:
    """Whether it names an address or a full date, as programs do and people hardly ever."""
    return _CERTAIN.search(sentence) is not None


def stands_alone(sentence: str) -> bool:
    """Whether an attribution has the line for itself; otherwise words of the letter stand before it."""
    if not _STARTS.match(sentence[:_BEGINNING]) and not _CALLED_WROTE.match(sentence[:_BEGINNING]):
        return False
    if _BEGINS_AGAIN.search(sentence):
        return False
    return _SENTENCE.search(sentence[:-1]) is None


def may_start(line: str) -> bool:
    """Whether a sentence that goes on in the next line may be an attribution."""
    return _STARTS.match(line[:_BEGINNING]) is not None or "@" in line


def is_name_wrote(line: str) -> bool:
    """`Bo wrote:`, or a date and an address without a colon; both count only above marked lines."""
    return _NAME_WROTE.match(line) is not None or _VERBLESS.match(line) is not None


def _between_dashes(line: str) -> str:
    """The words of a line that begins and ends with a row of dashes; empty for any other."""
    words = line.strip(_DASHES)
    start = line.find(words)
    return words if words and start >= 2 and len(line) - start - len(words) >= 2 else ""
