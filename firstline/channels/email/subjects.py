"""Whether the subject of an answer says something of its own, or is the one under which its sender was written to."""

import re
from collections.abc import Iterator

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext, override

from firstline.channels.email.incoming import IncomingMail
from firstline.channels.email.letter import FORWARD, REPLY
from firstline.notices.models import Delivery
from firstline.people.models import Person
from firstline.tickets.models import Ticket

MOST_PREFIXES = 20
# What servers put before the subject of whatever comes from outside.
_TAG = re.compile(
    r"^\s*[\[(【<*]{1,3}\s?(?:ext|extern|external|external e-?mail|外部|外部邮件|外来邮件|spam)\s?[\])】>*]{1,3}:?",
    re.IGNORECASE,
)
_OUR_NUMBER = re.compile(r"\[[A-Z][A-Z0-9]{1,7}-\d{1,15}\]", re.IGNORECASE)


def own_subject(incoming: IncomingMail, ticket: Ticket, *, by: Person | None) -> str:
    """The subject of an email in this ticket, if its sender was not written to under that and has not said it before;
    else an empty string. Only what `by` may know counts, see `email.earlier`."""
    said, subject = _bare(incoming.subject), " ".join(incoming.subject.split())
    if not said or any(_is_same(said, _bare(known)) for known in _known(incoming, ticket, by)):
        return ""
    return "" if by and ticket.messages.filter(author=by, text__contains=subject).exists() else subject


def _known(incoming: IncomingMail, ticket: Ticket, by: Person | None) -> Iterator[str]:
    yield ticket.subject
    to = Q(person=by) if by else Q(address__iexact=incoming.address)
    yield from Delivery.objects.filter(to, ticket=ticket).values_list("payload__subject", flat=True).distinct()
    for language, _name in settings.LANGUAGES:
        with override(language):
            yield gettext("Your request")  # of a stranger's, see notices.template_context


def _bare(subject: str | None) -> str:
    rest = _OUR_NUMBER.sub(" ", subject or "").strip()
    for _number in range(MOST_PREFIXES):
        shorter = _TAG.sub("", FORWARD.sub("", REPLY.sub("", rest))).strip()
        if shorter == rest:
            break
        rest = shorter
    return " ".join(rest.split()).casefold()


def _is_same(said: str, known: str) -> bool:
    return said == known or (known.endswith("…") and said.startswith(known[:-1]))
