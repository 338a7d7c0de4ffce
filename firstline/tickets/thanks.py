"""Whether somebody only says thanks."""

import re

_LONGEST = 400
_MOST_WORDS = 6
_THANKS = frozenset(
    "thanks thank you thx cheers many so much very 谢谢 谢谢您 谢谢你 多谢 感谢 非常感谢 辛苦了".split()
)
# To what is solved these say thanks as well; to a question they are the answer.
_CONSENT = frozenset(
    (
        "ok okay great perfect got it works now all good solved "
        + "好的 好 收到 可以了 好了 解决了 没问题了 ok了 已解决"
    ).split()
)
# How people end what they write, above their name or instead of it.
_CLOSINGS = frozenset(
    "best kind warm regards greetings sincerely yours br rgds mfg lg vg mit freundlichen grüßen 此致 敬礼 祝好".split()
)
# Glad signs; others, such as a thumb that points down, complain.
_GLAD = re.compile("[👍👌🙏👏🙌🤝💪😊😀😃😄😁🙂☺😉😍🥰🤗🥳❤♥🧡💛💚💙💜🎉🎊✅✔✓💯🌟⭐🌹🫡🫶]|:-?\\)")
_TONES = re.compile("[\U0001f3fb-\U0001f3ff\ufe0e\ufe0f\u200d]")
_MARKS = re.compile(r"[，。！,.!~～、:：;\s]+")
# What mail programs write for somebody who only clicked on a sign.
_REACTED = re.compile(
    r"^.{0,100}(?:\breacted (?:via gmail|to your (?:message|e-?mail))|\bhat (?:über|per|mit|via) gmail reagiert"
    r"|\bhat auf (?:ihre|deine) (?:nachricht|e-?mail) reagiert"
    r"|(?:通过|透過|已通过|已透過)\s?gmail\s?(?:[做作]出了?)?(?:回应|反应|回應|反應)"
    r"|[对對](?:您|你)的(?:消息|邮件|訊息|郵件|电子邮件)\s?(?:[做作]出了?)?(?:回应|反应|回應|反應)了?)"
    r"\s{0,3}(?:<[^<>]{0,300}>|\(?https?://\S{0,300})?\s{0,3}[:：.。]?\s{0,3}$",
    re.IGNORECASE | re.MULTILINE,
)


def is_mere_thanks(text: str, *, by: str = "", solved: bool = True) -> bool:
    """Whether a short answer only says thanks, so that it need not reopen or wake anything.

    `by`: the name of its writer, with which it may end. `solved`: whether it answers a solution; a glad sign then says
    thanks as well, so does a mail program that tells of one, and so do words of consent. Before that these answer what
    was asked ("May I restart it now?"). Whatever else stands there is no thanks.
    """
    if len(text) > _LONGEST:
        return False
    rest, reactions = _REACTED.subn(" ", text)
    rest, glad = _GLAD.subn(" ", _TONES.sub("", rest))
    words = _MARKS.sub(" ", rest).casefold().split()
    name = _MARKS.sub(" ", by).casefold()
    ends = _CLOSINGS | {*name.split(), name.replace(" ", "")}
    while words and words[-1] in ends and (len(words) > 1 or glad or reactions):
        words.pop()
    said = bool(words or glad or reactions)
    if not solved and (glad or reactions):
        return False
    return said and len(words) <= _MOST_WORDS and (_THANKS | _CONSENT if solved else _THANKS).issuperset(words)
