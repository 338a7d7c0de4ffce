"""Every function that reads strangers' words, under a name; each is fed rows of repetitions."""

from collections.abc import Callable

from firstline.channels.email import addresses, charset, enclosed, flowed, guessing, headers, ingest, transfer
from firstline.channels.email.letter import Envelope, read
from firstline.channels.email.mime import Limits, Unreadable
from firstline.kit import html, known, logs, mailtext, markup, quotes, remote_images, signatures, tokenizer
from firstline.tickets import placeholders, thanks

Reader = Callable[[str], object]


def _bytes(reads: Callable[[bytes], object]) -> Reader:
    return lambda text: reads(text.encode())


def _letter(before: str, after: str = "") -> Reader:
    """The whole reading of a letter in which the row stands in one place."""

    def reads(text: str) -> object:
        try:
            return read(
                (before + text + after).encode(), Envelope("mei@corp.example", ("it@desk.example",)), limits=Limits()
            )
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


def _known(text: str) -> object:
    return mailtext.visible(f"words\n{text}", answers=True, known=known.Known([text, "earlier words"]))


READERS: dict[str, Reader] = {
    "html.clean": html.clean,
    "html.text": html.text,
    "html.from_text": html.from_text,
    "html.markdown": html.markdown,
    "markup.bare": markup.bare,
    "markup.prepared": markup.prepared,
    "remote.addresses": lambda text: remote_images.addresses(html.clean(text)),
    "mailtext.visible": lambda text: mailtext.visible(text, answers=True, writer="Mei"),
    "mailtext.visible, of which the words are known": _known,
    "quotes.head_at": lambda text: quotes.head_at(text.split("\n"), 0),
    "signatures.is_card": lambda text: signatures.is_card(text.split("\n"), writer="Mei"),
    "flowed.unflowed": lambda text: flowed.unflowed(text, without_blank=True),
    "transfer.from_base64": _bytes(transfer.from_base64),
    "transfer.from_uuencode": _bytes(lambda raw: transfer.from_uuencode(raw.split(b"\n"))),
    "enclosed.taken_out": _bytes(enclosed.taken_out),
    "guessing.guess": _bytes(guessing.guess),
    "known.bare": known.bare,
    "words.search_words": tokenizer.search_words,
    "words.query_words": tokenizer.query_words,
    "placeholders.fill": lambda text: placeholders.fill(text, {"name": "Mei"}),
    "thanks.is_mere_thanks": thanks.is_mere_thanks,
    "addresses.mailboxes": _bytes(addresses.mailboxes),
    "addresses.first_address": addresses.first_address,
    "headers.line": _bytes(headers.line),
    "headers.words": _bytes(headers.words),
    "headers.parameters": _bytes(headers.parameters),
    "headers.message_ids": _bytes(headers.message_ids),
    "headers.moment": _bytes(headers.moment),
    "charset.decode": _bytes(charset.decode),
    "keeping.fingerprint": _bytes(ingest.fingerprint),
    "logs.without_secrets": logs.without_secrets,
    "a letter": _letter(""),
    "a letter's text": _letter("From: mei@corp.example\nSubject: a\nReferences: <a@b>\n\n"),
    "a letter's HTML": _letter("From: mei@corp.example\nReferences: <a@b>\nContent-Type: text/html\n\n"),
    "a part": _letter('From: mei@corp.example\nContent-Type: multipart/mixed; boundary="b"\n\n--b\n', "\n--b--\n"),
    "a bounce": _letter(
        "From: mailer-daemon@corp.example\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: message/delivery-status\n\n",
        "\n--b--\n",
    ),
    "an invitation": _letter("From: mei@corp.example\nContent-Type: text/calendar\n\nBEGIN:VCALENDAR\nBEGIN:VEVENT\n"),
    **{f"the field {name}": _field(name) for name in FIELDS},
}
