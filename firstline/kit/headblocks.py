"""The block of From, Sent, To and Subject above a quoted letter, in the languages in which mail programs write it."""

# ruff: noqa: E501  tables as they stand

import re

from firstline.kit.attributions import LONGEST

FIELDS = {
    "from": "from|发件人|发信人|寄件者|寄件人|發件人|发送人|von|de|da|van|från|fra|lähettäjä|od|от|від|kimden|gönderen|từ"
    "|feladó|de la|από|差出人|送信者|보낸 사람|보낸사람|발신|dari|מאת|من",
    "date": "sent|date|发送时间|发送日期|發送時間|傳送時間|寄件日期|日期|時間|时间|gesendet|datum|envoyé|enviado|inviato|data"
    "|fecha|verzonden|skickat|sendt|dato|lähetetty|päivämäärä|päiväys|wysłano|odesláno|odoslané|отправлено|дата|надіслано"
    "|gönderildi|gönderme tarihi|tarih|đã gửi|ngày|elküldve|dátum|trimis|στάλθηκε|送信日時|日付|보낸 날짜|날짜|terkirim|tanggal",
    "to": "to|pour|收件人|收件者|收信人|an|à|para|a|aan|till|til|vastaanottaja|do|komu|кому|kime|alıcı|đến|tới|címzett|către|προς"
    "|宛先|받는 사람|받는사람|수신|kepada",
    "cc": "cc|répondre à|抄送|抄送人|副本|copie|kopie|kopia|kopi|kopio|copia|bcc|密送|reply-to|importance|priority|priorität|优先级|重要性"
    "|копия|копія|másolatot kap|참조",
    "subject": "subject|sujet|主题|主旨|主題|标题|betreff|objet|asunto|oggetto|assunto|onderwerp|ämne|emne|aihe|temat|předmět|predmet"
    "|тема|konu|chủ đề|tiêu đề|tárgy|subiect|θέμα|件名|제목|subjek|perihal",
}
_FIELD = re.compile(
    r"^[\s|*>]{0,9}(?:"
    + "|".join(f"(?P<{kind}>{words})" for kind, words in FIELDS.items())
    + r")\s{0,3}\**[|\s]{0,9}[:：]",
    re.IGNORECASE,
)
_BOXED = re.compile(r"^\|\s?(?P<word>发件人|发送日期|发送时间|日期|收件人|抄送|抄送人|主题)\s{0,9}\|")
_ONE_LINE = re.compile(
    r"^[\s*]{0,9}(?:from|发件人|寄件者)\**\s?[:：].{1,300}(?:sent|date|发送时间|发送日期|日期)\**\s?[:：]",
    re.IGNORECASE,
)
_MOST_LINES = 14


def field_of(line: str) -> str:
    """Which field of a letter the line gives: from, date, to, cc or subject; empty for none."""
    if len(line) > LONGEST * 5:
        return ""
    # Some pad a short name with wide blanks: 主　题.
    line = line[:LONGEST].replace("\u3000", "")
    if boxed := _BOXED.match(line):
        line = boxed["word"] + ":"
    found = _FIELD.match(line)
    return (found.lastgroup or "") if found else ""


def block_end(lines: list[str], at: int) -> int:
    """Where the block that starts at this line ends; 0 when none does. `lines` are bare of stray blanks."""
    if len(lines[at]) <= LONGEST and _ONE_LINE.match(lines[at]):
        return at + 1
    if field_of(lines[at]) not in ("from", "date", "subject"):
        return 0
    end, kinds = fields_from(lines, at)
    kinds.discard("cc")
    return end if "from" in kinds and len(kinds) >= 3 else 0


def fields_from(lines: list[str], at: int) -> tuple[int, set[str]]:
    """Where the fields that start here end, and which they are."""
    kinds: set[str] = set()
    end, strangers = at, 0
    for i in range(at, min(at + _MOST_LINES, len(lines))):
        kind = field_of(lines[i])
        if kind:
            if kind in kinds and kind != "cc":
                break
            kinds.add(kind)
            end, strangers = i + 1, 0
        elif lines[i]:
            # A long list of recipients runs over several lines.
            strangers += 1
            if strangers > 3 or "subject" in kinds or "@" not in lines[i]:
                break
    return end, kinds
