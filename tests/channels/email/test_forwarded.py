"""Whose letter was forwarded, in the forms in which mail programs write it, in English and Chinese."""
# ruff: noqa: E501  tables as they stand

from email.message import EmailMessage

import pytest

from firstline.channels.email.forwarded import Forwarded, forwarded_in
from firstline.channels.email.letter import read, without_forward

WORDS = "The printer on 8F is on fire.\n\nMei"
ZH_WORDS = "8 楼的打印机着火了。\n\n林梅"

FORMS: dict[str, tuple[str, str, str, str]] = {
    # program: subject, what it writes above, the name, the words
    "gmail": (
        "Fwd: Printer",
        "---------- Forwarded message ---------\nFrom: Lin Mei <mei@corp.example>\nDate: Sun, Nov 22, 2026 at 9:00 AM\n"
        "Subject: Printer\nTo: Bo Wen <bo@corp.example>\n",
        "Lin Mei",
        WORDS,
    ),
    "gmail, folded": (
        "Fwd: Printer",
        "---------- Forwarded message ---------\nFrom: Lin Mei from the Department of Printing and Copying Machines\n"
        "<mei@corp.example>\nDate: Sun, Nov 22, 2026 at 9:00 AM\nSubject: Printer\nTo: Bo Wen <bo@corp.example>\n",
        "Lin Mei from the Department of Printing and Copying Machines",
        WORDS,
    ),
    "gmail zh": (
        "Fwd: 打印机",
        "---------- Forwarded message ---------\n发件人： 林梅 <mei@corp.example>\nDate: 2026年11月22日周日 09:00\n"
        "Subject: 打印机\nTo: 文博 <bo@corp.example>\n",
        "林梅",
        ZH_WORDS,
    ),
    "outlook": (
        "FW: Printer",
        "From: Lin Mei <mei@corp.example>\nSent: Sunday, November 22, 2026 9:00 AM\nTo: Bo Wen <bo@corp.example>\n"
        "Subject: Printer\n",
        "Lin Mei",
        WORDS,
    ),
    "outlook, old": (
        "FW: Printer",
        "-----Original Message-----\nFrom: Lin Mei [mailto:mei@corp.example]\nSent: Sunday, November 22, 2026 9:00 AM\n"
        "To: Bo Wen\nSubject: Printer\n",
        "Lin Mei",
        WORDS,
    ),
    "outlook on the web": (
        "Fw: Printer",
        "________________________________\nFrom: Lin Mei <mei@corp.example>\nSent: Sunday, November 22, 2026 9:00 AM\n"
        "To: Bo Wen <bo@corp.example>\nCc: Dana <dana@corp.example>\nSubject: Printer\n",
        "Lin Mei",
        WORDS,
    ),
    "outlook zh": (
        "转发: 打印机",
        "发件人: 林梅 <mei@corp.example>\n发送时间: 2026年11月22日 9:00\n收件人: 文博\n主题: 打印机\n",
        "林梅",
        ZH_WORDS,
    ),
    "apple": (
        "Fwd: Printer",
        "Begin forwarded message:\n\nFrom: Lin Mei <mei@corp.example>\nSubject: Printer\n"
        "Date: 22 November 2026 at 09:00:00 CST\nTo: Bo Wen <bo@corp.example>\n",
        "Lin Mei",
        WORDS,
    ),
    "apple, marked": (
        "Fwd: Printer",
        "Begin forwarded message:\n\n> From: Lin Mei <mei@corp.example>\n> Subject: Printer\n"
        "> Date: 22 November 2026 at 09:00:00 CST\n> To: Bo Wen <bo@corp.example>\n> \n",
        "Lin Mei",
        "> The printer on 8F is on fire.\n> \n> Mei",
    ),
    "apple zh": (
        "转发：打印机",
        "开始转发的邮件：\n\n发件人: 林梅 <mei@corp.example>\n主题: 打印机\n日期: 2026年11月22日 GMT+8 09:00:00\n"
        "收件人: 文博 <bo@corp.example>\n",
        "林梅",
        ZH_WORDS,
    ),
    "qq": (
        "Fw:Printer",
        "------------------ Original ------------------\nFrom:  \"Lin Mei\" <mei@corp.example>;\n"
        "Date:  Sun, Nov 22, 2026 09:00 AM\nTo:  \"Bo Wen\" <bo@corp.example>;\nSubject:  Printer\n",
        "Lin Mei",
        WORDS,
    ),
    "qq zh": (
        "转发：打印机",
        "------------------ 原始邮件 ------------------\n发件人: \"林梅\" <mei@corp.example>;\n"
        "发送时间: 2026年11月22日(星期日) 上午9:00\n收件人: \"文博\" <bo@corp.example>;\n主题: 打印机\n",
        "林梅",
        ZH_WORDS,
    ),
    "foxmail": (
        "Fw: Printer",
        "From: mei@corp.example\nDate: 2026-11-22 09:00\nTo: bo@corp.example\nSubject: Printer\n",
        "",
        WORDS,
    ),
    "foxmail zh": (
        "转发: 打印机",
        "发件人： 林梅<mei@corp.example>\n发送时间： 2026-11-22 09:00\n收件人： 文博\n主题： 打印机\n",
        "林梅",
        ZH_WORDS,
    ),
    "163": (
        "Fw:Printer",
        "-------- Forwarding messages --------\nFrom: \"Lin Mei\" <mei@corp.example>\nDate: 2026-11-22 09:00:00\n"
        "To: \"Bo Wen\" <bo@corp.example>\nSubject: Printer\n",
        "Lin Mei",
        WORDS,
    ),
    "163 zh": (
        "转发：打印机",
        "-------- 转发邮件信息 --------\n发件人：\"林梅\" <mei@corp.example>\n发送日期：2026-11-22 09:00:00\n"
        "收件人：\"文博\" <bo@corp.example>\n主题：打印机\n",
        "林梅",
        ZH_WORDS,
    ),
}  # fmt: skip


def letter(subject: str, text: str, html: str = "") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Bo Wen <bo@corp.example>", "it@desk.example", subject
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message


def original(message: EmailMessage) -> Forwarded | None:
    return forwarded_in(read(message.as_bytes()))


@pytest.mark.parametrize("program", FORMS)
def test_each_mail_programs_form_tells_who_wrote_and_what(program: str) -> None:
    subject, head, name, words = FORMS[program]
    found = original(letter(subject, f"Please see to it.\n\n{head}\n{words}\n"))
    assert found == Forwarded(name, "mei@corp.example", words.replace("> ", "").replace(">", ""))


def test_a_letter_of_html_alone_is_understood_too() -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "Bo Wen <bo@corp.example>", "转发: 打印机"
    message.set_content(
        "<div>请处理</div><div>&nbsp;</div><div><b>发件人：</b>&nbsp;<a href='mailto:mei@corp.example'>林梅</a></div>"
        "<div><b>发送时间：</b>&nbsp;2026-11-22&nbsp;09:00</div><div><b>收件人：</b>&nbsp;文博</div>"
        "<div><b>主题：</b>&nbsp;打印机</div><div><p>着火了。</p></div>",
        subtype="html",
    )
    assert original(message) == Forwarded("林梅", "mei@corp.example", "着火了。")


@pytest.mark.parametrize("subject", ["Fwd: Printer", "FW: Printer", "转发：打印机"])
def test_an_attached_letter_tells_it_by_its_own_head(subject: str) -> None:
    inner = letter("Printer", WORDS)
    inner.replace_header("From", "林梅 <Mei@Corp.example>")
    outer = letter(subject, "Please see to it.")
    outer.add_attachment(inner)
    assert original(outer) == Forwarded("林梅", "mei@corp.example", WORDS)


# What the attached letter says of its sender, and whom it offers
SENDERS = [
    *(("Mei <mei@corp.example>", ("Mei", "mei@corp.example")), ("mei@corp.example", ("", "mei@corp.example"))),
    *((said, None) for said in ("Mei <mei@corp.example>, Bo <bo@corp.example>", "Mei", "", "Mei <mei@corp.example")),
]


@pytest.mark.parametrize(("said", "found"), SENDERS)
def test_an_attached_letter_offers_one_sender_who_is_plainly_named(said: str, found: tuple[str, str] | None) -> None:
    raw = f"From: {said}\nSubject: Printer\n\n{WORDS}"
    outer = "Subject: Fwd: Printer\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\n"
    passed_on = forwarded_in(read(f"{outer}{raw}\n--b--\n".encode()))
    assert passed_on == (Forwarded(*found, WORDS) if found else None)


HEAD = FORMS["outlook"][1]
# How the sender stands in the head above the words, and the name that is read there
NAMED = [
    *((f"{name}{mark}mei@corp.example", name) for name in ("Lin Mei", "林梅") for mark in (" <", "<", " [", "[", "(", "（", " mailto:")),
    *(("'Lin Mei' <mei@corp.example>", "Lin Mei"), ('"Mei; Lin" <mei@corp.example>', "Mei; Lin"), ("mei@corp.example", "")),
    *((f"{'x' * 130} <mei@corp.example>", "x" * 120), ("“Lin Mei” [mailto:mei@corp.example]", "Lin Mei")),
]  # fmt: skip


@pytest.mark.parametrize(("said", "name"), NAMED)
def test_the_name_is_what_stands_before_the_address(said: str, name: str) -> None:
    head = HEAD.replace("Lin Mei <mei@corp.example>", said)
    assert original(letter("FW: Printer", f"{head}\n{WORDS}")) == Forwarded(name, "mei@corp.example", WORDS)


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("RE: Printer", f"Done.\n\n{HEAD}\n{WORDS}"),  # an answer that quotes
        ("Printer", f"Done.\n\n{HEAD}\n{WORDS}"),
        ("Fwd: Printer", "Please see to it."),  # a subject alone
        ("Fwd: Printer", "On Sun, Mei <mei@corp.example> wrote:\n> It is on fire."),
        ("Fwd: Printer", HEAD.replace(" <mei@corp.example>", "") + "\nIt is on fire."),  # a name without an address
        ("Fwd: Printer", f"—— Write your answer above this line · 请在此行上方回复 ——\n{HEAD}\n{WORDS}"),
    ],
)
def test_what_does_not_say_from_whom_it_came_offers_nobody(subject: str, text: str) -> None:
    assert original(letter(subject, text)) is None


def test_two_attached_letters_and_one_that_is_only_shown_offer_nobody() -> None:
    two = letter("Fwd: two", "Both.")
    two.add_attachment(letter("a", "a"))
    two.add_attachment(letter("b", "b"))
    shown = letter("Is this phishing?", "I received it today.")
    shown.add_attachment(letter("You won", "Click here."))
    assert (original(two), original(shown)) == (None, None)


@pytest.mark.parametrize(
    ("subject", "said"),
    [("Fwd: Printer", "Printer"), ("转发：打印机", "打印机"), ("FW: RE: x", "RE: x"), ("Fw:", "Fw:"), ("Hi", "Hi")],
)
def test_the_subject_is_that_of_what_was_forwarded(subject: str, said: str) -> None:
    assert without_forward(subject) == said
