"""A whole letter as it came, cleaned, in a frame of its own where nothing runs and nothing is fetched from outside."""

import re
from html import escape

from django.http import Http404, HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from firstline.kit import html
from firstline.tickets.models import Message
from firstline.web.guards import signed_in
from firstline.web.tickets import ticket_or_404

POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'self'; frame-ancestors 'self'; base-uri 'none'; "
    "form-action 'none'; sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
)
CID = re.compile(r'src="cid:([^"]+)"', re.IGNORECASE)


@require_safe
@signed_in
@xframe_options_sameorigin
def letter(request: HttpRequest, number: str, message: int) -> HttpResponse:
    """The letter's own HTML without scripts, styles and remote pictures; its text where it had no HTML."""
    ticket = ticket_or_404(request, number)
    said = Message.objects.visible_to(request.person, ticket).filter(pk=message).first()  # type: ignore[attr-defined]
    if said is None:
        raise Http404
    response = HttpResponse(_document(_with_pictures(said)))
    response["Content-Security-Policy"] = POLICY
    return response


def _with_pictures(message: Message) -> str:
    """The body, its embedded pictures fetched as files of the ticket, by the reader's own rights."""
    if not message.html.strip():
        return html.from_text("\n\n".join(part for part in (message.text, message.quoted) if part))
    files = {file.content_id.strip("<>"): file for file in message.attachments.exclude(content_id="")}

    def own(match: re.Match[str]) -> str:
        file = files.get(match[1].strip("<>"))
        return f'src="{escape(reverse("file", args=[file.pk]))}"' if file else 'src=""'

    return CID.sub(own, html.clean(message.html))


def _document(body: str) -> str:
    sheet = escape(static("letter.css"))
    return (
        '<!doctype html><html><head><meta charset="utf-8"><base target="_blank">'
        f'<link rel="stylesheet" href="{sheet}"></head><body>{body}</body></html>'
    )
