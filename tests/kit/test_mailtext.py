"""What a letter says itself is told apart from what it quotes, and no answer is ever lost."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstline.kit import html
from firstline.kit.mailtext import REPLY_LINE, Cut, visible, visible_html
from firstline.kit.quotes import is_signature_line

OLD = "Does it print now?\nBo"
GMAIL = "On Sun, Nov 22, 2026 at 9:00 AM IT Help <help@desk.example.test> wrote:"
OUTLOOK_EN = (
    "From: Bo <bo@example.test>\nSent: Sunday, 22 November 2026 09:00\nTo: Mei <mei@example.test>\nSubject: Re: Printer"
)
OUTLOOK_ZH = (
    "发件人: Bo <bo@example.test>\n发送时间: 2026年11月22日 9:00\n收件人: Mei <mei@example.test>\n主题: 回复: 打印机"
)
OUTLOOK_DE = (
    "Von: Bo <bo@example.test>\nGesendet: Sonntag, 22. November 2026 09:00\nAn: Mei\nCc: Yu\nBetreff: AW: Drucker"
)


def prefixed(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


# What stands between the answer and the old letter, as the mail programs write it; the old letter is not marked.
HEADS = {
    "Outlook in English": OUTLOOK_EN,
    "Outlook in Chinese": OUTLOOK_ZH,
    "Outlook in German": OUTLOOK_DE,
    "Outlook on the web": "________________________________\n" + OUTLOOK_EN,
    "Outlook with bold names": "*From:* Bo\n*Sent:* Sunday\n*To:* Mei\n*Subject:* Re: Printer",
    "Outlook with an extra line": "From: Bo\nSent: Sunday\nTo: Mei\nCc: Yu\nImportance: High\nSubject: Re: Printer",
    "Outlook with full-width colons": OUTLOOK_ZH.replace(": ", "："),
    "Outlook with many recipients": OUTLOOK_EN.replace(
        "\nSubject", ";\n Yu <yu@example.test>;\n Al <al@a.test>\nSubject"
    ),
    "headers on one line": "发件人：Bo 发送时间：2026年11月22日 收件人：Mei 主题：打印机",
    "old Outlook": "-----Original Message-----\n" + OUTLOOK_EN,
    "old Outlook in Chinese": "-----邮件原件-----\n" + OUTLOOK_ZH,
    "QQ": "------------------ 原始邮件 ------------------\n"
    '发件人: "Bo" <bo@example.test>;\n发送时间: 2026年\n收件人: "Mei";\n主题: x',
    "QQ with hard blanks": '------------------\xa0原始邮件\xa0------------------\n发件人:\xa0"Bo"',
    "dashes in Chinese": "-----原始邮件-----",
    "163": 'At 2026-11-22 09:00:00, "Bo" <bo@example.test> wrote:',
    "163 in Chinese": '在 2026-11-22 09:00:00，"Bo" <bo@example.test> 写道：',
    "NetEase Master": "---- 回复的原邮件 ----\n"
    "| 发件人 | Bo<bo@example.test> |\n| 日期 | 2026年11月22日 |\n| 收件人 | Mei |\n| 主题 | x |",
    "Foxmail": " \n发件人： Bo\n发送时间： 2026-11-22 09:00\n收件人： Mei\n抄送： Yu\n主题： 打印机",
    "Gmail without marks": GMAIL,
    "Gmail in Chinese": "Bo <bo@example.test> 于2026年11月22日周日 09:00写道：",
    "Apple in Chinese": "在 2026年11月22日，Bo <bo@example.test> 写道：",
    "our own line": REPLY_LINE,
    "our own line in English": "—— Write your answer above this line ——",
    "our own line below a sentence": "Bo sent at 9:00 <help@desk.example.test>:\n\n" + REPLY_LINE,
    "Japanese": "2026年11月22日(日) 9:00 Bo <bo@example.test>のメール:",
}
# And those that mark each line of the old letter.
MARKED_HEADS = {
    "Gmail": GMAIL,
    "Gmail wrapped": "On Sun, Nov 22, 2026 at 9:00 AM IT Help\n<help@desk.example.test> wrote:",
    "Apple": "On 22 Nov 2026, at 09:00, Bo <bo@example.test> wrote:",
    "Thunderbird": "Am 22.11.26 um 09:00 schrieb Bo:",
    "French": "Le dim. 22 nov. 2026 à 09:00, Bo <bo@example.test> a écrit :",
    "a name only": "Bo Wang wrote:",
    "Apple in Chinese": "在 2026年11月22日，Bo <bo@example.test> 写道：",
    "old Outlook": "-----Original Message-----",
    "Apple inside the marks": "> 在 2026年11月22日，上午9:00，Bo <bo@example.test> 写道：",
    "nothing": "",
}


@pytest.mark.parametrize("head", [*HEADS.values()], ids=[*HEADS])
def test_only_the_answer_above_a_quote_is_shown(head):
    cut = visible(f"It prints.\n谢谢\n\n{head}\n\n{OLD}\n")
    assert cut.shown == "It prints.\n谢谢"
    assert OLD in cut.quoted or prefixed(OLD) in cut.quoted


@pytest.mark.parametrize("head", [*MARKED_HEADS.values()], ids=[*MARKED_HEADS])
def test_answers_above_between_and_below_marked_quotes_are_shown(head):
    cut = visible(f"above\n\n{head}\n{prefixed(OLD)}\n\nbetween\n\n> more\nbelow")
    assert [line for line in cut.shown.split("\n") if line] == ["above", "between", "below"]
    assert "> more" in cut.quoted


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_line_ends_do_not_matter(ends):
    letter = f"yes\n\n{OUTLOOK_EN}\n\n{OLD}".replace("\n", ends)
    assert visible(letter).shown == "yes"


SIGNED = [
    ("Done.\n\n-- \nMei Lin\nFinance", "Mei Lin\nFinance"),
    ("Done.\n\n--\nMei Lin", "Mei Lin"),
    ("Done.\n\nSent from my iPhone", "Sent from my iPhone"),
    ("Done.\n\nSent from my Galaxy S30", "Sent from my Galaxy S30"),
    ("Done.\n\nSent from Outlook for iOS", "Sent from Outlook for iOS"),
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
    (f"Done.\n\n发自我的iPhone\n\n{HEADS['QQ']}\n{OLD}", "发自我的iPhone"),
]


@pytest.mark.parametrize(("letter", "signature"), SIGNED, ids=lambda value: value[-25:])
def test_a_signature_is_set_apart(letter, signature):
    cut = visible(letter)
    assert cut.shown == "Done."
    assert signature in cut.signature


# Letters in which every word must be shown.
WHOLE = {
    "a forward": f"Please look:\n\n---------- Forwarded message ---------\n{OUTLOOK_EN}\n\n{OLD}",
    "a forward by Apple": f"FYI\n\nBegin forwarded message:\n\n{OUTLOOK_EN}\n\n> x\n{OLD}",
    "a forward in Chinese": f"请看\n\n-------- 转发邮件信息 --------\n{OUTLOOK_ZH}\n\n{OLD}",
    "nothing above an unmarked quote": f"{OUTLOOK_EN}\n\n{OLD}\n\nmy answer is down here",
    "only a separator": f"-----Original Message-----\n{OLD}",
    "a pointer to answers below": f"See my answers below.\n\n{OUTLOOK_EN}\n\nDoes it print? YES",
    "a pointer in Chinese": f"见下文红字\n\n{OUTLOOK_ZH}\n\n打印了吗？打印了",
    "only a signature": "-- \nplease close it",
    "a sentence about a phone": "Sent from my laptop it works, sent from my phone it does not: nothing arrives at all.",
    "a sentence from a phone in Chinese": "来自手机的登录请求一直失败，请检查。",
    "a colon": "The server says:\nFrom: 10.0.0.1\nerror 5",
    "a log with dashes": "-----\nerror\n-----\nsecond",
    "an option": "Run it with\n--\nthen" + "\nmore" * 20,
    "on and wrote apart": "On Monday it failed.\nThe log wrote nothing: strange",
    "plain words": "Hello\n\n\nworld",
}


@pytest.mark.parametrize("letter", [*WHOLE.values()], ids=[*WHOLE])
def test_a_letter_whose_parts_cannot_be_told_apart_is_shown_whole(letter):
    cut = visible(letter)
    assert cut.shown.split() == letter.split()
    assert cut.quoted == ""


def test_a_letter_without_words_of_its_own_shows_none():
    assert visible(f"\n{GMAIL}\n{prefixed(OLD)}\n\nSent from my iPhone\n").shown == ""
    assert visible("") == Cut(shown="")


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [*HEADS.values(), *MARKED_HEADS.values(), "> x", "words", "-- ", "", "发自我的iPhone", "on", "From:"]
        ),
        max_size=8,
    )
)
def test_no_word_disappears(parts):
    letter = "\n".join(parts)
    cut = visible(letter)
    told = f"{cut.shown}\n{cut.quoted}\n{cut.signature}"
    assert sorted(told.split()) == sorted(letter.split())


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300).filter(lambda text: text.strip()))
def test_a_letter_of_any_words_is_never_shown_empty(text):
    assert visible(text).shown or ">" in text or is_signature_line(text)


LONG = [
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
]
LONG += [
    " ",
    "--\n",
    "on " * 130 + "\n",
    "发自 " * 130 + "\n",
    "x@" * 199 + "\n",
    "from: sent" * 39 + "\n",
    "-" * 399 + "\n",
]
LONG += ["On 1\nb\nc\n", "sent from my " * 9 + "\n", "see " * 99 + "\n", "*" * 399 + "\n", "| " * 199 + "\n"]


@pytest.mark.parametrize("unit", LONG, ids=lambda unit: repr(unit[:12]))
def test_a_megabyte_made_to_be_slow_is_cut_at_once(unit):
    letter = unit * (1_000_000 // len(unit))
    before = time.process_time()
    visible(letter)
    assert time.process_time() - before < 0.2


# A letter in HTML, the words that must be shown, and those that must be in the quote.
HTML = {
    "Gmail": (
        '<div dir="ltr">yes</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">'
        'On Sun, Bo &lt;bo@a.test&gt; wrote:<br></div><blockquote class="gmail_quote">old</blockquote></div>',
        ["yes"],
        ["wrote:", "old"],
    ),
    "Gmail with answers between": (
        '<div class="gmail_quote"><div class="gmail_attr">On Sun, 1 Nov, Bo wrote:<br></div>'
        '<blockquote class="gmail_quote">old</blockquote><div>between</div>'
        '<blockquote class="gmail_quote">older</blockquote></div><div>below</div>',
        ["between", "below"],
        ["old", "older"],
    ),
    "old Gmail": (
        'yes<div class="gmail_quote">2026-11-22 9:00 GMT+08:00 Bo &lt;bo@a.test&gt; wrote:<br>'
        '<blockquote style="margin:0">old</blockquote></div>',
        ["yes"],
        ["wrote:", "old"],
    ),
    "Apple Mail": (
        '<div>yes</div><div><br><blockquote type="cite"><div>On 22 Nov 2026, Bo wrote:</div>old</blockquote></div>'
        "below",
        ["yes", "below"],
        ["wrote:", "old"],
    ),
    "Thunderbird": (
        '<p>yes</p><div class="moz-cite-prefix">On 22.11.26 Bo wrote:<br></div><blockquote type="cite">old</blockquote>'
        '<pre class="moz-signature">-- Mei</pre>',
        ["yes"],
        ["old"],
    ),
    "Outlook on the web": (
        '<div>yes</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> Bo</div><div>old</div>',
        ["yes"],
        ["From:", "old"],
    ),
    "Outlook": (
        '<p class="MsoNormal">yes</p><div style="border-top:solid #E1E1E1 1.0pt"><p class="MsoNormal">'
        "<b>From:</b> Bo<br><b>Sent:</b> Sunday<br><b>To:</b> Mei<br><b>Subject:</b> x</p></div><p>old</p>",
        ["yes"],
        ["Sent:", "old"],
    ),
    "very old Outlook": (
        '<p>yes</p><div class="OutlookMessageHeader">-----Original Message-----</div><p>old</p>',
        ["yes"],
        ["old"],
    ),
    "QQ": (
        "<div>好了</div><div><includetail><div>------------------&nbsp;原始邮件&nbsp;------------------</div>old</includetail></div>",
        ["好了"],
        ["原始邮件", "old"],
    ),
    "QQ without a name": (
        "<div>好了</div><div>------------------&nbsp;原始邮件&nbsp;------------------</div><div>old</div>",
        ["好了"],
        ["原始邮件", "old"],
    ),
    "163": (
        '<div>好了</div><p>在 2026-11-22 09:00:00，"Bo" &lt;bo@a.test&gt; 写道：</p>'
        '<blockquote id="isReplyContent">old</blockquote>',
        ["好了"],
        ["写道", "old"],
    ),
    "NetEase Master": (
        "<div>好了</div><div>---- 回复的原邮件 ----</div><table><tr><td>发件人</td><td>Bo</td></tr></table>"
        '<blockquote class="ntes-mailmaster-quote">old</blockquote>',
        ["好了"],
        ["回复的原邮件", "old"],
    ),
    "Foxmail": (
        "<div>好了</div><blockquote><div>&nbsp;</div><div style='border-top:solid'><div><b>发件人：</b>&nbsp;Bo</div>"
        "<div><b>发送时间：</b>2026</div><div><b>收件人：</b>Mei</div><div><b>主题：</b>x</div></div><div>old</div></blockquote>",
        ["好了"],
        ["发件人", "old"],
    ),
    "Yahoo": ('<div>yes</div><div class="yahoo_quoted"><div>On Sunday, Bo wrote:</div>old</div>', ["yes"], ["old"]),
    "our own line": (f"<p>yes</p><div>{REPLY_LINE}</div><p>old</p>", ["yes"], ["old"]),
}


@pytest.mark.parametrize(("source", "shown", "quoted"), [*HTML.values()], ids=[*HTML])
def test_the_quote_of_an_html_letter_is_cut(source, shown, quoted):
    cut = visible_html(source)
    assert html.text(cut.shown).split() == shown
    assert all(word in html.text(cut.quoted) for word in quoted)


def test_a_signature_of_an_html_letter_is_set_apart():
    cut = visible_html('<p>yes</p><div class="gmail_signature">Mei</div><div>发自我的iPhone</div>')
    assert html.text(cut.shown) == "yes"
    assert html.text(cut.signature).split() == ["Mei", "发自我的iPhone"]


# HTML letters in which every word must be shown.
WHOLE_HTML = {
    "a forward by Gmail": '<p>see</p><div class="gmail_quote"><div class="gmail_attr">'
    "---------- Forwarded message ---------<br>From: Bo</div>body</div>",
    "a forward by Outlook": '<div id="divRplyFwdMsg"><b>From:</b> Bo<br><b>Sent:</b> x</div><div>body</div>',
    "an indented error": "<p>It says:</p><blockquote>error 5</blockquote>",
    "answers inside": '<p>My answers below.</p><blockquote type="cite">old? yes</blockquote>',
    "only a quote": '<blockquote type="cite">old</blockquote>',
}


@pytest.mark.parametrize("source", [*WHOLE_HTML.values()], ids=[*WHOLE_HTML])
def test_an_html_letter_whose_parts_cannot_be_told_apart_is_shown_whole(source):
    cut = visible_html(source)
    assert cut.shown == html.clean(source)
    assert cut.quoted == ""


def test_an_answer_that_is_only_a_picture_is_shown():
    cut = visible_html('<img src="cid:shot@1"><div id="divRplyFwdMsg">From: Bo</div>old')
    assert "cid:shot@1" in cut.shown
    assert "old" not in cut.shown


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([source for source, _, _ in HTML.values()]), max_size=3))
def test_no_word_of_an_html_letter_disappears(sources):
    source = "".join(sources)
    cut = visible_html(source)
    told = " ".join(html.text(part) for part in (cut.shown, cut.quoted, cut.signature))

    def words(text: str) -> str:
        return "".join(sorted(char for char in text if char.isalnum()))

    assert words(told) == words(html.text(source))


def test_html_is_always_clean():
    cut = visible_html('<p onclick=x>a<script>b</script></p><blockquote type=cite><img src="https://a.test/x">')
    assert cut.shown == "<p>a</p>"
    assert cut.quoted == '<blockquote><img data-src="https://a.test/x"></blockquote>'
