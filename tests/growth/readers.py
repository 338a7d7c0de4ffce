"""Every function that reads strangers' words, under a name; each is fed rows of repetitions."""

from collections.abc import Callable

from firstline.channels.email import addresses, charset, headers, keeping
from firstline.channels.email.letter import Envelope, read
from firstline.channels.email.mime import Limits, Unreadable
from firstline.kit import html, mailtext, markup, remote, words
from firstline.tickets import placeholders, say

Reader = Callable[[str], object]


def _bytes(reads: Callable[[bytes], object]) -> Reader:
    return lambda text: reads(text.encode())


def _letter(before: str, after: str = "") -> Reader:
    """The whole reading of a letter in which the row stands in one place."""

    def reads(text: str) -> object:
        try:
            return read((before + text + after).encode(), Envelope("mei@corp.example", ("it@desk.example",)), limits=Limits())
        except Unreadable as refused:
            return refused

    return reads


def _field(name: str) -> Reader:
    return _letter(f"From: Mei <mei@corp.example>\n{name}: ", "\nMIME-Version: 1.0\n\nwords\n")


FIELDS = (
    "From Reply-To To Cc Subject Message-ID References In-Reply-To Date Received Authentication-Results DKIM-Signature"
    " Content-Type Content-Disposition Content-Transfer-Encoding Content-ID Auto-Submitted List-Id Return-Path"
    " X-Failed-Recipients"
).split()

READERS: dict[str, Reader] = {
    "html.clean": html.clean,
    "html.text": html.text,
    "html.from_text": html.from_text,
    "html.markdown": html.markdown,
    "markup.bare": markup.bare,
    "markup.prepared": markup.prepared,
    "remote.addresses": lambda text: remote.addresses(html.clean(text)),
    "mailtext.visible": mailtext.visible,
    "mailtext.visible_html": mailtext.visible_html,
    "words.search_words": words.search_words,
    "words.query_words": words.query_words,
    "placeholders.fill": lambda text: placeholders.fill(text, {"name": "Mei"}),
    "say.is_mere_thanks": say.is_mere_thanks,
    "addresses.mailboxes": _bytes(addresses.mailboxes),
    "addresses.first_address": addresses.first_address,
    "headers.line": _bytes(headers.line),
    "headers.words": _bytes(headers.words),
    "headers.parameters": _bytes(headers.parameters),
    "headers.message_ids": _bytes(headers.message_ids),
    "headers.moment": _bytes(headers.moment),
    "charset.decode": _bytes(charset.decode),
    "keeping.fingerprint": _bytes(keeping.fingerprint),
    "a letter": _letter(""),
    "a letter's text": _letter("From: mei@corp.example\nSubject: a\nReferences: <a@b>\n\n"),
    "a letter's HTML": _letter("From: mei@corp.example\nReferences: <a@b>\nContent-Type: text/html\n\n"),
    "a part": _letter('From: mei@corp.example\nContent-Type: multipart/mixed; boundary="b"\n\n--b\n', "\n--b--\n"),
    "a bounce": _letter(
        'From: mailer-daemon@corp.example\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: message/delivery-status\n\n",
        "\n--b--\n",
    ),
    "an invitation": _letter("From: mei@corp.example\nContent-Type: text/calendar\n\nBEGIN:VCALENDAR\nBEGIN:VEVENT\n"),
    **{f"the field {name}": _field(name) for name in FIELDS},
}
