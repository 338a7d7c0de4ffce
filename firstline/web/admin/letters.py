"""Letters that could not be read, and those that were left aside: why, the letter itself, and trying again."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.db.models import BinaryField, Q, QuerySet
from django.db.models.functions import Substr
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from firstline.channels import intake
from firstline.channels.email.headers import Headers
from firstline.channels.email.mime import Unreadable, split_headers
from firstline.channels.inbound import PARTIAL
from firstline.channels.models import InboundMessage
from firstline.kit.limits import limit
from firstline.kit.numbers import whole
from firstline.people.models import Person
from firstline.people.request import PersonRequest
from firstline.web.admin.guards import managed, settles
from firstline.web.admin.shell import settings_page

PAGE = 40
MOST_AT_ONCE = limit(
    1_000,
    "emails",
    of="emails that are read again together",
    per="press of the button",
    said="It says how many; the rest can be read again after them.",
)
HEAD = 16 * 1024
SHOWN = ("unreadable", "ignored")
_FAILURE = re.compile(r"^\w+(Error|Exception|Warning|DoesNotExist|Refused|NotAllowed|WrongState): ")


@dataclass(frozen=True)
class Row:
    """A letter as the list shows it."""

    letter: InboundMessage
    sender: str
    subject: str
    reason: str
    whole: bool
    """Whether all of it is here, so that it can be read again."""


@require_GET
@settles
def index(request: PersonRequest) -> HttpResponse:
    """Newest first. `show` says which; `before` is the moment and the id of the last one on the page before."""
    show = request.GET.get("show", "")
    show = show if show in SHOWN else SHOWN[0]
    letters = visible_to(request.person).filter(state=show).select_related("inbox", "ticket").defer("ticket__search")
    letters = letters.annotate(head=Substr("raw", 1, HEAD, output_field=BinaryField())).order_by("-received_at", "-pk")
    found = list(_before(letters, request.GET.get("before", ""))[: PAGE + 1])
    more = ""
    if len(found) > PAGE:
        last = found[PAGE - 1]
        more = "?" + urlencode({"show": show, "before": f"{last.pk}-{last.received_at.isoformat()}"})
    address = reverse("settings-letters")
    return settings_page(
        request,
        "admin/letters.html",
        here="settings-mail",
        rows=[_row(letter) for letter in found[:PAGE]],
        more=more,
        show=show,
        kinds=[
            (_("Could not be read"), address, show == "unreadable", None),
            (_("Left aside"), f"{address}?show=ignored", show == "ignored", None),
        ],
    )


@require_GET
@settles
def raw(request: PersonRequest, id: int) -> HttpResponse:
    """The letter as it came, to be saved; nothing in it is shown or run here."""
    letter = _letter_or_404(request, id)
    response = HttpResponse(bytes(letter.raw), content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="letter-{letter.pk}.eml"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@settles
def again(request: PersonRequest, id: int) -> HttpResponse:
    """Handle one letter once more."""
    letter = _letter_or_404(request, id)
    if letter.reason in PARTIAL:
        why = reason_in_words(letter.reason)
        messages.error(request, _("It cannot be read again: %(why)s Ask its sender to write again.") % {"why": why})
    else:
        intake.again(letter)
        messages.success(request, _("The email is being read again."))
    return redirect(f"{reverse('settings-letters')}?show={letter.state}")


@require_POST
@settles
def again_all(request: PersonRequest) -> HttpResponse:
    """Handle once more whatever could not be read."""
    letters = visible_to(request.person).filter(state="unreadable").exclude(reason__in=PARTIAL)
    count = sum(intake.again(letter) for letter in letters.only("pk").order_by("pk")[:MOST_AT_ONCE])
    said = ngettext("%(count)s email is being read again.", "%(count)s emails are being read again.", count)
    messages.success(request, said % {"count": count})
    if left := letters.count():
        wait = ngettext(
            "%(count)s more waits: press the button again for it.",
            "%(count)s more wait: press the button again for them.",
            left,
        )
        messages.info(request, wait % {"count": left})
    return redirect("settings-letters")


def visible_to(person: Person) -> QuerySet[InboundMessage]:
    """All letters for an administrator, those of his desks for a manager."""
    letters = InboundMessage.objects.all()
    return letters if person.admin else letters.filter(inbox__desk__in=managed(person))


def reason_in_words(reason: str) -> str:
    """Why it was put aside, in the reader's language; what the program itself stumbled over as it was noted."""
    if _FAILURE.match(reason):
        return _("Handling it failed three times: %(why)s") % {"why": reason}
    return _(reason) if reason else ""


def _row(letter: InboundMessage) -> Row:
    try:
        headers, _body = split_headers(bytes(letter.head))  # type: ignore[attr-defined]
    except Unreadable:
        headers = Headers()
    said, subject = headers.text("from")[:200], headers.text("subject")[:200]
    return Row(letter, said, subject, reason_in_words(letter.reason), whole=letter.reason not in PARTIAL)


def _letter_or_404(request: PersonRequest, id: int) -> InboundMessage:
    letter = visible_to(request.person).filter(pk=id, state__in=SHOWN).first()
    if letter is None:
        raise Http404
    return letter


def _before(letters: QuerySet[InboundMessage], place: str) -> QuerySet[InboundMessage]:
    number, _dash, moment = place.partition("-")
    pk = whole(number)
    try:
        at: datetime | None = parse_datetime(moment)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or pk is None:
        return letters
    return letters.filter(Q(received_at__lt=at) | Q(received_at=at, pk__lt=pk))
