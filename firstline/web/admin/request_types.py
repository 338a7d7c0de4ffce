"""A request type with the editor of its questions."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from firstline.catalog.forms import form_for
from firstline.catalog.models import RequestType
from firstline.people.request import PersonRequest
from firstline.web.admin.crud import new_row, place_last, row_or_404, saved
from firstline.web.admin.desk_sections import PARTS
from firstline.web.admin.forms.questions import KINDS, MOST, Questions
from firstline.web.admin.guards import desk_or_404, settles
from firstline.web.admin.saving import keep
from firstline.web.admin.shell import settings_page

PART = PARTS["request-types"]


@require_http_methods(["GET", "POST"])
@settles
def edit(request: PersonRequest, desk: str, id: int | None = None) -> HttpResponse:
    """The form of a request type. Buttons other than save change the rows of questions and show the page again."""
    at = desk_or_404(request, desk)
    row: RequestType = new_row(at, PART) if id is None else row_or_404(at, PART, id)
    posted = request.method == "POST"
    form = PART.form(request.POST or None, instance=row, by=request.person, desk=at)
    questions = Questions.typed(request.POST.dict()) if posted else Questions.stored(row.fields)
    if posted and request.POST.get("do", "save") == "save":
        asked = questions.is_valid()
        if form.is_valid() and asked:
            form.instance.fields = questions.fields()
            place_last(form.instance, PART, at)
            return saved(request, keep(form, by=request.person, desk=at), at, PART)
    if questions.had_no_room:
        messages.error(request, _("A form has at most %(count)s questions.") % {"count": MOST})
    status = 422 if posted and request.POST.get("do", "save") == "save" else 200
    shown = RequestType(fields=questions.shown() if posted else row.fields)
    return settings_page(
        request,
        "admin/request_type.html",
        status=status,
        here=PART.key,
        desk=at,
        part=PART,
        form=form,
        row=row,
        questions=questions.forms,
        kinds=KINDS,
        preview=form_for(shown)(auto_id="preview_%s"),
    )
