"""The mailbox of a demo: every letter that left, as its reader would see it, and an answer to it."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from firstline.channels.email.letter import read
from firstline.channels.models import DemoLetter
from firstline.web.demo import mailclient
from firstline.web.render import page

SHOWN = 100
# Nothing in a letter runs or loads; its links lead out of the frame only when somebody clicks them.
AS_A_LETTER = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; base-uri 'none'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
)


@require_GET
def letters(request: HttpRequest) -> HttpResponse:
    """Everybody's letters, or one person's (`?of=` an address), newest first."""
    return page(request, "demo/mail.html", **_list(request.GET.get("of", "")), letter=None)


@require_GET
def letter(request: HttpRequest, id: int) -> HttpResponse:
    """One letter beside the list."""
    found = get_object_or_404(DemoLetter.objects.select_related("person"), pk=id)
    return page(request, "demo/mail.html", **_list(request.GET.get("of", "")), **_open(found), text="", problem="")


@require_GET
@xframe_options_sameorigin
def body(request: HttpRequest, id: int) -> HttpResponse:
    """The letter's own HTML, for the frame."""
    found = get_object_or_404(DemoLetter, pk=id)
    html = read(bytes(found.raw)).html or ""
    response = HttpResponse(html.replace("<head>", '<head><base target="_top">', 1))
    response["Content-Security-Policy"] = AS_A_LETTER
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def answer(request: HttpRequest, id: int) -> HttpResponse:
    """Answer the letter as its reader's mail program would, through the real mail receiver."""
    found = get_object_or_404(DemoLetter.objects.select_related("person"), pk=id)
    text, of = request.POST.get("text", ""), request.POST.get("of", "")
    try:
        mailclient.answer(found, text=text)
    except mailclient.NotSent as problem:
        return page(request, "demo/mail.html", status=422, **_list(of), **_open(found), text=text, problem=str(problem))
    messages.success(request, _("Sent. The desk has it in a moment."))
    return redirect(f"{request.path.removesuffix('answer/')}{f'?of={of}' if of else ''}")


def _list(of: str) -> dict[str, Any]:
    people: QuerySet[DemoLetter, dict[str, Any]] = (
        DemoLetter.objects.order_by("address").values("address", "person__name").annotate(count=Count("id"))
    )
    shown = DemoLetter.objects.select_related("person").defer("raw")
    return {"people": people, "letters": (shown.filter(address=of) if of else shown)[:SHOWN], "of": of}


def _open(found: DemoLetter) -> dict[str, Any]:
    content = read(bytes(found.raw))
    return {
        "letter": found,
        "sender": content.sender,
        "files": content.attachments,
        "has_html": bool(content.html),
        "plain": content.text,
    }
