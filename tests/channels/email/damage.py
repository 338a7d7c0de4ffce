"""What happens to letters on their way, as tables: to their heads, their charsets and their parts."""
# ruff: noqa: E501  letters as they stand

from base64 import b64encode

FIELDS = [
    b"Received: from a.example by mx.example id 1; Mon, 23 Nov 2026 09:00:00 +0800",
    b"From: Eva <eva@sample.example>",
    b"To: it@desk.example",
    b"Subject: Printer broken",
    b"Message-ID: <a@sample.example>",
    b"Date: Mon, 23 Nov 2026 09:00:00 +0800",
    b"MIME-Version: 1.0",
    b'Content-Type: multipart/mixed; boundary="edge"',
]
BODY = (
    b"--edge\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n5omT5Y2w5py65Z2P5LqG\n"
    b"--edge\nContent-Type: text/plain\nContent-Disposition: attachment; filename=a.log\n\none line\n--edge--\n"
)
# A field that is folded, with what is wrong inside it.
DAMAGES = {
    "blank line": b"X-Spam-Report: * 1.0 BODY\n\n\t* 2.0 more",
    "blank line at its end": b"X-Spam-Report: * 1.0 BODY\n",
    "blanks only": b"X-Spam-Report: * 1.0 BODY\n \t \n\t* 2.0 more",
    "blanks only at its end": b"X-Spam-Report: * 1.0 BODY\n\t",
    "three blank lines": b"X-Spam-Report: * 1.0 BODY\n\n\n\n * 2.0 more\n * 3.0 more",
    "indent lost": b"X-Spam-Report: * 1.0 BODY\n2.0 more of it\nand more",
    "indent lost in received": b"Received: from b.example\nby c.example with ESMTP",
    "no colon": b"X-Virus-Scanned: yes\nX-Broken",
    "mailbox line": b"X-Mailer: Y\n>From eva@sample.example Mon Nov 23 09:00:00 2026",
    "name of 400 characters": b"X-" + b"n" * 400 + b": y",
    "blank in its name": b"X-Mailer: Y\nX Strange: y",
    "8-bit name": b"X-Mailer: Y\n\xc3\x9cber: y",
}
PREFACES = {
    "mark": b"\xef\xbb\xbf",
    "mark and blank lines": b"\xef\xbb\xbf\n\n",
    "blank lines": b"\n\r\n\n",
    "blanks": b"  \n\t\n",
    "mailbox line": b"From eva@sample.example Mon Nov 23 09:00:00 2026\n",
    "mark below a mailbox line": b"From eva@sample.example Mon Nov 23 09:00:00 2026\n\xef\xbb\xbf",
    "answer of a server": b"+OK message follows\n",
    "indent": b" ",
}


# Codec, and words that were written in it without saying so.
UNTOLD = [
    *(("cp1252", words) for words in ("Büro, groß, Größe", "café", "Müller", "Bjørn kan ikke logge på", "Größe: 5 €")),
    *(("cp1252", words) for words in ("É possível? Não.", "¿Qué pasa mañana?", "où ça", "à", "Zürich", "it’s “ok”")),
    *(("gb18030", words) for words in ("打印机卡纸了", "密码忘记", "VPN坏了", "会议室", "王伟", "3 楼 network 不通")),
    *(("cp950", words) for words in ("印表機無法列印，請協助處理", "螢幕碎了", "請幫忙", "密碼忘記了")),
    *(("cp932", words) for words in ("プリンタが動きません", "会議室の予約をお願いします", "パスワードを忘れました。")),
    *(("euc_jp", words) for words in ("印刷できないので助けて", "会議室の予約をお願いします")),
    *(("cp949", words) for words in ("프린터가 작동하지 않습니다", "비밀번호를 잊어버렸어요", "안녕하세요")),
    *(("cp1251", words) for words in ("Принтер не работает", "Привет")),
    *(("koi8_r", words) for words in ("Принтер не работает", "Привет, помогите пожалуйста")),
    *(("cp866", "Принтер не работает"), ("cp1253", "Ο εκτυπωτής δεν λειτουργεί"), ("cp1255", "המדפסת לא עובדת")),
    *(("cp874", words) for words in ("ลืมรหัสผ่าน", "ขอความช่วยเหลือ")),
    *(("cp1256", "الطابعة لا تعمل"), ("cp874", "เครื่องพิมพ์ไม่ทำงาน"), ("cp1254", "Yazıcı çalışmıyor, şifremi unuttum")),
    *(("cp1250", words) for words in ("Tiskárna nefunguje, děkuji", "Nie działa drukarka, proszę o pomoc", "Łódź")),
]  # fmt: skip


TEXT = "Content-Type: text/plain\n\nwords"
PDF = "Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\nYWJj"
# The Content-Type of a letter, its body, its text and its files.
STRUCTURES = [
    ("multipart/mixed; boundary=zzz", f"--b\n{TEXT}\n--b\n{PDF}\n--b--\n", "words", ["a.pdf"]),
    ("multipart/mixed", f"--b\n{TEXT}\n--b\n{PDF}\n--b--\n", "words", ["a.pdf"]),
    ('multipart/mixed; boundary="a b"', f"--ab\n{TEXT}\n--ab\n{PDF}\n--ab--\n", "words", ["a.pdf"]),
    ('multipart/mixed; boundary="-"', f"---\n{TEXT}\n---\n{PDF}\n-----\n", "words", ["a.pdf"]),
    ("multipart/mixed boundary=b", f"--b\n{TEXT}\n--b\n{PDF}\n--b--\n", "words", ["a.pdf"]),
    ("multipart/mixed; boundary=b\nContent-Transfer-Encoding: base64", b64encode(f"--b\n{TEXT}\n--b\n{PDF}\n--b--\n".encode()).decode(), "words", ["a.pdf"]),
    ("text/plain", f"--b\n{TEXT}\n--b\n{PDF}\n--b--\n", "words", ["a.pdf"]),
    ("text/plain", f"This is a multi-part message in MIME format.\n\n--b\n{TEXT}\n--b\n{PDF}\n--b--\n", "words", ["a.pdf"]),
    ("", f"Some preamble\n--b\n{TEXT}\n--b\n{PDF}\n--b--\n", "Some preamble\n\nwords", ["a.pdf"]),
    ("multipart/mixed; boundary=b", f"--b\n{TEXT}\n--b--\n--b\n{PDF}\n--b--\n", "words", ["a.pdf"]),
    ("multipart/mixed; boundary=b", f"--b\nContent-Type: multipart/alternative; boundary=b-1\n\n--b-1\n{TEXT}\n--b-1--\n--b\n{PDF}\n--b--\n", "words", ["a.pdf"]),
    ("multipart/mixed; boundary=b", f"--b\n\n--c\n{TEXT}\n--c\n{PDF}\n--c--\n--b--\n", "words", ["a.pdf"]),
    ("multipart/mixed; boundary=b", f"--b\n{TEXT}\n--b\n{PDF}", "words", ["a.pdf"]),
    ("text/plain", f"I send you the source:\n--b\n{TEXT}\n--b\n{PDF}\n--b--\n", f"I send you the source:\n--b\n{TEXT}\n--b\n{PDF}\n--b--", []),
    ("text/plain", "--b\nContent-Type: is what I mean", "--b\nContent-Type: is what I mean", []),
    ("text/plain; name=body.txt", "words", "words", ["body.txt"]),
    ("text/plain; charset=utf-8\nContent-Disposition: attachment", "words", "words", []),
    ("text/plain\nContent-Disposition: inline; filename=a.txt", "words", "words", ["a.txt"]),
    ("text/plain\nContent-Disposition: attachment; filename=a.txt", "words", "", ["a.txt"]),
    ("multipart/mixed; boundary=b", f"--b\nContent-Type: text/plain; name=body.txt\n\nwords\n--b\n{PDF}\n--b--\n", "words", ["body.txt", "a.pdf"]),
    ("multipart/mixed; boundary=b", f"--b\n{TEXT}\n--b\nContent-Type: text/plain; name=a.log\n\nrow\n--b--\n", "words", ["a.log"]),
    ("multipart/alternative; boundary=b", "--b\nContent-Type: text/plain; name=x.txt\n\nwords\n--b\nContent-Type: text/html; name=x.html\n\n<p>words\n--b--\n", "words", []),
    ("multipart/alternative; boundary=b", f"--b\n{TEXT}\n--b\nContent-Type: text/x-amp-html\n\n<html>\n--b\nContent-Type: text/html\n\n<p>words\n--b--\n", "words", []),
    ("multipart/alternative; boundary=b", f"--b\n{TEXT}\n--b\nContent-Type: text/calendar\n\nBEGIN:VCALENDAR\n--b--\n", "words", ["attachment-1.ics"]),
    ("text/enriched", "<bold>words</bold>", "words", []),
    ("text/markdown", "words", "words", []),
    ("image/jpg", "\xff\xd8\xffx", "", ["image-1.jpg"]),
    ("application/octet-stream", "%PDF-1.4", "", ["attachment-1.pdf"]),
    ("multipart/mixed; boundary=b", f"--b\n{TEXT}\n--b\nContent-Type: multipart/appledouble; boundary=d\n\n--d\nContent-Type: application/applefile; name=a.doc\n\nfork\n--d\nContent-Type: application/msword\n\ndata\n--d--\n--b--\n", "words", ["a.doc"]),
    ("multipart/mixed; boundary=b", f"--b\n{TEXT}\n--b\nContent-Type: application/mac-binhex40\n\n:abc:\n--b--\n", "words", ["attachment-1.hqx"]),
    ("multipart/mixed; boundary=b", f"--b\n{TEXT}\n--b\nContent-Type: text/plain; name=empty.log\nContent-Disposition: attachment\n\n--b--\n", "words", ["empty.log"]),
]  # fmt: skip
