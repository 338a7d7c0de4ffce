"""How a ticket ends, begins again, and what is kept of it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from firstline.kit.numbers import whole
from firstline.tickets import actions
from firstline.web.workspace.forms.base import OptionField, VerbForm
from firstline.web.workspace.readers import arrived_since, newest_asked, parted, readers_of

KNOWN = [("", _("Not known")), ("yes", _("Yes")), ("no", _("No"))]


def words(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "data-send": True})


class SaidAloud(VerbForm):
    """The asking side reads what is written into the first field: the dialog names who that is. When others came to
    read it meanwhile, or the asking side wrote, it comes back with what was typed, their names and what they wrote."""

    def prepare(self) -> None:
        self.readers = found = readers_of([self.ticket])[self.ticket.pk]
        next(iter(self.fields.values())).help_text = found.sentence
        shown = whole(str(self.data.get("seen") or self.initial.get("seen", "")))
        self.arrived = arrived_since(self.ticket, shown) if self.is_bound else []
        self.seen = newest_asked([self.ticket])[self.ticket.pk] if self.is_bound or shown is None else shown

    @property
    def named_readers(self) -> set[int] | None:
        return parted(self.data.get("readers", ""))

    @property
    def held_back(self) -> dict[str, Any]:
        """What the verb holds against how it is by now; None of what a page of an earlier version does not say."""
        return {"readers": self.named_readers, "seen": whole(self.data.get("seen", ""))}


class Resolve(SaidAloud):
    resolution = forms.CharField(label=_("How it was solved"), widget=words(5))
    cause = OptionField("cause", label=_("Cause"))

    def prepare(self) -> None:
        super().prepare()
        field: Any = self.fields["cause"]
        field.offer(self.ticket)
        self.initial.setdefault("cause", str(self.ticket.cause_id or ""))

    def act(self) -> None:
        actions.resolve(self.ticket, by=self.by, **self.held_back, **self.cleaned_data)


class Close(VerbForm):
    def act(self) -> None:
        actions.close(self.ticket, by=self.by)


class Reopen(VerbForm):
    reason = forms.CharField(label=_("What is still wrong"), widget=words(3), help_text=_("Kept as an internal note."))

    def act(self) -> None:
        actions.reopen(self.ticket, by=self.by, reason=self.cleaned_data["reason"])


class Cancel(SaidAloud):
    reason = forms.CharField(label=_("Why"), widget=words(3), required=False)

    def act(self) -> None:
        actions.cancel(self.ticket, by=self.by, **self.held_back, **self.cleaned_data)


class File(VerbForm):
    """The closing fields of seed 004 (004_65b70d2d8101230f.txt)."""

    module = OptionField("module", label=_("System module"))
    cause = OptionField("cause", label=_("Cause"))
    business = OptionField("business", label=_("Business category"))
    repeated = forms.ChoiceField(label=_("Repeated"), choices=KNOWN, required=False)
    description = forms.CharField(label=_("Problem description"), widget=words(3), required=False, max_length=10_000)
    remarks = forms.CharField(label=_("Remarks"), widget=words(2), required=False, max_length=10_000)

    def prepare(self) -> None:
        ticket = self.ticket
        for name in ("module", "cause", "business"):
            field: Any = self.fields[name]
            field.offer(ticket)
            self.initial.setdefault(name, str(getattr(ticket, f"{name}_id") or ""))
        self.initial.setdefault("repeated", {True: "yes", False: "no", None: ""}[ticket.repeated])
        self.initial.setdefault("description", ticket.description)
        self.initial.setdefault("remarks", ticket.remarks)

    def act(self) -> None:
        repeated = {"yes": True, "no": False, "": None}[self.cleaned_data["repeated"]]
        actions.file(self.ticket, by=self.by, **{**self.cleaned_data, "repeated": repeated})
