"""A colleague of the requester, with those offered who sit near them."""

from firstline.people.models import Person
from firstline.web.workspace.forms.base import VerbForm

NEAR = 40


class AddParticipant(VerbForm):
    def prepare(self) -> None:
        near = Person.objects.filter(kind=Person.Kind.HUMAN, is_active=True, email__isnull=False)
        near = near.filter(department=self.ticket.requester_department).exclude(pk=self.ticket.requester_id)
        self.near = near.order_by("name")[:NEAR]
        self.fields["person"].widget.attrs.update({"list": "verb_near", "autocomplete": "off"})
