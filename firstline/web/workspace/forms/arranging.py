"""Who takes part, what it is called, and its tags."""

from django import forms
from django.utils.translation import gettext_lazy

from firstline.people.models import Person
from firstline.people.search import meant
from firstline.tickets import actions
from firstline.web.workspace.forms.base import VerbForm

NEAR = 40


class Watch(VerbForm):
    def act(self) -> None:
        actions.watch(self.ticket, by=self.by)


class Unwatch(VerbForm):
    def act(self) -> None:
        actions.unwatch(self.ticket, by=self.by)


class AddParticipant(VerbForm):
    person = forms.CharField(
        label=gettext_lazy("Name or e-mail"),
        max_length=200,
        widget=forms.TextInput(attrs={"list": "verb_near", "autocomplete": "off"}),
        help_text=gettext_lazy("They can write in it, and read what is said from now on. Internal notes stay inside."),
    )

    def prepare(self) -> None:
        near = Person.objects.filter(kind=Person.Kind.HUMAN, is_active=True, email__isnull=False)
        near = near.filter(department=self.ticket.requester_department).exclude(pk=self.ticket.requester_id)
        self.near = near.order_by("name")[:NEAR]

    def clean_person(self) -> Person:
        return meant(self.cleaned_data["person"].strip())

    def act(self) -> None:
        actions.add_participant(self.ticket, by=self.by, person=self.cleaned_data["person"])


class EndLinks(VerbForm):
    """Who has no account follows the request by a link in its emails; the next email carries a new one."""

    def act(self) -> None:
        actions.end_links(self.ticket, by=self.by)


class Rename(VerbForm):
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=250, required=False)

    def prepare(self) -> None:
        self.initial.setdefault("subject", self.ticket.subject)

    def act(self) -> None:
        actions.rename(self.ticket, by=self.by, subject=self.cleaned_data["subject"])


class Tag(VerbForm):
    tags = forms.CharField(
        label=gettext_lazy("Tags"), required=False, max_length=900, help_text=gettext_lazy("Separated by commas.")
    )

    def prepare(self) -> None:
        self.initial.setdefault("tags", ", ".join(self.ticket.tags))

    def act(self) -> None:
        tags = self.cleaned_data["tags"].replace("，", ",").replace("、", ",").split(",")
        actions.tag(self.ticket, by=self.by, tags=tags)
