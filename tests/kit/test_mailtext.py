"""What a letter says itself is told apart from what it quotes, and no word of its writer is ever hidden."""
# ruff: noqa: E501  letters as they stand

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstline.kit import html
from firstline.kit.known import MOST, Known
from firstline.kit.mailtext import Cut, visible
from tests.kit.quoting import GMAIL, HEADS, MARKED_HEADS, OUTLOOK, OUTLOOK_ZH, prefixed

OLD = "Does it print now?\nBo"
MEI = "Lin Mei mei@example.test"


def answer(text: str, **more) -> Cut:
    return visible(text, answers=True, writer=MEI, **more)


@pytest.mark.parametrize("head", [*HEADS.values()], ids=[*HEADS])
def test_only_the_answer_above_a_quote_is_shown(head):
    cut = answer(f"It prints.\n谢谢\n\n{head}\n\n{OLD}\n")
    assert cut.shown == "It prints.\n谢谢"
    assert OLD in cut.quoted


@pytest.mark.parametrize("head", [*MARKED_HEADS.values()], ids=[*MARKED_HEADS])
def test_a_marked_quote_below_the_answer_is_not_shown(head):
    cut = answer(f"It prints.\n\n{head}\n{prefixed(OLD)}\n\n> more\n\nSent from my iPhone\n")
    assert cut.shown == "It prints."
    assert "> more" in cut.quoted


def test_what_a_list_adds_at_the_end_is_nobodys_answer():
    list_says = "_______________________________________________\nprinters mailing list\nhttps://lists.example.test/x"
    assert answer(f"yes\n\n{GMAIL}\n{prefixed(OLD)}\n{list_says}").shown == "yes"
    assert "and the scanner" in answer(f"yes\n\n{GMAIL}\n{prefixed(OLD)}\n{list_says}\nand the scanner").shown


@pytest.mark.parametrize("head", [*HEADS.values(), *MARKED_HEADS.values()], ids=[*HEADS, *MARKED_HEADS])
def test_in_a_letter_that_answers_nothing_all_is_shown(head):
    letter = f"Please look at this.\n\n{head}\n\n{prefixed(OLD)}\nWhat shall I do?"
    cut = visible(letter, answers=False, writer=MEI)
    assert cut.shown.split() == letter.split()
    assert cut.quoted == ""


@pytest.mark.parametrize("head", [*MARKED_HEADS.values()], ids=[*MARKED_HEADS])
def test_where_words_stand_below_a_quote_that_nobody_knows_all_is_shown(head):
    letter = f"above\n\n{head}\n{prefixed(OLD)}\n\nbelow"
    assert answer(letter).shown.split() == letter.split()


@pytest.mark.parametrize("head", [*HEADS.values(), *MARKED_HEADS.values()], ids=[*HEADS, *MARKED_HEADS])
def test_of_what_is_known_only_what_was_typed_into_it_is_shown(head):
    old = "1. Which version do you use at home?\n2. Since when does it fail for you?\nKind regards, Bo of the desk"
    first, second, third = old.split("\n")
    if head in MARKED_HEADS.values():
        letter = f"{head}\n> {first}\n> it is 7.2\n> {second}\nyes\n> {third}\n\nThanks, Mei"
    else:
        letter = f"See there.\n{head}\n\n{first}\n\nit is 7.2\n{second}\nyes\n{third}\n\nThanks, Mei"
    cut = answer(letter, known=Known([old]))
    said = [line.strip("> ") for line in cut.shown.split("\n") if line.strip("> ")]
    assert said[-3:] == ["it is 7.2", "yes", "Thanks, Mei"]
    assert len(said) <= 4
    assert all(line in cut.quoted for line in (first, second, third))


def test_a_short_word_is_known_only_as_all_that_was_said_or_where_the_line_before_goes_on():
    known = Known(["Which client?", "Yes. It is the old one, as far as I can see."])
    assert answer(f"5\n\n{GMAIL}\n> Which client?", known=known).shown == "5"
    assert "> Yes" in answer(f"5\n\n{GMAIL}\n> Which client?\n> Yes", known=known).shown
    assert answer(f"5\n\n{GMAIL}\n> Yes.\n> It is the old one, as far", known=known).shown == "5"


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_line_ends_do_not_matter(ends):
    assert answer(f"yes\n\n{OUTLOOK}\n\n{OLD}".replace("\n", ends)).shown == "yes"


# Answers in which every word must be shown.
WHOLE = {
    "a forward": f"Please look:\n\n---------- Forwarded message ---------\n{OUTLOOK}\n\n{OLD}",
    "a forward by Apple": f"FYI\n\nBegin forwarded message:\n\n{OUTLOOK}\n\n> x\n{OLD}",
    "a forward in Chinese": f"请看\n\n-------- 转发邮件信息 --------\n{OUTLOOK_ZH}\n\n{OLD}",
    "nothing above an unmarked quote": f"{OUTLOOK}\n\n{OLD}\n\nmy answer is down here",
    "only a separator": f"-----Original Message-----\n{OLD}",
    "a pointer to answers below": f"See my answers below.\n\n{OUTLOOK}\n\nDoes it print? YES",
    "a pointer in Chinese": f"见下文红字\n\n{OUTLOOK_ZH}\n\n打印了吗？打印了",
    "a pointer in German": f"Antworten siehe unten\n\n{OUTLOOK}\n\nDruckt er? Ja",
    "answers that bear a name": f"Hi,\n\n{OUTLOOK}\n\nDoes it print?\n[Mei] no",
    "answers behind an arrow": f"Hi,\n\n{OUTLOOK}\n\nDoes it print?\n=> no",
    "answers with a letter": f"你好\n\n{OUTLOOK_ZH}\n\n打印了吗？\n答：没有",
    "a block that is shown to the reader": f"This is what I got:\n\n{OUTLOOK}\n\nYour account is closed.",
    "a told sentence": "As Bo asked at the desk.\n\nOn Monday at 9:00 the log wrote:\nerror 5\nerror 6",
    "marks without an attribution": "It says\n\n> error 5\n> error 6",
    "words above and below": f"{GMAIL}\n{prefixed(OLD)}\nno",
    "a card that speaks": "Done.\n-- \nLin Mei\nplease close it",
    "a question below the dashes": "Fine.\n-- \nMei\nIT\n\nPS: and the scanner?",
    "dashes in the middle": "make fails with\n--\nSecond: the printer on floor 3 prints blank pages now,\nplease.",
    "only a signature": "-- \nLin Mei",
    "a sentence about a phone": "Sent from my laptop it works, sent from my phone it does not: nothing arrives at all.",
    "a short sentence about a phone": "It hangs.\n\nSent from my phone it does not arrive",
    "a sentence from a phone in Chinese": "来自手机的登录请求一直失败，请检查。",
    "a short sentence from a phone in Chinese": "看不到\n来自小米的供应商的邮件",
    "a phone's line in the middle": "This stands there:\nSent from my iPhone\nWhy?",
    "a colon": "The server says:\nFrom: 10.0.0.1\nerror 5",
    "a log with dashes": "-----\nerror\n-----\nsecond",
    "an option": "Run it with\n--\nthen" + "\nmore" * 20,
    "on and wrote apart": "On Monday it failed.\nThe log wrote nothing: strange",
    "he wrote": "I asked Bo.\n\nHe wrote:\n> error 5",
    "plain words": "Hello\n\n\nworld",
}


@pytest.mark.parametrize("letter", [*WHOLE.values()], ids=[*WHOLE])
def test_a_letter_whose_parts_cannot_be_told_apart_is_shown_whole(letter):
    cut = answer(letter)
    assert cut.shown.split() == letter.split()
    assert cut.quoted == ""


# Words of the writer's on the line of the attribution.
LED = [
    "Yes, that works. On Sun, Nov 22, 2026 at 9:00 AM IT Help <help@desk.example.test> wrote:",
    "ok thanks On Sun, Nov 22, 2026 at 9:00 AM IT Help <help@desk.example.test> wrote:",
    "Yes please. Bo <bo@example.test> wrote:",
    "好的，可以了。在 2026年11月22日，Bo <bo@example.test> 写道：",
    "Passt. Am 22.11.26 um 09:00 schrieb Bo:",
    "On second thought no. On Sun, 22 Nov 2026 at 09:00, Bo <bo@example.test> wrote:",
    "Tak, to pomogło. W dniu 22.11.2026 o 09:00, Bo pisze:",
    "Kyllä, toimii nyt! Pekka kirjoitti 22.11.2026 klo 9.00:",
    "Se toimii nyt taas ilman virheitä kun Pekka kirjoitti 22.11.2026 klo 9.00:",
    "可以了，謝謝。IT help desk 於 2026/11/22 上午 09:00 寫道:",
    "Evet. IT help desk 22.11.2026 09:00 tarihinde yazdı:",
]


@pytest.mark.parametrize("line", LED)
@pytest.mark.parametrize("known", [None, Known([OLD])])
def test_words_on_the_line_of_an_attribution_are_shown(line, known):
    cut = answer(f"{line}\n{prefixed(OLD)}", known=known)
    assert line in cut.shown
    assert "Does it print" not in cut.shown


SIGNED = [
    ("Done.\n\n-- \nMei Lin\nFinance", "Mei Lin\nFinance"),
    ("Done.\n\n--\nMei Lin", "Mei Lin"),
    ("Done.\n\n--\nM. L.\nTel. +86 21 5555 0100\nwww.example.test", "0100"),
    ("Done.\n\nSent from my iPhone", "Sent from my iPhone"),
    ("Done.\n\nSent from my Galaxy S30", "Sent from my Galaxy S30"),
    ("Done.\n\nSent from my T-Mobile 5G phone", "T-Mobile"),
    ("Done.\n\nSent from Outlook for iOS", "Sent from Outlook for iOS"),
    ("Done.\n\nSent from Yahoo Mail on Android", "Yahoo"),
    ("Done.\n\nGet Outlook for Android<https://aka.ms/x>", "Get Outlook for Android"),
    ("Done.\n\n发自我的iPhone", "发自我的iPhone"),
    ("Done.\n\n发自我的 iPad", "发自我的 iPad"),
    ("Done.\n\n发送自 Outlook for Android", "发送自 Outlook for Android"),
    ("Done.\n\n发送自 Windows 版邮件", "发送自 Windows 版邮件"),
    ("Done.\n\n来自我的华为手机", "来自我的华为手机"),
    ("Done.\n\n从我的iPhone发送", "从我的iPhone发送"),
    ("Done.\n\n从 Windows 版 Outlook 发送", "Outlook"),
    ("Done.\n\n获取 Outlook for iOS", "Outlook for iOS"),
    ("Done.\n\n签名由 网易邮箱大师 定制", "网易邮箱大师"),
    ("Done.\n\nVon meinem iPhone gesendet", "Von meinem iPhone"),
    ("Done.\n\nEnvoyé de mon iPhone", "iPhone"),
    ("Done.\n\niPhoneから送信", "iPhone"),
    (f"Done.\n\n发自我的iPhone\n\n{HEADS['QQ']}\n{OLD}", "发自我的iPhone"),
]


@pytest.mark.parametrize(("letter", "signature"), SIGNED, ids=lambda value: value[-25:])
def test_a_signature_is_set_apart(letter, signature):
    cut = answer(letter)
    assert cut.shown == "Done."
    assert signature in cut.signature


def test_a_letter_that_is_nothing_but_a_quote_is_shown():
    letter = f"{GMAIL}\n{prefixed(OLD)}\n\nSent from my iPhone"
    assert answer(letter).shown == f"{GMAIL}\n{prefixed(OLD)}"
    assert answer(letter, known=Known([OLD])).shown == letter
    assert answer("") == Cut(shown="")


# Letters of mail programs in HTML; of the text made of it, the words that must be shown.
HTML = {
    "Gmail": (
        '<div dir="ltr">yes</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">'
        "On Sun, 22 Nov 2026 at 09:00, Bo &lt;bo@a.test&gt; wrote:<br></div>"
        '<blockquote class="gmail_quote">old</blockquote></div>',
        ["yes"],
    ),
    "Apple Mail": (
        '<div>yes</div><div><br><blockquote type="cite"><div>On 22 Nov 2026, at 09:00, Bo &lt;bo@a.test&gt; wrote:</div>'
        "<br>old</blockquote></div>",
        ["yes"],
    ),
    "Thunderbird": (
        '<p>yes</p><div class="moz-cite-prefix">On 22.11.26 09:00, Bo wrote:<br></div>'
        '<blockquote type="cite">old</blockquote><pre class="moz-signature">-- \nMei</pre>',
        ["yes"],
    ),
    "Outlook on the web": (
        '<div>yes</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> Bo<br><b>Sent:</b> Sunday'
        "<br><b>To:</b> Mei<br><b>Subject:</b> x</div><div>old</div>",
        ["yes"],
    ),
    "QQ": (
        "<div>好了</div><div><includetail><div>------------------&nbsp;原始邮件&nbsp;------------------</div>old</includetail></div>",
        ["好了"],
    ),
    "163": (
        '<div>好了</div><p>在 2026-11-22 09:00:00，"Bo" &lt;bo@a.test&gt; 写道：</p>'
        '<blockquote id="isReplyContent">old</blockquote>',
        ["好了"],
    ),
    "Foxmail": (
        "<div>好了</div><blockquote><div>&nbsp;</div><div style='border-top:solid'><div><b>发件人：</b>&nbsp;Bo</div>"
        "<div><b>发送时间：</b>2026</div><div><b>收件人：</b>Mei</div><div><b>主题：</b>x</div></div><div>old</div></blockquote>",
        ["好了"],
    ),
    "an indent as layout": ("<p>It says</p><blockquote>error 5</blockquote>", ["It", "says", ">", "error", "5"]),
    "an indented answer": (
        '<div>On Sun, 22 Nov 2026 at 09:00, Bo &lt;bo@a.test&gt; wrote:</div><blockquote type="cite">old</blockquote>'
        "<blockquote>new</blockquote>",
        "On Sun, 22 Nov 2026 at 09:00, Bo <bo@a.test> wrote: > old > > new".split(),
    ),
}


@pytest.mark.parametrize(("source", "shown"), [*HTML.values()], ids=[*HTML])
def test_the_quote_of_an_html_letter_is_cut_from_its_text(source, shown):
    assert answer(html.text(source)).shown.split() == shown


PARTS = [*HEADS.values(), *MARKED_HEADS.values(), "> x", "words", "-- ", "", "发自我的iPhone", "on", "From:", OLD]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PARTS), max_size=8), st.booleans(), st.booleans())
def test_no_word_disappears(parts, answers, is_known):
    letter = "\n".join(parts)
    cut = visible(letter, answers=answers, known=Known([OLD]) if is_known else None, writer=MEI)
    told = f"{cut.shown}\n{cut.quoted}\n{cut.signature}"
    assert sorted(told.split()) == sorted(letter.split())


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300).filter(lambda text: text.strip()), st.booleans())
def test_a_letter_of_any_words_is_never_shown_empty(text, answers):
    assert visible(text, answers=answers).shown or not text.strip(" \n\r\t\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u2028\u2029")


LONG = [
    *(
        "a\n",
        ">\n",
        "On \n",
        "On 1 wrote:\n",
        "From: \n",
        "From: a\nTo: b\n",
        "-----\n",
        "----- ",
        "a",
        "发件人：",
        "\n",
    ),
    *(
        " ",
        "--\n",
        "on " * 130 + "\n",
        "发自 " * 130 + "\n",
        "x@" * 199 + "\n",
        "from: sent" * 39 + "\n",
        "-" * 399 + "\n",
    ),
    *("On 1\nb\nc\n", "sent from my " * 9 + "\n", "see " * 99 + "\n", "*" * 399 + "\n", "| " * 199 + "\n"),
    *(
        "Sent from my A B C D iPhone X Y Z\n",
        "Ab " * 120 + "\n",
        "Ab, " * 60 + "a@b wrote:\n",
        "> On 1 2026 a@b wrote:\n",
    ),
    *(
        "---- a wrote " * 20 + "\n",
        "schrieb a" * 40 + ":\n",
        ">>> a 1:00\n",
        "wrote" * 70 + ":\n",
        "A b c d kirjoitti 1 " * 19 + ":\n",
        "A " + "於 1" * 65 + "寫道:\n",
        "A" + " 1" * 95 + " tarihinde yazdı:\n",
        "W dniu 1 pisze" * 13 + ":\n",
        "-- \nMei\n",
        "x\n> y\n",
    ),
]


@pytest.mark.heavy
@pytest.mark.parametrize("unit", LONG, ids=lambda unit: repr(unit[:12]))
@pytest.mark.parametrize("known", [None, Known(["Does it print now? " * 8_000])], ids=["unknown", "known"])
def test_a_megabyte_made_to_be_slow_is_cut_at_once(unit, known):
    letter = unit * (1_000_000 // len(unit))
    before = time.process_time()
    answer(letter, known=known)
    assert time.process_time() - before < 1.5


def test_signs_that_stand_for_many_count_as_many_in_what_is_known() -> None:
    assert len(Known(["ﷺ" * 100_000, "ﷺ\n" * 100_000, "later"])._text) <= MOST + 10
