"""What every form of the settings does: it belongs to a desk, and checks what the whole row must keep."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from firstline.catalog.models import Desk
from firstline.kit.secrets import KeepsSecrets
from firstline.people.models import Person
from firstline.web.admin.labels import LABELS, label_of

# constraint: the field to complain at, and the sentence
TAKEN: dict[str, tuple[str | None, Any]] = {
    "one_line_per_key": ("key", _("There is already a line with this key.")),
    "one_inbox_per_address": ("address", _("Another inbox has this address.")),
    "one_mailbox_per_folder": ("folder", _("This folder is fetched already.")),
    "one_seat_of_a_kind": ("role", _("This person already has that seat.")),
}


class SettingForm(forms.ModelForm):
    """`rows` says which fields stand on one line; `desk` is whose setting it is, `by` who changes it."""

    rows: ClassVar[list[tuple[str, ...]]] = []
    # Fields that a link may fill in.
    prefilled: ClassVar[tuple[str, ...]] = ()
    # Keys that nobody types are made from the English name, once.
    makes_key = False

    def __init__(self, *args: Any, by: Person, desk: Desk | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by, self.desk = by, desk
        for name, field in self.fields.items():
            if name in LABELS and name not in self.declared_fields:
                field.label = label_of(self._meta.model, name)
            _say_nothing_shortly(field)
            if name.endswith("_zh"):
                field.widget.attrs.setdefault("lang", "zh-Hans")
        self.prepare()

    def prepare(self) -> None:
        """What a form does with its fields before they are shown; the instance and the desk are known."""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        self._ask_for_stale_secrets()
        if self.errors:
            return
        if self.makes_key and not self.instance.key:
            self.instance.key = free_key(type(self.instance), self.instance, prefix=self.key_prefix())
        for constraint in self.instance._meta.constraints:
            try:
                constraint.validate(type(self.instance), self.instance)
            except ValidationError as error:
                field, sentence = TAKEN.get(constraint.name, (None, error))
                self.add_error(field if field in self.fields else None, sentence)

    def needs(self, secret: str) -> bool:
        """Whether the row, as it is filled in, needs this secret."""
        return True

    def _ask_for_stale_secrets(self) -> None:
        if not isinstance(self.instance, KeepsSecrets):
            return
        for name in self.instance.stale_secrets():
            if name in self.fields and name not in self.errors and self.needs(name):
                self.add_error(name, _("Enter it again: what is stored was meant for the server and user before."))

    def key_prefix(self) -> str:
        return ""


def free_key(model: type[Model], row: Any, *, prefix: str = "") -> str:
    """A key made of the English name that no other row of this model has."""
    longest = model._meta.get_field("key").max_length or 40  # type: ignore[union-attr]
    stem = slugify(f"{prefix}{row.name_en}")[: longest - 4].strip("-") or model._meta.model_name or "key"
    taken = set(model._default_manager.filter(key__startswith=stem).values_list("key", flat=True))
    return next(key for key in (stem, *(f"{stem}-{n}" for n in range(2, 999))) if key not in taken)


def _say_nothing_shortly(field: forms.Field) -> None:
    """The empty choice is one dash, as everywhere else, not Django's nine."""
    if isinstance(field, forms.ModelChoiceField):
        field.empty_label = "—" if field.empty_label else field.empty_label
    elif isinstance(field, forms.ChoiceField) and not callable(field.choices):
        field.choices = [
            (value, "—" if value == "" and set(str(label)) == {"-"} else label) for value, label in field.choices
        ]
