"""The form for a call or a walk-in: who, what about, and how it ended."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from firstline.catalog import config_cache
from firstline.catalog.own_addresses import refuse_ours
from firstline.kit.mailbox import check_plain
from firstline.kit.numbers import whole
from firstline.people.models import Person
from firstline.tickets import channels
from firstline.tickets.models import Ticket
from firstline.tickets.recording import SPOKEN
from firstline.tickets.rights import desks_handled

NEW = "new"

OUTCOMES = [
    ("leave", gettext_lazy("The team takes it")),
    ("take", gettext_lazy("I take it")),
    ("solved", gettext_lazy("Solved on the spot")),
]


class RecordingForm(forms.Form):
    """`cleaned_data["requester"]` is a person, or None when a new one is to be made of `name`, `email` and `phone`."""

    channel = forms.ChoiceField(
        label=gettext_lazy("How"),
        choices=[choice for choice in channels.choices() if choice[0] in SPOKEN],
        widget=forms.RadioSelect,
        initial="phone",
    )
    requester = forms.CharField(required=False)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120, required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False, validators=[check_plain])
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=40, required=False)
    desk = forms.ChoiceField(label=gettext_lazy("Desk"))
    service = forms.ChoiceField(label=gettext_lazy("Service"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"))
    subject = forms.CharField(
        label=gettext_lazy("In one sentence"), max_length=250, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    text = forms.CharField(
        label=gettext_lazy("What he says"), required=False, widget=forms.Textarea(attrs={"rows": 4, "data-send": True})
    )
    outcome = forms.ChoiceField(
        label=gettext_lazy("What becomes of it"), choices=OUTCOMES, widget=forms.RadioSelect, initial="leave"
    )
    resolution = forms.CharField(
        label=gettext_lazy("How it was solved"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "data-send": True}),
        help_text=gettext_lazy("The requester gets this as an answer."),
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "record_%s", **kwargs})
        known = config_cache.current()
        handled = desks_handled(person)
        desks = [desk for desk in known.desks.values() if desk.pk in handled]
        fields: dict[str, Any] = self.fields
        fields["desk"].choices = [(str(desk.pk), desk.name) for desk in desks]
        fields["service"].choices = [
            ("", _("Not known yet")),
            *((str(s.pk), s.name) for desk in desks for s in known.services_of(desk.pk) if s.active),
        ]
        fields["kind"].choices = [
            (value, _("Not known yet") if value == Ticket.Kind.INQUIRY else label)
            for value, label in Ticket.Kind.choices
        ]
        self.one_desk = len(desks) == 1
        if self.one_desk:
            fields["desk"].widget = forms.HiddenInput()
            fields["desk"].initial = str(desks[0].pk)

    def clean_requester(self) -> Person | None:
        chosen = self.cleaned_data["requester"]
        if chosen == NEW:
            return None
        person = Person.objects.filter(pk=whole(chosen) or 0, kind=Person.Kind.HUMAN, is_active=True).first()
        if person is None:
            raise ValidationError(_("Choose who it is, or make a new person."))
        return person

    def clean_email(self) -> str:
        address: str = self.cleaned_data["email"]
        refuse_ours(address)
        return address

    def clean_desk(self) -> Any:
        return config_cache.current().desks[int(self.cleaned_data["desk"])]

    def clean_service(self) -> Any:
        chosen = self.cleaned_data["service"]
        return config_cache.current().services[int(chosen)] if chosen else None

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if self.data.get("requester") == NEW:
            self._check_new(given)
        if given.get("outcome") == "solved":
            if not given.get("resolution", "").strip():
                self.add_error("resolution", _("Write how it was solved; the requester reads it."))
            if given.get("kind") == Ticket.Kind.INQUIRY:
                self.add_error("kind", _("Say what kind of request it was."))
        service = given.get("service")
        if service and given.get("desk") and service.category.desk_id != given["desk"].pk:
            self.add_error("service", _("That service belongs to another desk."))
        return given

    def _check_new(self, given: dict[str, Any]) -> None:
        if not given.get("name", "").strip():
            self.add_error("name", _("Write the name."))
        if not given.get("email") and not given.get("phone", "").strip():
            self.add_error("phone", _("Write a phone number or an e-mail address, so that he can be answered."))
        if given.get("email") and Person.objects.by_email(given["email"]):
            self.add_error("email", _("There is already a person with this address. Search for it above."))
