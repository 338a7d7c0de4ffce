"""Which parts are words and which are files, under which names, and what is left out of a letter that holds too much."""
# ruff: noqa: E501  tables as they stand

from base64 import b64encode

import pytest

from firstline.channels.email.letter import Letter, Limits, read
from tests.channels.email.test_winmail import BODY, file, html, packet, row

WORDS = "Content-Type: text/plain\n\nwords"
HTML = "Content-Type: text/html\n\n<p>html words"


def one(kind: str, body: str, *more: str, **limits: int) -> Letter:
    head = "\n".join((f"Content-Type: {kind}", *more))
    return read(f"{head}\n\n{body}".encode(), limits=Limits(**limits))


def several(kind: str, *parts: str, **limits: int) -> Letter:
    body = "".join(f"--b\n{part}\n" for part in parts)
    return one(f"multipart/{kind}; boundary=b", f"{body}--b--\n", "From: a@x.example", **limits)


def packed(*rows: bytes) -> str:
    """A part that is a packet of Outlook with these rows."""
    coded = b64encode(packet(*rows)).decode()
    return f"Content-Type: application/ms-tnef\nContent-Transfer-Encoding: base64\n\n{coded}"


def files(letter: Letter) -> list[tuple[str, str]]:
    return [(file.name, file.type) for file in letter.attachments]


@pytest.mark.parametrize(
    "kind",
    ["pgp-signature", "pkcs7-signature", "x-pkcs7-signature", "pgp-encrypted"],
)
def test_signatures_of_the_letter_are_no_files(kind: str) -> None:
    found = several("mixed", WORDS, f"Content-Type: application/{kind}\n\nx")
    assert (found.text, files(found)) == ("words", [])


@pytest.mark.parametrize(
    "kind", ["text/x-amp-html", "text/watch-html", "text/x-watch-html", "text/vnd.google.email-reaction+json"]
)
def test_the_same_words_once_more_are_no_file_where_they_stand_beside_them(kind: str) -> None:
    again = f"Content-Type: {kind}\n\nx"
    assert files(several("alternative", WORDS, again, HTML)) == []
    assert files(several("mixed", WORDS, again)) == [("attachment-1", kind)]


@pytest.mark.parametrize("kind", ["plain", "markdown", "x-markdown", "enriched", "richtext", "unknown"])
def test_words_are_words_whatever_program_wrote_them(kind: str) -> None:
    found = one(f"text/{kind}", "a <b>b</b>")
    assert found.text.split() == (["a", "b"] if "rich" in kind else ["a", "<b>b</b>"])
    assert found.attachments == ()
    assert files(several("mixed", WORDS, f"Content-Type: text/{kind}\n\nx")) == []
    assert files(one("text/csv", "a,b")) == [("attachment-1.csv", "text/csv")]


@pytest.mark.parametrize(
    "kind",
    [
        "message/delivery-status",
        "message/global-delivery-status",
        "message/disposition-notification",
        "text/rfc822-headers",
    ],
)
def test_what_a_report_says_to_machines_is_no_file_of_it(kind: str) -> None:
    told = f"Content-Type: {kind}\n\nx: y"
    assert files(several("report", WORDS, told, "Content-Type: a/b\n\nx")) == [("attachment-1", "a/b")]
    assert [found for _name, found in files(several("mixed", WORDS, told))] == [kind]


@pytest.mark.parametrize(
    ("start", "ending"),
    [
        *(
            (b"\x89PNG", ".png"),
            (b"\xff\xd8\xff", ".jpg"),
            (b"GIF8", ".gif"),
            (b"%PDF", ".pdf"),
            (b"PK\x03\x04", ".zip"),
        ),
        *(
            (b"BM", ".bmp"),
            (b"II*\x00", ".tif"),
            (b"MM\x00*", ".tif"),
            (b"\xd0\xcf\x11\xe0", ".doc"),
            (b"{\\rtf", ".rtf"),
        ),
        (b"none", ".bin"),
    ],
)
def test_a_file_without_a_name_is_known_by_its_first_bytes(start: bytes, ending: str) -> None:
    held = ("Content-Disposition: attachment", "Content-Transfer-Encoding: base64")
    found = one("application/octet-stream", b64encode(start + b"xx").decode(), *held)
    assert files(found) == [(f"attachment-1{ending}", "application/octet-stream")]
    assert found.attachments[0].content == start + b"xx"


def test_files_are_named_by_number_by_subject_and_by_what_they_are() -> None:
    letter = "Content-Type: message/rfc822\n{}\nSubject: A/b\\c\n\ny"
    found = several(
        "mixed",
        WORDS,
        "Content-Type: image/png\n\nx",
        "Content-Type: a/b\n\nx",
        letter.format(""),
        letter.format("Content-Disposition: attachment; filename=x\n"),
        letter.format("Content-Disposition: attachment; filename=X.EML\n"),
        f"Content-Type: message/rfc822\n\nSubject: {'s' * 150}\n\ny",
    )
    names = ["image-1.png", "attachment-2", "A_b_c.eml", "x.eml", "X.EML", "s" * 100 + ".eml"]
    assert [name for name, _kind in files(found)] == names


def test_only_a_letter_is_named_by_its_subject() -> None:
    found = one("application/octet-stream", "Subject: A\n\ny", "Content-Disposition: attachment")
    assert files(found) == [("attachment-1.bin", "application/octet-stream")]


# The kind of a letter, its parts, its text and its HTML
TOGETHER = [
    ("mixed", (WORDS, HTML), "words\n\nhtml words", "<p>words</p>\n<p>html words"),
    ("mixed", (HTML, WORDS), "html words\n\nwords", "<p>html words\n<p>words</p>"),
    ("mixed", (WORDS, WORDS), "words\n\nwords", None),
    ("alternative", (WORDS, HTML), "words", "<p>html words"),
    ("alternative", (HTML, WORDS), "words", "<p>html words"),
    ("alternative", (WORDS, "Content-Type: text/html\n\n  "), "words", None),
    ("alternative", ("Content-Type: text/plain\n\n  ", HTML), "html words", "<p>html words"),
]


@pytest.mark.parametrize(("kind", "parts", "text", "html"), TOGETHER)
def test_parts_side_by_side_are_one_text(kind: str, parts: tuple[str, ...], text: str, html: str | None) -> None:
    found = several(kind, *parts)
    assert (found.text, found.html, found.attachments) == (text, html, ())


# A text that bears a name or is to be kept apart, and whether it is words, a file, or both
NAMED = [
    ("text/plain; name=a.txt", (), "x", ["a.txt"]),
    ("text/plain; name=a.txt", ("Content-Disposition: inline",), "x", ["a.txt"]),
    ("text/plain; name=a.txt", ("Content-Disposition: attachment",), "", ["a.txt"]),
    ("text/plain", ("Content-Disposition: attachment",), "x", []),
    ("text/html; name=a.htm", (), "x", ["a.htm"]),
]


@pytest.mark.parametrize(("kind", "more", "text", "names"), NAMED)
def test_a_body_that_bears_a_name_is_a_body_and_a_file(
    kind: str, more: tuple[str, ...], text: str, names: list[str]
) -> None:
    found = one(kind, "x", *more)
    assert (found.text, [name for name, _kind in files(found)]) == (text, names)


def test_a_named_text_beside_words_is_a_file_and_one_of_two_ways_to_read_is_none() -> None:
    named = "Content-Type: text/plain; name=a.txt\n\nx"
    found = several("mixed", WORDS, named)
    assert (found.text, files(found)) == ("words", [("a.txt", "text/plain")])
    found = several("alternative", named)
    assert (found.text, files(found)) == ("x", [])
    # It is the body where it is the first of all.
    found = several("mixed", named, WORDS)
    assert (found.text, files(found)) == ("x\n\nwords", [("a.txt", "text/plain")])
    found = several("mixed", "Content-Type: a/b\n\nx", named, WORDS)
    assert (found.text, files(found)) == ("words", [("attachment-1", "a/b"), ("a.txt", "text/plain")])
    shown = named.replace("\n\n", "\nContent-Disposition: inline\n\n")
    found = several("mixed", shown, WORDS)
    assert (found.text, files(found)) == ("words", [("a.txt", "text/plain")])


def test_what_stands_in_parts_of_one_of_two_ways_to_read_is_read_alike() -> None:
    inner = "--c\nContent-Type: {}\n\n{}\n--c--\n"
    for kind in ("related", "mixed"):
        within = f"Content-Type: multipart/{kind}; boundary=c\n\n"
        found = several("alternative", WORDS, within + inner.format("text/html; name=a.htm", "<p>html words"))
        assert (found.text, found.html, files(found)) == ("words", "<p>html words", [])
        found = several("alternative", WORDS, within + inner.format("text/x-amp-html", "x"))
        assert (found.text, files(found)) == ("words", [])


def test_of_a_file_of_a_mac_only_the_file_is_kept_under_its_name() -> None:
    fork = "Content-Type: application/applefile; name=a.pdf\n\nx"
    assert files(several("appledouble", fork, "Content-Type: application/pdf\n\ny")) == [("a.pdf", "application/pdf")]
    named = 'Content-Type: application/pdf\nContent-Disposition: attachment; filename="b.pdf"\n\ny'
    assert files(several("appledouble", fork, named)) == [("b.pdf", "application/pdf")]
    assert files(several("appledouble", fork)) == [("a.pdf", "application/applefile")]


def picture(size: int) -> str:
    return f'<img src="data:image/JPG;base64,{"A" * size}">'


def test_a_picture_that_is_written_into_the_html_is_a_file() -> None:
    found = one("text/html", f"<p>x{picture(40)}{picture(44)}")
    assert found.html == "".join(
        ("<p>x", *(f'<img src="cid:picture-{number}@written-in.invalid">' for number in (1, 2)))
    )
    assert files(found) == [("image-1.jpg", "image/jpeg"), ("image-2.jpg", "image/jpeg")]
    assert [(file.content, file.inline) for file in found.attachments] == [(bytes(30), True), (bytes(33), True)]
    assert one("text/html", f"<p>x{picture(39)}").attachments == ()
    assert len(one("text/html", picture(40) * 101).attachments) == 100


def test_a_long_text_is_cut_and_one_of_just_that_length_is_not() -> None:
    for count, oversize in ((50, ()), (51, ("text",)), (500, ("text",))):
        found = one("text/plain", "ä" * count, text=50)
        assert (found.text, found.oversize) == ("ä" * min(count, 50), oversize)
    found = one("text/html", "<p>" + "x" * 30, text=10)
    assert (found.text, found.oversize) == ("x" * 10, ("text",))


def test_as_much_is_read_as_is_kept_and_what_was_not_read_is_said() -> None:
    html = "<p>" + "x" * 300
    assert one("text/html", html, text=5, html=1_000).html == html
    assert one("text/plain", "x" * 300, text=200, html=5).text == "x" * 200
    # So few words are left that nobody would see it.
    found = one("text/plain", f"x{chr(10) * 1_000}y", text=50)
    assert (found.text, found.oversize) == ("x", ("text",))
    found = one("text/html", f"<p>x{' ' * 1_000}<p>y", text=50, html=100)
    assert (found.text, found.oversize) == ("x", ("html", "text"))
    found = several("alternative", f"Content-Type: text/plain\n\nx{chr(10) * 1_000}y", HTML, text=50)
    assert (found.text, found.oversize) == ("x", ("text",))


# HTML in one part or in several, and the words that are read of twice so much as is kept
LAYOUT = "<p>x" + "<br>" * 4
LONG = [
    *(((LAYOUT,), "x", ()), ((LAYOUT + "y",), "x", ("text",)), ((LAYOUT, "<p>y"), "x", ("text",))),
    *(
        (("<p>x", "<p>y"), "x\n\ny", ()),
        ((LAYOUT[:12], "<p>yz<i>"), "x\n\nyz", ()),
        ((LAYOUT[:12], "<p>yz<i>z"), "x\n\nyz", ("text",)),
    ),
]


@pytest.mark.parametrize(("parts", "text", "oversize"), LONG)
def test_words_that_lie_beyond_much_layout_are_missing_and_that_is_said(
    parts: tuple[str, ...], text: str, oversize: tuple[str, ...]
) -> None:
    found = several("mixed", *(f"Content-Type: text/html\n\n{part}" for part in parts), text=10)
    assert (found.text, found.oversize) == (text, oversize)
    assert found.marks == (("cut",) if oversize else ())


def test_only_a_plain_text_is_flowed_and_holds_files_in_its_lines() -> None:
    uncoded = "begin 644 a.txt\n#;VYE\n`\nend"
    assert files(one("text/plain", f"x\n{uncoded}")) == [("a.txt", "text/plain")]
    assert one("text/plain", f"x\n{uncoded}").attachments[0].content == b"one"
    assert one("text/html", f"<pre>\n{uncoded}").attachments == ()
    for kind, text in (
        ("text/plain; format=flowed", "a b"),
        ("text/plain", "a \nb"),
        ("text/html; format=flowed", "a \nb"),
    ):
        found = one(kind, "a \nb")
        assert (found.html or found.text).strip("\n") == text
    assert one("text/plain; format=Flowed; delsp=YES", "a \nb").text == "ab"


def test_long_html_is_a_file_and_its_words_are_read() -> None:
    found = one("text/html", "<p>" + "x" * 8, html=10)
    assert (found.text, found.html, found.oversize) == ("x" * 8, None, ("html",))
    fits = one("text/html", "<p>" + "x" * 8, html=11)
    assert (fits.html, fits.oversize, files(fits)) == ("<p>" + "x" * 8, (), [])
    assert files(found) == [("letter.html", "text/html")]
    assert found.attachments[0].content == b"<p>" + b"x" * 8


def test_html_of_many_tags_is_read_without_its_layout() -> None:
    html = "<p>a</p><p>b</p>"
    assert one("text/html", html, tags=4).text == "a\n\nb"
    assert one("text/html", html, tags=3).text == "a  b"
    apart = several("mixed", f"Content-Type: text/html\n\n{html}", f"Content-Type: text/html\n\n{html}", tags=7)
    assert apart.text == "a\n\nb\n\na  b"


def test_what_has_too_many_links_is_one_file() -> None:
    links = "HTTPS://a.example http://b.example"
    plain = one("text/plain", links, links=1)
    assert (plain.text, plain.html, files(plain)) == ("", None, [("letter.txt", "text/plain")])
    assert plain.attachments[0].content == links.encode()
    assert plain.oversize == ("links",)
    both = several("mixed", f"Content-Type: text/plain\n\n{links}", HTML, links=1)
    assert (both.text, files(both)) == ("", [("letter.html", "text/html")])
    long = one("text/html", f"<p>{links}", links=1, html=20)
    assert (long.oversize, files(long)) == (("html", "links"), [("letter.html", "text/html")])
    two = several("mixed", f"Content-Type: text/plain\n\n{links}", WORDS, links=1)
    assert two.attachments[0].content == links.encode() + b"\n\nwords"
    assert one("text/plain", links, links=2).text == links
    assert one("text/html", f"<p>{links}", links=2).text == links


@pytest.mark.parametrize(
    ("length", "kind", "inline"), [(200, "image/png", True), (201, "image/png", False), (5, "a/b", False)]
)
def test_a_picture_is_shown_by_an_id_of_some_length(length: int, kind: str, inline: bool) -> None:
    own = "i" * length
    shown = f'Content-Type: text/html\n\n<img src="cid:{own}">'
    file = f"Content-Type: {kind}; name=a.png\nContent-ID: <{own}>\n\nx"
    found = several("related", shown, file, file)
    # Of two with one id only one is shown.
    assert [each.inline for each in found.attachments] == [inline, False]
    assert found.attachments[0].content_id == own


# What a letter says beside a packet that holds both words and HTML, and what becomes its text and HTML
BESIDE = [
    *((WORDS, "words", None), (HTML, "html words", "<p>html words")),
    *(
        ("Content-Type: text/plain\n\n ", "Packed", "<p>packed"),
        ("Content-Type: text/html\n\n ", "Packed", "<p>packed"),
    ),
    *(("Content-Type: a/b\n\nx", "Packed", "<p>packed"), ("Content-Type: text/html\n\n<p>", "", "<p>")),
]


@pytest.mark.parametrize(("beside", "text", "shown"), BESIDE)
def test_what_a_packet_says_counts_where_the_letter_says_nothing(beside: str, text: str, shown: str | None) -> None:
    found = several("mixed", beside, packed(row(1, BODY, b"Packed\x00"), html("<p>packed")))
    assert (found.text, found.html and found.html.strip()) == (text, shown)


# What a packet holds, and what becomes the text and HTML of a letter that says nothing itself
HELD = [
    ((row(1, BODY, b"Packed\x00"),), "Packed", None),
    ((html("<p>packed"),), "packed", "<p>packed"),
    ((row(1, BODY, b"Packed\x00"), html("<p>packed")), "Packed", "<p>packed"),
    ((file("a.txt", b"one"),), "", None),
]


@pytest.mark.parametrize(("rows", "text", "shown"), HELD)
def test_a_packet_is_words_html_or_both(rows: tuple[bytes, ...], text: str, shown: str | None) -> None:
    found = several("mixed", packed(*rows))
    assert (found.text, found.html) == (text, shown)
    assert files(found) == ([("a.txt", "text/plain")] if not text else [])


def test_a_packet_of_outlook_is_known_by_its_type_and_by_its_name() -> None:
    whole = b64encode(packet(row(1, BODY, b"Packed\x00"), file("a.txt", b"one"))).decode()
    coded = f"\nContent-Transfer-Encoding: base64\n\n{whole}"
    kinds = ("application/ms-tnef", "application/vnd.ms-tnef", "application/octet-stream; name=WinMail.dat")
    for kind in kinds:
        found = several("mixed", "Content-Type: text/plain\n\n ", f"Content-Type: {kind}{coded}")
        assert (found.text, files(found)) == ("Packed", [("a.txt", "text/plain")])
        assert several("mixed", WORDS, f"Content-Type: {kind}{coded}").text == "words"
    other = several("mixed", WORDS, f"Content-Type: application/x-other; name=a.dat{coded}")
    assert files(other) == [("a.dat", "application/x-other")]
