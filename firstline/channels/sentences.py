"""In what words a note says how something came and from whom: one row a case. A channel may say it in its own."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop

GENERAL: Mapping[str, str] = {
    # the heads of notes on words that must not pass for somebody's
    "failed": gettext_noop("By %(channel)s, said to be from %(who)s. The proof of its sender failed:"),
    "automatic": gettext_noop("By %(channel)s from %(who)s, automatically:"),
    "agent_proved": gettext_noop("By %(channel)s from %(who)s, an agent; the requester was not sent it:"),
    "agent": gettext_noop(
        "By %(channel)s from %(who)s, an agent; the sender is not verified, so the requester was not sent it:"
    ),
    "asking": gettext_noop("By %(channel)s from %(who)s:"),
    "gone_proved": gettext_noop("By %(channel)s from %(who)s, who is deactivated here:"),
    "gone": gettext_noop("By %(channel)s from %(who)s, who is deactivated here; the sender is not verified:"),
    "other_proved": gettext_noop("By %(channel)s from %(who)s, who takes no part in this request:"),
    "other": gettext_noop(
        "By %(channel)s from %(who)s, who takes no part in this request; the sender is not verified:"
    ),
    # notes beside what was taken in
    "disowned": gettext_noop(
        "It says that it is from %(who)s, but the proof of its sender failed. It was not taken for their word, and "
        "nobody was answered."
    ),
    "of_gone": gettext_noop(
        "It is from %(who)s, who is deactivated here. It was not taken for their word, and nobody was answered."
    ),
    "twice": gettext_noop("The same words had come before: %(number)s."),
    "empty": gettext_noop("(This message is empty.)"),
}
