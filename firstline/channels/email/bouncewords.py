"""How mail servers, mail services and carriers tell that a letter did not arrive: who writes so, and in which words."""
# ruff: noqa: E501  tables as they stand

import re


def _any(*words: str) -> str:
    return "(?:" + "|".join(words) + ")"


# Who tells of letters that came back, by the part of the address before the @. What "noreply" writes about a delivery
# is a parcel.
POSTMAN = re.compile(
    "^"
    + _any(
        *(
            "mailer[-_.]?(?:daemon|deamon|demon)",
            "post-?master",
            "post-?mast",
            "mail-?(?:er)?-?daemon",
            "smtp-?daemon",
            "mdaemon",
            "pmdf",
        ),
        *(
            "mail[-_.]?delivery[-_.]?(?:system|subsystem|service)?",
            "mail-?admin",
            "mail[-_.]?administrator",
            "post_?office",
        ),
        *(
            "microsoftexchange[0-9a-f]{32}",
            "mail[-_.]?router",
            "mms-?daemon",
            "bounce-?(?:handler|daemon|notification)s?",
        ),
        *(
            "return(?:ed)?-?mail",
            "mail-?(?:return|error|failure)s?",
            "delivery-?(?:failure|report|status|notification)s?",
            "undeliverable",
            "dsn",
            "ndr",
        ),
        *("feedback-?loop", "fbl", "scomp", "interscanmss"),
    )
    + r"(?:[+._=-].*)?$"
)
# These are no persons; at the others an administrator may write, too.
DAEMON = re.compile(r"^(?:mailer[-_.]?d[ae]+mon|mail-?daemon|smtp-?daemon|mms-?daemon|microsoftexchange[0-9a-f]{32})")
# Programs at a door that write under names of their own; what they say must be a notice from end to end.
GATEWAY = re.compile(
    r"smtp|mail[-_]?service|mail[-_]?system|anti-?virus|\bimss\b|inetgw|gateway|system-?_?admin|-owner$|mail-?server"
)
NAMED_POSTMAN = re.compile(
    "^[\"']?"
    + _any(
        *(
            "mail delivery (?:sub-?system|system|service|agent)",
            "mailer[- ]?daemon",
            "internet mail (?:delivery|system)",
            "mail administrator",
        ),
        *(
            "system administrator",
            "system attendant",
            "mail system",
            "postmaster",
            "post master",
            "mail router",
            "delivery subsystem",
            "mail server",
        ),
        *(
            "email delivery (?:sub)?system",
            "系统管理员",
            "邮件系统",
            "系统退信",
            "邮件投递系统",
            "メール配信システム",
            "メールシステム管理者",
        ),
    )
    + r"\b",
    re.IGNORECASE,
)

# The subject of such a letter begins so.
SUBJECT = re.compile(
    r"^[\s\[(*!<「【\"']{0,6}"
    + _any(
        # English
        *(
            "undeliver",
            "non-?\\s?deliver",
            "(?:e-?mail|mail|message)?\\s?deliver(?:y|ed)?[- ]?(?:sub-?system|status|fail|error|problem|report|notif|incomplete|delay|has|was|is|to|unsuccess|warning)",
        ),
        *(
            "permanent (?:delivery )?(?:failure|error)",
            r"warning:? .{1,80}user unknown",
            r"[^\W\d]{4,14}\] e-?mail delivery",
            "failure (?:notice|notification|delivery|report)",
            "(?:permanent |temporary )?fail(?:ed|ure) (?:to deliver|delivery|mail|sending|e-?mail|recipient)",
            "fail(?:ed|ure)?:",
        ),
        *(
            "return(?:ed|ing) (?:mail|e-?mail|message|to sender)",
            "return:? ",
            "rejected (?:mail|message|e-?mail|posting)",
            "(?:mail|message|e-?mail) (?:was |has been )?(?:reject|return|bounce|refus|block|undeliver|delay|quarantin|not deliver|not sent|could not|couldn't|cannot|fail|status|system error|error|delivery)",
        ),
        *(
            "mail (?:error|failure|delivery warning|system error|not delivered|transport|routing|loop)",
            "(?:your|the) (?:e-?mail|mail|message)s? .{0,80}(?:fail|could|couldn|can'?t|cannot|was|wasn|not|delay|bounce|reject|return|block|undeliver|refus|has)",
        ),
        *(
            "(?:could|can) ?(?:not|n't|n’t) (?:be )?(?:deliver|send|sent)",
            "unable to (?:deliver|send|relay)",
            "delayed (?:mail|message|e-?mail|delivery)",
        ),
        *(
            "warning:? .{0,40}(?:could not|not (?:be |yet )?(?:deliver|sent)|delay|mail|message)",
            "notice:? mail delivery",
            "address not found",
            "(?:unknown|invalid|no such|nonexistent|bad) (?:user|recipient|address|mailbox)",
            "user unknown",
            "recipient (?:unknown|address|not|rejected)",
        ),
        *(
            "mailbox (?:full|over|unavailable|not found|does not|disabled)",
            "(?:over )?quota exceeded",
            "message you sent",
            "bounce",
            "(?:delivery )?expired",
            "postmaster notify",
            "spam (?:bounce|reject)",
            "not delivered",
            "message expired",
            "transcript of session",
            "error sending",
            "error in (?:mail|your)",
        ),
        *(
            "abuse report",
            "complaint (?:about|from|notification|report)",
            "feedback (?:loop|report)",
            "email feedback report",
            "(?:client|user) tos notification",
            "ndr:",
            "dsn:",
            "ndn:",
            "ndn ",
            "relayed:",
            "delivered:",
        ),
        # German, French, Spanish, Portuguese, Italian, Dutch
        *(
            "unzustellbar",
            "(?:mail-?|nachricht(?:en)?-?)?zustell(?:ung|fehler|benachrichtigung|problem)",
            "nicht zustellbar",
            "übermittlungsstatus",
            "benachrichtigung (?:zum|über den)",
            "fehler bei der zustellung",
            "ihre nachricht (?:konnte|wurde)",
            "die nachricht konnte",
        ),
        *(
            "non remis",
            "échec (?:de|d)",
            "notification d['’]état",
            "message non (?:distribu|remis|délivr)",
            "courrier non",
            "non distribu",
            "retour à l['’]expéditeur",
            "avis de non",
        ),
        *(
            "no se (?:puede|pudo|ha podido) entregar",
            "no entreg",
            "notificación (?:del|de) (?:estado|entrega|error)",
            "error (?:de|en la) entrega",
            "correo (?:no entregado|devuelto|rechazado)",
            "mensaje (?:no entregado|devuelto)",
            "devuelto",
            "fallo (?:de|en)",
        ),
        *(
            "não (?:é possível|foi possível) entregar",
            "não entreg",
            "falha (?:na|de|no)",
            "notificação (?:de|do) (?:status|estado|entrega|falha)",
            "mensagem (?:não|devolvida)",
            "e-?mail (?:não|devolvido)",
        ),
        *(
            "non recapitabile",
            "mancat[oa] (?:recapito|consegna)",
            "impossibile (?:recapitare|consegnare)",
            "notifica (?:dello|di|sullo) (?:stato|mancat)",
            "avviso di mancata",
            "messaggio non",
            "onbestelbaar",
            "niet (?:bezorgd|afgeleverd)",
            "kan niet worden bezorgd",
            "melding over de bezorgstatus",
        ),
        # Nordic, Polish, Czech, Hungarian, Romanian, Russian, Turkish, Greek, Vietnamese
        *(
            "(?:kan|kunne|gick|går|kunde) (?:ej|ikke|inte)",
            "olevererb",
            "uleverbar",
            "ikke lever",
            "leveringsfejl",
            "leveringsstatus",
            "meddelandet kunde",
            "toimitus ?(?:epäonnistu|ilmoitus|virhe)",
            "ei voitu toimittaa",
            "perille toimittamaton",
            "viestin toimit",
        ),
        *(
            "nie ?dostarcz",
            "nie można dostarczyć",
            "niepowodzenie dostarcz",
            "zwrot(?:: | wiadomości)",
            "nedoručiteln",
            "nelze doručit",
            "nedoručen",
            "oznámení o (?:stavu )?doruč",
            "kézbesíthetetlen",
            "sikertelen kézbesítés",
            "nelivrabil",
            "imposibil de livrat",
        ),
        *(
            "недоставлен",
            "не (?:удается|удалось|удаётся) доставить",
            "не доставлен",
            "ошибка доставки",
            "сообщение не доставлено",
            "письмо не доставлено",
            "неможливо доставити",
            "не вдалося доставити",
            "teslim edilem",
            "gönderilemed",
            "iletilemed",
            "iletiniz",
            "αδύνατη η παράδοση",
            "μη παραδοτέο",
            "không (?:gửi|thể gửi|chuyển)",
        ),
        # Japanese, Korean, Chinese
        *(
            "配信(?:不能|でき|エラー|失敗|不可|状況|遅延)",
            "(?:メール|メッセージ).{0,8}(?:送信|配信|届|送れ|お届け|エラー|不達|返送|遅延)",
            "送信(?:できま|エラー|失敗|不能)",
            "エラーメール",
            "不達",
            "未配信",
            "宛先不明",
            "返送",
            "リターンメール",
        ),
        *(
            "반송",
            "배달(?: 실패|되지| 못| 상태| 지연)",
            "전송(?: 실패|되지| 오류)",
            "전달되지",
            "발송 ?실패",
            "메일 ?(?:반송|전송|발송|배달|수신)",
        ),
        *(
            "(?:系统|自动)?退[信件]",
            "被?退回",
            "无法(?:投递|传递|送达|发送)",
            "無法(?:投遞|傳遞|送達|傳送)",
            "未(?:送达|送達|能投递|能送达|成功投递)",
            "(?:投递|投遞|发送|發送|传送|递送|派送|寄信|邮件)(?:失败|失敗|延迟|延遲|错误|异常|状态)",
            "(?:您|你)(?:发送|发|寄)?的?.{0,12}(?:邮件|郵件).{0,12}(?:退|失败|失敗|未|无法|無法)",
            "(?:邮件|郵件|来自).{0,16}(?:退信|退回|无法|無法|未|失败|失敗|延迟|延遲|拒收)",
            "邮件系统",
        ),
    ),
    re.IGNORECASE,
)
# And its words, near their beginning.
OPENING = re.compile(
    _any(
        *(
            "this is the (?:qmail|mail|postfix|machine|system)",
            "qmail-send program",
            "created automatically by (?:mail|the)",
            "automatically generated (?:delivery|message|by)",
            "automatic(?:ally)? .{0,30}(?:delivery|non-?delivery)",
        ),
        *(
            "(?:wasn't|was not|unable|not able|were unable|am unable) (?:able )?to (?:be )?(?:deliver|send|relay)",
            "(?:could|can|did|was|has|have|were|does|would|will) ?(?:not|n't) (?:be |been |yet been |yet be )?(?:deliver|reach|sent|send|accept|process|forward)",
        ),
        *(
            "undeliver",
            "delivery (?:to|of|has|failed|attempt|status|delayed|notif|error)",
            "permanent(?:ly)? (?:fatal )?(?:error|fail|reject)",
            "the following (?:address|recipient|message|error|e-?mail|destination|user)",
            "return(?:ed|ing) (?:to sender|message|mail|your)",
            "failed (?:address|recipient|to deliver|permanently)",
        ),
        *(
            "(?:user|host|recipient|account|address|mailbox)[\\w@.<>\" -]{0,60} (?:is )?(?:unknown|not found|not known|invalid|unavailable|disabled|full|rejected|does ?n[o']t exist|over quota|no longer)",
            "no such (?:user|recipient|mailbox|person|address|domain)",
            "unknown (?:user|recipient|address|local)",
            "unrout(?:e)?able",
            "over ?quota",
            "\\b5\\d\\d[ -]#?5\\.\\d\\.\\d",
            "\\b5[05]\\d (?:\\d\\.|[a-z<])",
            "bounced",
        ),
        *(
            "reporting-mta",
            "final-recipient",
            "diagnostic-code",
            "feedback-type",
            "transcript of session",
            "----- .{0,40}(?:address|session|original|message|letter)",
            "zugestellt|zustellung|unzustellbar",
            "n['’]a (?:pas )?(?:pu|été)|non remis|non distribu",
            "no (?:se )?(?:pudo|ha podido|puede|fue).{0,20}entreg",
            "não (?:pôde|foi|pode).{0,20}entreg",
            "non (?:è stato|può|recapit).{0,20}(?:possibile|recapit|consegn)",
        ),
        *(
            "niet (?:worden )?(?:bezorgd|afgeleverd)",
            "nie (?:można|został|mogł).{0,30}dostarcz",
            "не (?:может|удалось|был[ао]?|доставл)",
            "teslim edilem|iletilem",
            "配信|送信でき|届け|宛先|メールボックス",
            "배달|전송|반송",
            "退信|退回|无法投递|無法|投递|未送达|收件人.{0,12}(?:不存在|已满)|发送失败|拒收",
        ),
    ),
    re.IGNORECASE,
)
DELAYED = re.compile(
    r"\bdelay(?:ed)?\b|\bwarning:? (?:message|could|your)|will (?:keep|continue|be retried)|(?:keep|still) (?:trying|being)|\bretry(?:ing)?\b|do(?:es)? not need to resend"
    r"|verzögert|retard|retras|atras|ritard|vertraag|försen|forsin|opóźni|задерж|延迟|延遲|推迟|重试|遅延|지연",
    re.IGNORECASE,
)
ERROR = re.compile(
    r"\b[45]\d\d[ -]#?[45]\.\d{1,3}\.\d{1,3}\b|\b5[05]\d\b.{0,80}(?:user|mailbox|recipient|address|relay|spam|reject|denied)",
    re.IGNORECASE,
)

# What the notices of mail services in JSON are, by a name in them and its whole value, without case and underscores.
_FAILED = dict.fromkeys(
    (
        "bounce",
        "bounced",
        "hardbounce",
        "dropped",
        "blocked",
        "failed",
        "reject",
        "rejected",
        "invalid",
        "invalidemail",
    ),
    "failed",
)
_COMPLAINED = dict.fromkeys(("complaint", "complained", "spam", "spamreport", "spamcomplaint"), "complaint")
_DELAYED = dict.fromkeys(("deferred", "deferral", "delay", "delayed", "softbounce", "deliverydelay"), "delayed")
_ARRIVED = dict.fromkeys(("delivered", "delivery"), "arrived")
_KINDS = {**_FAILED, **_COMPLAINED, **_DELAYED, **_ARRIVED}
SERVICES: dict[str, dict[str, str]] = {
    "notificationType": _KINDS,
    "eventType": _KINDS,
    "RecordType": _KINDS,
    "event": _KINDS,
    "type": {
        **dict.fromkeys(("bounce", "outofband", "policyrejection"), "failed"),
        "delay": "delayed", "delivery": "arrived", "spamcomplaint": "complaint",
        "email.bounced": "failed", "email.complained": "complaint", "email.deliverydelayed": "delayed",
    },
}  # fmt: skip
"""Name: {value: "failed", "delayed", "arrived" or "complaint"}."""
GENERAL = frozenset({"event", "type"})
"""Other programs use these names as well; with them the notice must bear one of `OF_A_SERVICE`, too."""
OF_A_SERVICE = frozenset(
    {
        *("messageid", "smtpid", "sgmessageid", "sgeventid", "mjmessageid", "emailid", "originalmessageid"),
        *("eventdata", "msys", "msg"),
    }
)
RECIPIENT = frozenset({"emailaddress", "email", "recipient", "rcptto", "to", "destination"})
