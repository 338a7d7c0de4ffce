"""In what words an email stands on its ticket, where they are its own."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from firstline.channels.email.appointments import sentence
from firstline.channels.email.incoming import IncomingMail
from firstline.kit.limits import limit

MOST_EMPTY = limit(20, "files", of="empty files that are named", per="email", said="It says how many more there are.")

SENTENCES: Mapping[str, str] = {
    "failed": gettext_noop("By email, said to be from %(who)s. The proof of its sender failed, so it may be forged:"),
    "automatic": gettext_noop("Automatic email from %(who)s:"),
    "agent_proved": gettext_noop("By e-mail from %(who)s, an agent; the requester was not sent it:"),
    "agent": gettext_noop(
        "By e-mail from %(who)s, an agent; the sender is not verified, so the requester was not sent it:"
    ),
    "asking": gettext_noop("By e-mail from %(who)s:"),
    "gone_proved": gettext_noop("By e-mail from %(who)s, who is deactivated here:"),
    "gone": gettext_noop("By e-mail from %(who)s, who is deactivated here; the sender is not verified:"),
    "other_proved": gettext_noop("By e-mail from %(who)s, who takes no part in this request:"),
    "other": gettext_noop("By e-mail from %(who)s, who takes no part in this request; the sender is not verified:"),
    "disowned": gettext_noop(
        "The email says that it is from %(who)s, but the proof of its sender failed: it may be forged. It was not "
        "taken for their word, and nobody was answered."
    ),
    "of_gone": gettext_noop(
        "The email is from %(who)s, who is deactivated here. It was not taken for their word, and nobody was answered."
    ),
    "twice": gettext_noop("An email with the same words had come before: %(number)s."),
    "empty": gettext_noop("(This email is empty.)"),
}


def beside(incoming: IncomingMail, *, zone: str) -> list[str]:
    """Sentences in brackets, in the active language, that say what its words do not."""
    beside = []
    if incoming.own_subject:
        beside.append(_("(Subject: %(subject)s)") % {"subject": incoming.own_subject})
    if incoming.invitation:
        beside.append(sentence(incoming.invitation, zone=zone))
    empty = [file.name for file in incoming.files if not file.content]
    beside += [_("(The attached file %(name)s is empty.)") % {"name": name} for name in empty[:MOST_EMPTY]]
    if len(empty) > MOST_EMPTY:
        beside.append(_("(%(count)s more attached files are empty.)") % {"count": len(empty) - MOST_EMPTY})
    if "links" in incoming.marks:
        beside.append(_("(This email holds too many links to be shown. It is attached.)"))
    elif "cut" in incoming.marks:
        beside.append(_("(This email is longer than what is shown.)"))
    if "files" in incoming.marks:
        beside.append(_("(This email brings more files than are kept one by one. The whole email is attached.)"))
    if incoming.text.strip() or beside:
        return beside
    if "encrypted" in incoming.marks:
        return [_("(This email is encrypted; what it says is in the attached file.)")]
    if any(file.content for file in incoming.files) or incoming.html:
        return [_("(This email has no visible text.)")]
    return []
