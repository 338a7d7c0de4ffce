"""Rows of repetitions such as strangers make them: a beginning, one or two short pieces again and again, an end."""

PIECES = (
    "a A é 张 0 ( ) [ ] { } < > \" ' ` * _ ~ # = + - | \\ / . , : ; ! ? & % @ $ ^ > >> -- __ ** ~~ [] () <> "
    "]( ![ <a> </a> <b> </b> <p> <div> <td> <br> <!-- --> &amp; &#x41; http:// http://a https://a.b/( "
    "mailto: a@b.c =?utf-8?q?a?= =?utf-8?b?5byg?= =?  ?= <a@b> a@b, id=\\ a=b; x*0*=a; --b\\n {{ }} {{a}} "
    "{name} data:image/png;base64, On:wrote: 写道： From:\\na \\n \\n\\n \\r\\n \\n> \\n>_a \\n-- \\n- \\n1._ \\n|a|b| "
    "\\n|-|-| \\nFrom:_a\\n \\nX:_y\\n begin_644_a\\n \\n=ybegin \\nBEGIN:VEVENT\\n \\nStatus:_5.0.0\\n\\n \\t"
).split(" ")
"""`_` stands for a blank and the escapes for what they say, so that one row of words lists them all."""


def _said(piece: str) -> str:
    return piece.replace("\\n", "\n").replace("\\r", "\r").replace("\\t", "\t").replace("_", " ") if piece else " "


ALL = (*dict.fromkeys(_said(piece) for piece in PIECES if piece != "__"), "__")
OPENINGS = ("", "http://a", "> ", "(", "<", '"', "=?utf-8?q?")


def row(opening: str, piece: str, end: str, *, characters: int) -> str:
    """The row of about so many characters."""
    return opening + piece * (characters // len(piece)) + end
