"""Automatic answers: absences, receipts that a letter was read, and questions whether its sender is a person."""
# ruff: noqa: E501  tables as they stand

import re

from firstline.channels.email.bounces import RECEIPT, is_report
from firstline.channels.email.headers import Headers
from firstline.channels.email.mime import Part


def _any(*words: str) -> str:
    return "(?:" + "|".join(words) + ")"


# How programs title such an answer, before a colon and the subject that it answers. Nobody else writes the first; the
# second people write, too, for they ask about an absence, or before one.
_PROGRAMS_TITLE = _any(
    *(
        "auto(?:matic|mated)?[- ]?(?:reply|response|answer|responder)(?: from [^:]{1,60})?",
        "out of (?:the )?office(?: auto-?reply| reply| notification| message)",
        "vacation (?:reply|response)",
        "abwesenheits(?:notiz|nachricht|benachrichtigung|assistent)",
        "automatische (?:antwort|rückmeldung)",
        "autom\\. antwort",
        "réponse automatique",
        "message d['’]absence",
        "respuesta automática",
        "risposta automatica",
        "resposta automática",
    ),
    *(
        "automatisch antwoord",
        "afwezigheidsbericht",
        "autosvar",
        "automatiskt svar",
        "automatisk svar",
        "fraværsmelding",
        "automaattinen vastaus",
        "autoodpowiedź",
        "odpowiedź automatyczna",
        "automatyczna odpowiedź",
        "automatická odpoveď",
        "automatická odpověď",
        "автоматический ответ",
        "автоответ(?:чик)?",
        "автоматична відповідь",
        "otomatik yanıt",
        "tự động trả lời",
        "trả lời tự động",
        "automatikus válasz",
        "răspuns automat",
        "αυτόματη απάντηση",
    ),
    *(
        "自動(?:返信|応答)(?:メール)?",
        "자동 ?(?:회신|응답|답장)",
        "(?:休假|外出时的|假期|出差)?自[动動](?:回[复覆复復]|答[复覆]|应答)",
    ),
)
_ANYBODYS_TITLE = _any(
    *(
        "auto",
        "out of (?:the )?office",
        "ooo",
        "vacation(?: message| notice)?",
        "away(?: message| from .{1,40})?",
        "(?:i am|i'm) (?:away|out of (?:the )?office|on (?:vacation|leave|holiday))"
        "(?: (?:until|till|from|on|for|this|next|today|tomorrow)\\b[^:：\\-–—\\n]{0,40})?",
        "abwesend",
        "abwesenheit",
        "nicht im (?:büro|haus)",
        "absence(?: du bureau)?",
        "absent(?:e)?(?: du bureau)?",
        "fuera de (?:la )?oficina",
        "ausente",
        "fuori (?:sede|ufficio)",
        "assente",
        "fora do escritório",
        "ausência(?: temporária)?",
        "afwezig(?:heid)?",
        "frånvaro",
        "fravær",
        "poissa(?: toimistosta)?",
        "nieobecno(?:ść|sc)",
        "mimo kancelář",
        "ofis dışında",
        "不在(?:通知|のお知らせ|連絡)?",
        "休暇(?:中|の)?[^:：]{0,10}",
        "부재 ?중[^:：]{0,10}",
        "(?:我)?(?:正在|在)?(?:休假|外出|出差|不在办公室)(?:通知|中)?",
    ),
)
_BEFORE, _AFTER = r"^[\s\[(【]{0,3}", r"[\])】!.]{0,2}\s{0,3}(?:[:：\-–—]|$)"
_BY_A_PROGRAM = re.compile(_BEFORE + _PROGRAMS_TITLE + _AFTER, re.IGNORECASE)
_BY_ANYBODY = re.compile(_BEFORE + _ANYBODYS_TITLE + _AFTER, re.IGNORECASE)
_ANSWERED = re.compile(
    r"^\s*(?:$|(?:re|aw|sv|antw|回复|答复|回覆)\s?[:：])|\[[A-Z][A-Z0-9]{1,7}-\d{1,18}\]", re.IGNORECASE
)
"""What follows such a title in an answer to us: nothing, a mark of an answer, or the number of a request."""
_LIKELY = re.compile(
    r"^(?:(?:automatic reply|auto(?:matic)?[- ]?(?:reply|response)|out of (?:the )?office)\b"
    r"|(?:休假|外出时的)?(?:自动回复|自動回覆|自动答复))",
    re.IGNORECASE,
)
_SAYS = re.compile(
    _any(
        *(
            "out of (?:the |my )?office",
            "on (?:annual |sick |parental |maternity |paternity )?(?:vacation|leave|holiday)",
            "(?:away|absent) (?:from|until|till|on|for)",
            "(?:am|be|is) (?:currently )?(?:away|unavailable|travelling|traveling|out)",
            "(?:will|shall) (?:be back|return|reply|respond|answer|get back)",
            "limited access to",
            "no access to (?:my )?e-?mail",
            "(?:have|has) received your (?:e-?mail|message|mail)",
            "no longer (?:work|with|employed|at)",
        ),
        *(
            "nicht im (?:büro|haus)",
            "abwesend",
            "im urlaub",
            "wieder (?:erreichbar|im büro|da)",
            "nicht erreichbar",
            "absent",
            "en congés?",
            "de retour",
            "hors du bureau",
            "fuera de la oficina",
            "de vacaciones",
            "ausente",
            "de regreso",
            "fuori (?:sede|ufficio)",
            "in ferie",
            "assente",
            "fora do escritório",
            "de férias",
            "afwezig",
            "met vakantie",
            "niet aanwezig",
            "på semester",
            "inte på kontoret",
            "på ferie",
            "ikke på kontoret",
            "lomalla",
            "poissa",
            "na urlopie",
            "nieobecn",
            "poza biurem",
            "dovolen",
            "mimo kancelář",
            "в отпуске",
            "отсутству",
            "не в офисе",
            "у відпустці",
            "izinde",
            "ofis dışında",
            "nghỉ phép",
            "szabadságon",
            "în concediu",
            "εκτός γραφείου",
        ),
        *(
            "不在にして",
            "休暇",
            "出張",
            "부재",
            "휴가",
            "출장",
            "休假",
            "出差",
            "外出",
            "不在办公室",
            "无法(?:及时|立即)",
            "(?:会|將|将)(?:尽快|儘快|尽早).{0,6}(?:回复|回覆|联系|答复)",
            "(?:已|己)(?:经)?收到(?:您|你)?的?(?:来信|邮件|來信|郵件)",
        ),
    ),
    re.IGNORECASE,
)
_ASKS = re.compile(
    _any(
        "[?？]",
        "(?:please|pls|kindly) (?:help|enable|extend|reset|set|activate|switch|fix|check|grant|give|install|advise)",
        "(?:can|could|would) (?:you|someone|somebody|anybody)",
        "i (?:need|want|would like|tried)",
        "i (?:can ?not|can't|could ?n.t|could not) (?!answer|reply|respond|read|be )",
        "do(?:es)?(?: not|n.t) (?:work|let|show|open|start)",
        "how (?:do|can|to)",
        "bitte (?:um hilfe|helf|aktivier|schalt|richt)",
        "aide[zr] moi|aidez-moi|pouvez-vous|ayuda|aiuto|ajuda",
        "(?:请|請)(?:帮|幫|为我|給我|给我|协助|处理|开通)",
        "帮(?:我|忙)|麻烦|(?<![如有])需要|怎么|如何|求助",
        "(?:无法|不能)(?:设置|打开|开启|启用|使用|登录|关闭)",
    ),
    re.IGNORECASE,
)
"""What somebody writes who wants something of the desk."""
_READ = re.compile(
    r"^(?:read|not read|gelesen|ungelesen|lu|non lu|leído|no leído|letto|non letto|lida|lido|gelezen|läst|lest|læst|luettu|przeczytane|přečteno|прочитано|okundu|已读|已讀|未读|開封済み|읽음)\s?[:：]",
    re.IGNORECASE,
)
_WAS_READ = re.compile(
    r"your message\s.{0,300}was (?:read|deleted)|was read on|wurde (?:gelesen|gelöscht)|a été lu|fue leído|è stat[oa] lett[oa]|foi lida|is gelezen|邮件.{0,80}(?:已读|已被(?:阅读|查看)|阅读)|開封|읽었",
    re.IGNORECASE | re.DOTALL,
)
_DAY = re.compile(r"\d{1,4}\s?[./年-]\s?\d{1,2}|\d{1,2}:\d\d")
# Whoever writes for the first time is asked to show that a person wrote.
_CHALLENGE_TITLE = re.compile(
    r"(?:confirm|verif|challenge|authenticat|approve|whitelist|antispam|anti-spam|suspect|moderat|验证|確認|确认)",
    re.IGNORECASE,
)
_CHALLENGE = re.compile(
    r"(?:spam\s?arrest|boxbe|tmda|bluebottle|sendio|mailblocks|spamlion|whitelist|antispam uol|challenge/?response)"
    r"|(?:your|this) (?:message|e-?mail|mail)\b.{0,200}(?:has (?:not yet )?been (?:held|delivered|quarantined)|being held|held (?:for|until|in)|waiting|awaits|queue)"
    r"|(?:first time|only (?:need|have) to|one[- ]time).{0,160}(?:confirm|verif|reply|click|authenticat)"
    r"|(?:confirm|verify|prove) (?:that )?(?:you are|you're|your) (?:a |an )?(?:human|person|real|not|actual|address as a sender)"
    r"|(?:请|請)(?:点击|回复|點擊|回覆).{0,60}(?:验证|确认|確認).{0,40}(?:发件人|發件人|寄件|邮件|郵件)",
    re.IGNORECASE | re.DOTALL,
)
_FIELDS = (
    *("x-autoreply", "x-autorespond", "x-autoresponder", "x-autoreply-from", "x-auto-reply", "x-mail-autoreply"),
    *("x-autogenerated-reply", "x-vacation", "x-away", "x-ooo", "x-facebook-notify-autoreply", "x-wecom-autoreply"),
)
_SUPPRESSED = frozenset({"all", "autoreply", "oof", "dr", "rn", "nrn"})
_AWAY_CHARS = 2_500


def is_away(root: Part, *, null_sender: bool, text: str) -> bool:
    """Whether this is an automatic answer for certain.

    A subject such as "Out of office" is not enough, for people write that, too: there must be a machine's field, or an
    answer to something, or a title that only programs write; and words of somebody who is away, and none that ask.
    """
    headers = root.headers
    if headers.text("auto-submitted").lower().startswith("auto-replied") or _is_marked(headers):
        return True
    if is_report(root) and any(part.type == RECEIPT for part in root.walk()):
        return True
    subject, beginning = headers.text("subject"), text[:_AWAY_CHARS]
    by_a_machine = null_sender or headers.raw("auto-submitted") is not None or suppresses(headers)
    answers = is_answer(headers)
    says, asks = _SAYS.search(beginning) is not None, _ASKS.search(beginning) is not None
    if _BY_A_PROGRAM.match(subject):
        is_told = len(text) <= _AWAY_CHARS and _ASKS.search(subject) is None
        return by_a_machine or (says and not asks and (answers or is_told))
    if title := _BY_ANYBODY.match(subject):
        is_answered = _ANSWERED.search(subject[title.end() :]) is not None
        told = says and not asks
        return (by_a_machine and (is_answered or told)) or (answers and is_answered and told)
    if by_a_machine and answers and _SAYS.search(beginning[:600]):
        return True
    if _READ.match(subject):
        told = _WAS_READ.search(beginning) is not None and not asks
        return (told and (answers or _DAY.search(beginning) is not None)) or (by_a_machine and not beginning.strip())
    challenges = _CHALLENGE_TITLE.search(subject) is not None and _CHALLENGE.search(beginning) is not None
    precedence = headers.text("precedence").lower() in ("bulk", "junk", "list")
    return challenges and (by_a_machine or answers or precedence)


def is_titled(headers: Headers, *, text: str) -> bool:
    """Whether the subject may be that of an automatic answer, so that no machine answers it.

    People write such subjects as well, of an absence: who asks something, and answers nothing, is a person. A program
    that says neither that it is one nor what it answers is taken for one by the words of somebody who is away.
    """
    subject, beginning = headers.text("subject"), text[:_AWAY_CHARS]
    asks = _ASKS.search(f"{subject}\n{beginning}") is not None
    by_a_program = _BY_A_PROGRAM.match(subject)
    title = by_a_program or _BY_ANYBODY.match(subject)
    if title is None:
        return _LIKELY.match(subject) is not None and not asks
    answered = subject[title.end() :]
    if answered.strip() and _ANSWERED.search(answered):
        return True
    if by_a_program or not answered.strip():
        return not asks or is_answer(headers)
    return not asks and _SAYS.search(beginning) is not None


def is_answer(headers: Headers) -> bool:
    """Whether it says which letter it answers."""
    return headers.raw("in-reply-to") is not None or headers.raw("references") is not None


def seems_away(headers: Headers, text: str) -> bool:
    """Whether title or words are those of somebody who is away, or of what answers for them."""
    beginning = text[:_AWAY_CHARS]
    return is_titled(headers, text=text) or (_SAYS.search(beginning) is not None and _ASKS.search(beginning) is None)


def suppresses(headers: Headers) -> bool:
    """Whether its sender asks for no automatic answers."""
    words = re.split(r"[,;\s]+", headers.text("x-auto-response-suppress").lower())
    return not _SUPPRESSED.isdisjoint(words)


def _is_marked(headers: Headers) -> bool:
    if any(headers.raw(name) is not None for name in _FIELDS):
        return True
    said = (
        headers.text("precedence").lower(),
        headers.text("preference").lower(),
        headers.text("x-precedence").lower(),
    )
    return (
        any(word in ("auto_reply", "auto-reply", "autoreply") for word in said)
        or "autoresponder" in headers.text("x-post-messageclass").lower()
        or says_away(headers)
    )


def says_away(headers: Headers) -> bool:
    """Whether a server on its way wrote that it came by what answers for somebody."""
    return "autoresponder" in headers.text("delivered-to").lower()
