"""How letters come to the desks: addresses and mailboxes, how each of them goes, and a test that says what is wrong."""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.db.models import Count, Max, Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from firstline.catalog.models import Inbox, Mailbox
from firstline.channels.email import imap
from firstline.channels.email.imap_errors import Trouble, in_words
from firstline.channels.models import Fetching, InboundMessage
from firstline.config import config
from firstline.people.request import PersonRequest
from firstline.web.admin.crud import new_row, row_or_404, saved
from firstline.web.admin.desk_sections import PARTS
from firstline.web.admin.forms.mailbox import MailboxForm
from firstline.web.admin.guards import desk_or_404, desks_of, settles
from firstline.web.admin.letters import visible_to
from firstline.web.admin.saving import keep
from firstline.web.admin.shell import settings_page

logger = logging.getLogger(__name__)
PART = PARTS["mailboxes"]
# Another folder is another mailbox: it is read from its own beginning.
WHERE = {"host", "user", "folder"}


@dataclass(frozen=True)
class Way:
    """An address of a desk, the mailboxes behind it, and when a letter came last."""

    inbox: Inbox
    mailboxes: list[tuple[Mailbox, str, str]]
    last: datetime | None


@require_GET
@settles
def show(request: PersonRequest) -> HttpResponse:
    """The ways in of each desk that one may set up."""
    desks = desks_of(request.person)
    ways = _ways([desk.pk for desk in desks])
    counts = dict(
        visible_to(request.person)
        .filter(state__in=("unreadable", "new"))
        .values_list("state")
        .annotate(count=Count("pk"))
        .order_by()
    )
    return settings_page(
        request,
        "admin/mail.html",
        here="settings-mail",
        ways=[(desk, [way for way in ways if way.inbox.desk_id == desk.pk]) for desk in desks],
        unreadable=counts.get("unreadable", 0),
        waiting=counts.get("new", 0),
        server=f"{config().smtp_host}:{config().smtp_port}",
        protocol="LMTP" if config().lmtp else "SMTP",
    )


@require_http_methods(["GET", "POST"])
@settles
def edit(request: PersonRequest, desk: str, id: int | None = None) -> HttpResponse:
    """The form of a mailbox; with `do=test` it is tried out after it is saved."""
    at = desk_or_404(request, desk)
    row: Mailbox = new_row(at, PART) if id is None else row_or_404(at, PART, id)
    form = MailboxForm(request.POST or None, instance=row, by=request.person, desk=at)
    if request.method == "POST" and form.is_valid():
        kept: Mailbox = keep(form, by=request.person, desk=at)
        if id is not None and WHERE & set(form.changed_data):
            Fetching.objects.filter(mailbox=kept).delete()
        if request.POST.get("do") != "test":
            return saved(request, kept, at, PART)
        say_how_it_goes(request, kept)
        return redirect("settings-mailbox", at.key, kept.pk)
    status = 422 if request.method == "POST" else 200
    fetching = Fetching.objects.filter(mailbox=id).first() if id else None
    said = in_words(fetching.trouble) if fetching else ""
    return settings_page(
        request,
        "admin/mailbox.html",
        status=status,
        here=PART.key,
        desk=at,
        part=PART,
        form=form,
        row=row,
        fetching=fetching,
        said=said,
    )


@require_POST
@settles
def test(request: PersonRequest, desk: str, id: int) -> HttpResponse:
    """Try a mailbox out as it is saved."""
    say_how_it_goes(request, row_or_404(desk_or_404(request, desk), PART, id))
    return redirect("settings-mail")


def say_how_it_goes(request: PersonRequest, mailbox: Mailbox) -> None:
    """Connect to it now, and say in a toast what came of it."""
    try:
        count = imap.check(mailbox)
    except Trouble as trouble:
        # What a server says that anybody may have named stands in the log alone.
        logger.warning("The mailbox %s was tried: %s %r", mailbox, trouble.key, trouble.detail)
        messages.error(request, _("%(mailbox)s: %(said)s") % {"mailbox": mailbox, "said": str(trouble)})
    else:
        works = ngettext(
            "The mailbox works; %(count)s email lies there.", "The mailbox works; %(count)s emails lie there.", count
        )
        messages.success(request, works % {"count": count})


def state_of(mailbox: Mailbox) -> tuple[str, str]:
    """How it goes, and the tone in which that is said."""
    fetching = getattr(mailbox, "fetching", None)
    if not mailbox.active:
        return _("Switched off"), ""
    if fetching is not None and fetching.trouble:
        return in_words(fetching.trouble), "late"
    if fetching is None or fetching.looked_at is None:
        return _("Not connected yet"), "soon"
    return _("Works"), "good"


def _ways(desks: list[int]) -> list[Way]:
    rows = Inbox.objects.filter(desk__in=desks, kind="email").order_by("address")
    boxes = list(Mailbox.objects.filter(inbox__desk__in=desks).select_related("fetching").order_by("host", "user"))
    inboxes = list(rows)
    lately = InboundMessage.objects.filter(inbox__in=inboxes).values_list("inbox").annotate(last=Max("received_at"))
    last = dict(lately.filter(~Q(state="ignored")).order_by())
    return [
        Way(
            inbox,
            [(mailbox, *state_of(mailbox)) for mailbox in boxes if mailbox.inbox_id == inbox.pk],
            last.get(inbox.pk),
        )
        for inbox in inboxes
    ]
