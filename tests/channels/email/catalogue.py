"""Letters of our own making, one for each rule and each kind of damage, each labelled with what must become of it.

`{back}`, `{ours}` and `{number}` stand for the signed address, the id of a letter of ours and the number
of Mei's ticket.
"""
# ruff: noqa: E501  letters as they stand

from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

from tests.channels.email.damage import BODY, DAMAGES, FIELDS, PREFACES, STRUCTURES, UNTOLD
from tests.channels.email.notices import ABSENT, ATTACHED, DAEMONS, PEOPLE

TICKET, MESSAGE, NOTE, BOUNCE, ASIDE, UNREADABLE = "ticket", "message", "note", "bounce", "aside", "unreadable"


@dataclass(frozen=True)
class Sample:
    """A letter, and what must become of it: whose it is, its subject and words (a part of them), and the outcome."""

    name: str
    raw: bytes
    outcome: str = TICKET
    sender: str = ""
    subject: str = ""
    says: str = ""
    files: tuple[str, ...] = ()
    envelope: str = "x@y.example"


def made(
    name: str,
    body: bytes | str = "words\n",
    *,
    head: bytes | str = b"",
    sender: bytes | str = "Eva <eva@sample.example>",
    subject: bytes | str = "",
    kind: bytes | str = "",
    outcome: str = TICKET,
    says: str = "",
    files: tuple[str, ...] = (),
    envelope: str = "x@y.example",
) -> Sample:
    """A letter written by hand, byte for byte."""
    rows = [b"From: " + _bytes(sender)] if sender else []
    rows += [b"To: it@desk.example", b"Subject: " + (_bytes(subject) or name.encode())]
    rows += [b"Message-ID: <" + name.replace(" ", "-").encode("ascii", "ignore") + b"@sample.example>"]
    rows += [b"Date: Mon, 23 Nov 2026 09:00:00 +0800"]
    rows += [b"Content-Type: " + _bytes(kind)] if kind else []
    rows += [_bytes(head)] if head else []
    raw = b"\n".join(rows) + b"\n\n" + _bytes(body)
    plainly = sender == "Eva <eva@sample.example>"
    return Sample(name, raw, outcome, "eva@sample.example" if plainly else "", "", says, files, envelope)


def _bytes(text: bytes | str) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def parts(*inner: str, kind: str = "mixed", edge: str = "b") -> tuple[str, str]:
    """A body of several parts, and its content type."""
    return "".join(f"--{edge}\n{part}\n" for part in inner) + f"--{edge}--\n", f'multipart/{kind}; boundary="{edge}"'


# What the label says, the codec that was really used, and the words.
CHARSETS = [
    *(("gb2312", "gb2312", "打印机卡纸了"), ("gb2312", "gbk", "朱镕基路"), ("GB_2312-80", "gbk", "囍字")),
    *(("gbk", "gbk", "电脑蓝屏"), ("x-gbk", "gbk", "密码忘记"), ("cp936", "gbk", "网络很慢"), ("gb18030", "gb18030", "㐀字")),
    *(("hz-gb-2312", "hz", "邮件收不到"), ("big5", "big5", "印表機壞了"), ("big5", "cp950", "螢幕碎了"), ("big5-hkscs", "big5hkscs", "喺度")),
    *(("utf-8", "utf-8", "你好 🙂"), ("utf8", "utf-8", "帮忙"), ('"UTF-8"', "utf-8", "引号"), ("utf-7", "utf-7", "七位")),
    *(("utf-16", "utf-16", "十六位"), ("iso-8859-1", "cp1252", "“5 €”"), ("latin1", "latin-1", "café"), ("us-ascii", "utf-8", "naïve")),
    *(("windows-1252", "cp1252", "œuf"), ("iso-8859-2", "iso8859_2", "příliš"), ("windows-1250", "cp1250", "žluťoučký")),
    *(("koi8-r", "koi8_r", "Принтер"), ("koi8-u", "koi8_u", "Їжак"), ("windows-1251", "cp1251", "Привет"), ("iso-8859-5", "iso8859_5", "Мир")),
    *(("iso-8859-7", "iso8859_7", "Ελλάδα"), ("windows-1253", "cp1253", "Αθήνα"), ("iso-8859-9", "cp1254", "şifre"), ("iso-8859-15", "iso8859_15", "œuvre €")),
    *(("euc-kr", "euc_kr", "프린터"), ("euc-kr", "cp949", "똠방각하"), ("ks_c_5601-1987", "cp949", "비밀번호"), ("iso-2022-kr", "iso2022_kr", "한글")),
    *(("shift_jis", "cp932", "①プリンタ"), ("x-sjis", "cp932", "会議室"), ("euc-jp", "euc_jp", "印刷できない"), ("iso-2022-jp", "iso2022_jp", "助けて")),
    *(("tis-620", "cp874", "สวัสดี"), ("macintosh", "mac_roman", "résumé"), ("iso-8859-8-i", "iso8859_8", "שלום"), ("unknown-8bit", "utf-8", "未知编码")),
    *(("x-unknown", "gbk", "显示器没有图像，请帮忙看一下"), ("default", "utf-8", "默认"), ("", "gbk", "没有说明编码，请帮忙"), ("", "utf-8", "没有说明")),
]  # fmt: skip


def _charsets() -> list[Sample]:
    found = []
    for number, (label, codec, words) in enumerate(CHARSETS):
        encoded = words.encode(codec)
        kind = f"text/plain; charset={label}" if label else "text/plain"
        word = f"=?{label.strip(chr(34))}?B?{b64encode(encoded).decode()}?=" if label else encoded
        found.append(
            made(
                f"charset-{number}",
                b64encode(encoded),
                subject=word,
                kind=kind,
                head="Content-Transfer-Encoding: base64",
                says=words,
            )
        )
    return found


# How From is written, and whose letter it is in the end; empty: nobody's that could be written to.
SENDERS: list[tuple[bytes | str, str]] = [
    ("eva@sample.example", "eva@sample.example"),
    ("<eva@sample.example>", "eva@sample.example"),
    ("EVA@Sample.Example", "eva@sample.example"),
    ('"Berg, Eva" <eva@sample.example>', "eva@sample.example"),
    ("eva@sample.example (Eva Berg)", "eva@sample.example"),
    ("=?utf-8?B?5qKF?= <eva@sample.example>", "eva@sample.example"),
    ("梅 <eva@sample.example>", "eva@sample.example"),
    ("梅".encode("gbk") + b" <eva@sample.example>", "eva@sample.example"),
    ("Eva\n <eva@sample.example>", "eva@sample.example"),
    ("Eva < eva@sample.example >", "eva@sample.example"),
    ("Eva <mailto:new0@sample.example>", "new0@sample.example"),
    ("Eva <new1@sample.example", "new1@sample.example"),
    ("a@b.example, Eva <new2@sample.example>", "new2@sample.example"),
    ("other@victim.example <new3@sample.example>", "new3@sample.example"),
    ("Eva <=?utf-8?Q?new4=40sample.example?=>", "new4@sample.example"),
    ("undisclosed-recipients:;", ""),
    ("Eva Berg", ""),
    ("", ""),
    ("@", ""),
    (b"\xff\xfe\x00", ""),
    ("Eva <eva@>", ""),
]

SUBJECTS: list[tuple[bytes | str, str]] = [
    ("=?utf-8?Q?VPN_=E5=9D=8F=E4=BA=86?=", "VPN 坏了"),
    ("=?utf-8?B?5omT?=\n =?utf-8?B?5Y2w?=", "打印"),
    ("=?utf-8?B?5omT5Q==?= =?utf-8?B?jbA=?=", "打印"),
    ("Re: =?gbk?B?tPLTobv6?= now", "Re: 打印机 now"),
    ("打印机".encode("gbk"), "打印机"),
    ("打印机", "打印机"),
    ("=?utf-8?Q?a=0D=0ABcc:_x@y.example?=", "a Bcc: x@y.example"),
    ("=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
    ("=?utf-8?B?!!!?= rest", "rest"),
    ("a\tb\n\tc", "a b c"),
    ("x" * 2_000, "x" * 249 + "…"),
    ("\u202eexe.gnp", "exe.gnp"),
    ("no\x00zero", "no\ufffdzero"),
    ("[IT-99999999] old number", "old number"),
]

HTML = "text/html; charset=utf-8"
# A body, its type, and words that are shown; behind `|` words that are not.
BODIES = [
    ("<p>Hello <b>you</b></p>", HTML, "Hello you"),
    ("<table><tr><td>房间</td><td>301</td></tr></table>", HTML, "房间 | 301"),
    ("<style>p{}</style><script>alert(1)</script><p>seen</p>", HTML, "seen|alert"),
    ("<p>a<p>b<div>c", HTML, "a\n\nb"),
    ('<img src="https://t.example/x.gif" width=1 height=1><p>seen</p>', HTML, "seen"),
    ('<img src="https://t.example/big.png">', HTML, "(This email has no visible text.)"),
    ("", "text/plain", "(This email is empty.)"),
    (" \n\t\n", "text/plain", "(This email is empty.)"),
    ("Yes.\n\nOn Mon, 23 Nov 2026 at 09:00, IT <it@desk.example> wrote:\n> Which one?\n", "text/plain", "Yes.|Which one"),
    ("好的。\n\n在 2026年11月23日 09:00，IT <it@desk.example> 写道：\n> 哪一个？\n", "text/plain; charset=utf-8", "好的。|哪一个"),
    ("修好了。\n\n------------------ 原始邮件 ------------------\n发件人: IT\n发送时间: 2026年\n收件人: 我\n主题: x\n\n旧的话\n", "text/plain; charset=utf-8", "修好了。|旧的话"),
    ("Fine.\n\n-----Original Message-----\nFrom: IT\nSent: Monday\nTo: Eva\nSubject: x\n\nold words\n", "text/plain", "Fine.|old words"),
    ("Fine.\n\n________________________________\nFrom: IT <a@b.example>\nSent: Monday\nTo: Eva\nSubject: x\n\nold words\n", "text/plain", "Fine.|old words"),
    ("可以了\n\n发自我的iPhone", "text/plain; charset=utf-8", "可以了|iPhone"),
    ("可以了\n\n发自我的华为手机", "text/plain; charset=utf-8", "可以了|华为"),
    ("ok\n\nSent from my Galaxy", "text/plain", "ok|Galaxy"),
    ("ok\n\nGet Outlook for iOS", "text/plain", "ok|Outlook"),
    ("Call me.\n-- \nEva Berg\nFinance\n", "text/plain", "Call me.|Finance"),
    ("> only\n> a quote\n", "text/plain", "only"),
    ("FYI\n\n---------- Forwarded message ---------\nFrom: Bob\n\nThe printer burns.\n", "text/plain", "The printer burns."),
    ("http://a.example/ \n" * 5_001, "text/plain", "too many links"),
    ("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nsigned words\n-----BEGIN PGP SIGNATURE-----\nx\n", "text/plain", "signed words"),
    ("caf=E9 =\ntogether=\n=3D", "text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable", "café together="),
    ("broken =ZZ = code", "text/plain\nContent-Transfer-Encoding: quoted-printable", "broken"),
    ("d29yZHM", "text/plain\nContent-Transfer-Encoding: base64", "words"),
    ("plain after all", "text/plain\nContent-Transfer-Encoding: x-strange", "plain after all"),
    ("words", "text", "words"),
    ("words", "nonsense; ;; =", "words"),
    ("BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nSUMMARY:Budget\nLOCATION:Room 3\nDTSTART:20261123T020000Z\nDTEND:20261123T030000Z\nEND:VEVENT\nEND:VCALENDAR\n", "text/calendar; method=REQUEST", "Invitation: Budget"),
    ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY", "text/calendar", "no visible text"),
]  # fmt: skip

_TEXT = "Content-Type: text/plain\n\nwords"
_PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="


def _file(head: str, content: str = "YWJj") -> str:
    return f"{head}\nContent-Transfer-Encoding: base64\n\n{content}"


# The head of an attached part, and the name under which it is kept.
NAMES: list[tuple[str, str]] = [
    ('Content-Type: application/pdf; name="a.pdf"', "a.pdf"),
    ("Content-Type: application/pdf\nContent-Disposition: attachment; filename*=utf-8''%E6%97%A5%E5%BF%97.pdf", "日志.pdf"),
    ("Content-Type: application/pdf\nContent-Disposition: attachment; filename*0*=gbk''%C8%D5; filename*1*=%D6%BE.pdf", "日志.pdf"),
    ('Content-Type: application/pdf\nContent-Disposition: attachment; filename="=?gb2312?B?yNXWvg==?=.pdf"', "日志.pdf"),
    ('Content-Type: text/plain\nContent-Disposition: attachment; filename="../../etc/passwd"', "passwd"),
    ('Content-Type: text/plain\nContent-Disposition: attachment; filename="C:\\\\temp\\\\a.txt"', "a.txt"),
    ('Content-Type: application/octet-stream; name="' + "n" * 300 + '.bin"', "n" * 190),
    ("Content-Type: application/zip", "attachment-1.zip"),
    ("Content-Type: image/png", "image-1.png"),
    ('Content-Type: application/octet-stream; name="a;b.txt', "a"),
    ("Content-Type: application/ms-tnef; name=winmail.dat", "winmail.dat"),
    ("Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", "smime.p7m"),
    ("Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m", "smime.p7m"),
]  # fmt: skip

# Header fields of a machine, who it says to be (empty: Eva), and what becomes of it.
MACHINES: list[tuple[str, str, str]] = [
    ("Auto-Submitted: auto-generated", "", TICKET),
    ("Auto-Submitted: no", "", TICKET),
    ("Auto-Submitted: auto-replied (vacation)", "", BOUNCE),
    ("X-Autoreply: yes", "", BOUNCE),
    ("X-Autorespond: holiday", "", BOUNCE),
    ("Precedence: auto_reply", "", BOUNCE),
    ("Precedence: bulk", "", TICKET),
    ("Precedence: list\nList-Id: <l.sample.example>", "", TICKET),
    ("Precedence: junk", "", TICKET),
    ("List-Unsubscribe: <mailto:x@y.example>", "", TICKET),
    ("X-Auto-Response-Suppress: All", "", TICKET),
    ("X-Auto-Response-Suppress: OOF, DR", "", TICKET),
    ("Return-Path: <>", "", TICKET),
    ("X-Mailer: printer", "noreply@sample.example", TICKET),
    ("X-Mailer: root", "mailer-daemon@sample.example", TICKET),
    ("X-Firstline-Loop: other.example", "", TICKET),
    ("X-Firstline-Loop: desk.example", "", ASIDE),
]

STATUS = "Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; mei@corp.example\nAction: {action}\nStatus: {status}\n"


def _bounce(name: str, *, action: str, status: str, about: str = "<x@y.example>", text: str = "It failed.") -> Sample:
    body, kind = parts(
        f"Content-Type: text/plain\n\n{text}",
        "Content-Type: message/delivery-status\n\n" + STATUS.format(action=action, status=status),
        f"Content-Type: text/rfc822-headers\n\nMessage-ID: {about}\nSubject: x",
        kind="report; report-type=delivery-status",
    )
    return made(name, body, kind=kind, sender="MAILER-DAEMON@mx.example", outcome=BOUNCE, envelope="")


def _deep(depth: int) -> bytes:
    return b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(depth))


MEI = "Lin Mei <mei@corp.example>"
EVE = "Eve <eve@elsewhere.example>"

# Who writes, what proves or names the ticket, and what becomes of it.
THREADS: list[tuple[str, str, str]] = [
    (MEI, "To: {back}", MESSAGE),
    (MEI, "Cc: x@y.example, {back}", MESSAGE),
    (MEI, "Delivered-To: {back}", MESSAGE),
    (MEI, "X-Original-To: {back}", MESSAGE),
    (MEI, "In-Reply-To: {ours}", MESSAGE),
    (MEI, "References: <a@b.example> {ours}", MESSAGE),
    (MEI, "References: {ours} <a@b.example>", MESSAGE),
    (MEI, "References: {ours}\n\t<a@b.example>\n\t<c@d.example>", MESSAGE),
    (MEI, "Subject: [{number}] again", TICKET),
    (MEI, "In-Reply-To: <FL-1.guess@desk.example>", TICKET),
    (MEI, "X-To: it+{number}.aaaaaaaaaaaaaaaa@desk.example", TICKET),
    (EVE, "To: {back}", NOTE),
    (EVE, "In-Reply-To: {ours}", NOTE),
    (EVE, "Subject: Re: [{number}] VPN", TICKET),
    ("Bo Wen <bo@corp.example>", "In-Reply-To: {ours}", NOTE),
    ("Bo Wen <bo@corp.example>", "To: {back}", NOTE),
    ("mei@corp.example <eve@elsewhere.example>", "To: {back}", NOTE),
    ("Eve <eve@elsewhere.example>, Lin Mei <mei@corp.example>", "To: {back}", NOTE),
    (MEI, "In-Reply-To: {ours}\nAuto-Submitted: auto-replied", NOTE),
    (MEI, "In-Reply-To: {ours}\nAuto-Submitted: auto-generated", NOTE),
    (MEI, "In-Reply-To: {ours}\nSubject: Automatic reply: away", NOTE),
    (MEI, "In-Reply-To: {ours}\nPrecedence: list", MESSAGE),
]


def _damaged() -> list[Sample]:
    text, mixed = parts(_TEXT, _file("Content-Type: image/png; name=a.png", _PNG))
    inner, digest = parts("\nSubject: one\n\nfirst", "\nSubject: two\n\nsecond", kind="digest", edge="d")
    nested, _kind = parts("Content-Type: text/plain\n\nplain", "Content-Type: text/html\n\n<p>html</p>", edge="c")
    both, alternative = parts(
        "Content-Type: text/plain\n\nplain", "Content-Type: text/html\n\n<p>html</p>", kind="alternative"
    )
    related, kind = parts('Content-Type: text/html\n\n<p>see <img src="cid:a@b"></p>', _file("Content-Type: image/png; name=a.png\nContent-ID: <a@b>", _PNG), kind="related")  # fmt: skip
    return [
        made("never closed", text.replace("--b--\n", ""), kind=mixed, says="words", files=("a.png",)),
        made("no boundary given", text, kind="multipart/mixed", says="words"),
        made("wrong boundary", text, kind="multipart/mixed; boundary=zzz", says="words"),
        made("no parts at all", "just words", kind="multipart/mixed; boundary=b", says="just words"),
        made("text before the parts", "ignored\n" + text, kind=mixed, says="words", files=("a.png",)),
        made("boundary with blanks", text.replace("--b\n", "--b  \n"), kind=mixed, says="words", files=("a.png",)),
        made("alternative", both, kind=alternative, says="plain"),
        made("alternative within", nested, kind='multipart/alternative; boundary="c"', says="plain"),
        made("cid picture", related, kind=kind, says="see", files=("a.png",)),
        made("digest", inner, kind=digest, files=("one.eml", "two.eml")),
        made("attached letter", *parts(_TEXT, "Content-Type: message/rfc822\n\nSubject: Inner one\n\nx")[:1], kind=mixed, says="words", files=("Inner one.eml",)),
        made("only a file", _file("", "YWJj").strip(), kind="application/pdf; name=a.pdf", says="no visible text"),
        made("encrypted", *parts("Content-Type: application/pgp-encrypted\n\nVersion: 1", "Content-Type: application/octet-stream; name=e.asc\n\nx")[:1], kind='multipart/encrypted; boundary="b"', says="encrypted", files=("e.asc",)),
        made("signed", *parts(_TEXT, "Content-Type: application/pgp-signature\n\nx")[:1], kind='multipart/signed; boundary="b"', says="words"),
        made("crlf", text.replace("\n", "\r\n"), kind=mixed, says="words", files=("a.png",)),
        made("null bytes", b"be\x00fore and af\x00ter", says="fore and af"),
        made("bare cr", b"one\rtwo\rthree", says="one\ntwo"),
        Sample("nothing at all", b"", says="(This email is empty.)"),
        Sample("no header", b"\nJust words.\n", says="Just words."),
        Sample("no blank line", b"From: eva@sample.example\nSubject: x\nThis is text already.\n", sender="eva@sample.example"),
        Sample("mbox line", b"From eva@x Mon Nov 23\nFrom: eva@sample.example\nSubject: mbox\n\nwords", sender="eva@sample.example", subject="mbox"),
        Sample("binary", bytes(range(256)) * 20),
        Sample("no from", b"Reply-To: new5@sample.example\nSubject: x\n\nwords", sender="new5@sample.example"),
        Sample("sender only", b"Sender: new6@sample.example\nSubject: y\n\nwords", sender="new6@sample.example"),
        Sample("envelope only", b"Subject: z\n\nwords", sender="root@sample.example", envelope="root@sample.example"),
        made("two ids", head="message-id: <second@sample.example>"),
        made("huge id", head="Message-ID: <" + "i" * 900 + "@x>"),
        made("many references", head="References: " + "\n ".join(f"<{n}@x.example>" for n in range(500))),
        made("bad date", head="Date: yesterday"),
        made("many receivers", head="Cc: " + ", ".join(f"p{n}@x.example" for n in range(600))),
        made("deep", "bottom", head=_deep(9), says="bottom"),
    ]  # fmt: skip


def catalogue() -> list[Sample]:
    """All of them, those stored as files among them."""
    found = [*_charsets(), *_damaged()]
    found += [_from(n, way, address) for n, (way, address) in enumerate(SENDERS)]
    found += [_about(n, way, text) for n, (way, text) in enumerate(SUBJECTS)]
    found += [
        made(f"body-{n}", body, kind=kind, says=says.split("|")[0]) for n, (body, kind, says) in enumerate(BODIES)
    ]
    for n, (head, name) in enumerate(NAMES):
        body, kind = parts(_TEXT, _file(head))
        found.append(made(f"file-{n}", body, kind=kind, says="words", files=(name,)))
    found += [_by_machine(n, *row) for n, row in enumerate(MACHINES)]
    found += _strange()
    found += [
        _bounce("bounce of ours", action="failed", status="5.1.1", about="{ours}"),
        _bounce("bounce of another", action="failed", status="5.1.1"),
        _bounce("bounce delayed", action="delayed", status="4.4.1", about="{ours}"),
        _bounce("bounce delivered", action="delivered", status="2.0.0", about="{ours}"),
        _bounce("bounce without sense", action="?", status=""),
        made("bounce in words", "<gone@x.example>: 550 5.1.1 no such user", sender="MAILER-DAEMON@x.example", subject="Undelivered Mail Returned to Sender", outcome=BOUNCE, envelope=""),
        made("退信", "收件人不存在 550", sender="postmaster@x.example", subject="退信通知", outcome=BOUNCE),
        made("receipt", *parts(_TEXT, "Content-Type: message/disposition-notification\n\nDisposition: manual; displayed")[:1], kind='multipart/report; report-type=disposition-notification; boundary="b"', outcome=BOUNCE),
    ]  # fmt: skip
    found += [_in_thread(n, *row) for n, row in enumerate(THREADS)]
    found += notices()
    found += [
        made("bomb of parts", b"--b\n\nx\n" * 3_000, kind="multipart/mixed; boundary=b", outcome=UNREADABLE),
        made("bomb of depth", head=_deep(3_000), outcome=UNREADABLE),
        made("bomb of fields", head="X: y\n" * 5_000 + "Z: z", outcome=UNREADABLE),
        made("bomb of one field", head="X: " + "y" * 300_000, outcome=UNREADABLE),
    ]
    return found


def _strange() -> list[Sample]:
    """One letter of each kind of damage; `damage` has the tables."""
    whole = b"\n".join(FIELDS) + b"\n\n" + BODY
    heads = {
        f"head: {name}": b"\n".join([*FIELDS[:3], row, *FIELDS[3:]]) + b"\n\n" + BODY for name, row in DAMAGES.items()
    }
    heads |= {f"before the head: {name}": preface + whole for name, preface in PREFACES.items()}
    heads |= {f"line ends {ends!r}": whole.replace(b"\n", ends) for ends in (b"\r", b"\r\n", b"\r\r\n")}
    found = [
        Sample(
            name,
            raw.replace(b"<a@", f"<{n}-head@".encode()),
            sender="eva@sample.example",
            subject="Printer broken",
            says="打印机坏了",
            files=("a.log",),
        )
        for n, (name, raw) in enumerate(heads.items())
    ]
    found += [
        made(f"no label {n}", words.encode(codec), subject=words.encode(codec), says=words)
        for n, (codec, words) in enumerate(UNTOLD)
    ]
    return found + [
        made(
            f"structure {n}",
            body.encode("latin-1"),
            kind=kind,
            says=text,
            files=tuple(each for each in files if each != "empty.log"),
        )
        for n, (kind, body, text, files) in enumerate(STRUCTURES)
    ]


def from_notice(name: str, row: tuple[str, str, str, str], *, outcome: str = TICKET) -> Sample:
    """A letter of one of the tables in notices.py; the null sender of its head is that of its envelope."""
    sender, subject, body, head = row
    envelope = "" if "Return-Path: <>" in head else "x@y.example"
    kind = "text/plain; charset=utf-8"
    return made(name, body, head=head, sender=sender, subject=subject, kind=kind, outcome=outcome, envelope=envelope)


def with_attached(name: str, kind: str, content: str) -> Sample:
    """A person's question about a letter that did not arrive, with a part of a bounce attached."""
    told = "Content-Type: text/plain\n\nHello, my mail to orders@supplier.example comes back, what is wrong?"
    body, mixed = parts(told, f"Content-Type: {kind}\nContent-Disposition: attachment\n\n{content}")
    return made(f"attached {name}", body, kind=mixed, subject="My mail comes back", says="what is wrong")


def notices() -> list[Sample]:
    """What servers, services and programs write of themselves, and what people write that looks like it."""
    found = [from_notice(f"daemon {name}", row, outcome=BOUNCE) for name, row in DAEMONS.items()]
    found += [from_notice(f"absent {name}", row, outcome=BOUNCE) for name, row in ABSENT.items()]
    found += [from_notice(f"person {name}", row) for name, row in PEOPLE.items()]
    found += [with_attached(name, *row) for name, row in ATTACHED.items()]
    body, kind = parts(
        "Content-Type: text/plain\n\nThis is an abuse report.",
        "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\nVersion: 1\nOriginal-Rcpt-To: mei@corp.example\n",
        "Content-Type: text/rfc822-headers\n\nFrom: it@desk.example\nMessage-ID: {ours}\n",
        kind="report; report-type=feedback-report",
    )
    return [*found, made("complaint", body, kind=kind, sender="fbl@provider.example", outcome=BOUNCE)]


def stored() -> list[Sample]:
    """The letters kept as files; what each says is tested in test_letter.py, here only that none is lost."""
    aside = {
        "bounce-delayed",
        "bounce-failed",
        "bounce-in-words-only",
        "out-of-office",
        "read-receipt",
        "success-report",
    }
    folder = Path(__file__).parent / "samples"
    return [
        Sample(path.stem, path.read_bytes(), outcome=BOUNCE if path.stem in aside else TICKET)
        for path in sorted(folder.glob("*.eml"))
    ]


def _by_machine(number: int, head: str, sender: str, outcome: str) -> Sample:
    return made(f"machine-{number}", head=head, sender=sender or "eva@sample.example", outcome=outcome)


def _from(number: int, way: bytes | str, address: str) -> Sample:
    one = made(f"sender-{number}", sender=b"")
    return Sample(one.name, b"From: " + _bytes(way) + b"\n" + one.raw, sender=address, envelope="")


def _about(number: int, way: bytes | str, text: str) -> Sample:
    one = made(f"subject-{number}", subject=way)
    return Sample(one.name, one.raw, sender="eva@sample.example", subject=text)


def _in_thread(number: int, sender: str, head: str, outcome: str) -> Sample:
    rows = (
        f"From: {sender}\nMessage-ID: <thread-{number}@sample.example>\nDate: Mon, 23 Nov 2026 09:00:00 +0800\n{head}\n"
    )
    return Sample(f"thread-{number}", f"{rows}\nwords {number}\n".encode(), outcome=outcome)
