"""A whole letter as it came, cleaned, in a frame of its own where nothing runs and nothing is fetched from outside.

Pictures that lie elsewhere are shown when the reader asks for them, by way of the desk (web/letter_pictures.py).
"""

from html import escape

from django.http import HttpResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from firstline.kit import html, remote_images
from firstline.people.request import PersonRequest
from firstline.tickets.models import Message
from firstline.web import letter_pictures
from firstline.web.guards import signed_in
from firstline.web.tickets import ticket_or_404

POLICY = (
    "default-src 'none'; img-src 'self' blob:; style-src 'self'; frame-ancestors 'self'; base-uri 'none'; "
    "form-action 'none'; sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
)


@require_safe
@signed_in
@xframe_options_sameorigin
def letter(request: PersonRequest, number: str, message: int) -> HttpResponse:
    """The letter's own HTML without scripts and styles, and without remote pictures until `pictures` is asked for;
    its text where it had no HTML."""
    said = letter_pictures.message_or_404(request, ticket_or_404(request, number), message)
    response = HttpResponse(_document(_body(said, request)))
    response["Content-Security-Policy"] = POLICY
    return response


def _body(message: Message, request: PersonRequest) -> str:
    body = _with_pictures(message)
    if not remote_images.addresses(body):
        return body
    asked = letter_pictures.word(message, request.person)
    return letter_pictures.shown(message, body) if request.GET.get("pictures") == asked else _offer(asked) + body


def _offer(asked: str) -> str:
    said = _("Pictures that lie elsewhere are not shown: fetching them tells the sender that the email is read.")
    label = _("Show pictures")
    link = f'<a href="?pictures={asked}" target="_self">{escape(label)}</a>'
    return f'<p class="pictures" lang="{get_language()}">{escape(said)} {link}</p>'


def _with_pictures(message: Message) -> str:
    """The body, its embedded pictures fetched as files of the ticket, by the reader's own rights."""
    if not message.has_html:
        return html.from_text("\n\n".join(part for part in (message.text, message.quoted) if part))
    found = message.attachments.exclude(content_id="").order_by("inline", "place", "created_at")
    files = {file.content_id.strip("<>"): reverse("file", args=[file.pk]) for file in found}
    return html.with_embedded(html.clean(message.html), lambda content_id: files.get(content_id, ""))


def _document(body: str) -> str:
    sheet = escape(static("letter.css"))
    return (
        '<!doctype html><html><head><meta charset="utf-8"><base target="_blank">'
        f'<link rel="stylesheet" href="{sheet}"></head><body dir="auto">{body}</body></html>'
    )
