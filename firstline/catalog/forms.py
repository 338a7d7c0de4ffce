"""The form of a request type: its own fields, as an administrator describes them, made into a Django form."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Literal, Self

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic import ValidationError as Malformed

from firstline.catalog.models import RequestType
from firstline.catalog.show_if import condition_of
from firstline.kit import clock
from firstline.kit.bilingual import pick
from firstline.kit.lists import listed

Kind = Literal["text", "textarea", "select", "radio", "checkbox", "date", "number", "email", "phone"]


class Choice(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    value: str = Field(min_length=1, max_length=80)
    label_en: str
    label_zh: str

    @property
    def label(self) -> str:
        return pick(self.label_en, self.label_zh)


class FieldSpec(BaseModel):
    """One question. `show_if` names other questions and the answers that make this one appear.

    A checkbox without choices is a yes or no; with choices, several may be ticked.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    key: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    label_en: str
    label_zh: str
    kind: Kind = "text"
    required: bool = False
    choices: tuple[Choice, ...] = ()
    help_en: str = ""
    help_zh: str = ""
    show_if: dict[str, str | tuple[str, ...]] = {}

    @model_validator(mode="after")
    def _choices_where_one_chooses(self) -> Self:
        if self.kind in ("select", "radio") and not self.choices:
            raise ValueError("a select or radio needs choices")
        if self.choices and self.kind not in ("select", "radio", "checkbox"):
            raise ValueError(f"a {self.kind} has no choices")
        return self

    @property
    def label(self) -> str:
        return pick(self.label_en, self.label_zh)

    @property
    def help(self) -> str:
        return pick(self.help_en, self.help_zh)

    def conditions(self) -> dict[str, list[str]]:
        """`show_if` with every condition as a list of answers."""
        return {key: [value] if isinstance(value, str) else list(value) for key, value in self.show_if.items()}

    def is_shown(self, answers: Mapping[str, Any], questions: Sequence["FieldSpec"]) -> bool:
        """Whether the answers to the other questions make this one appear."""
        known = {key: _kept(answer) for key, answer in answers.items()}
        return condition_of(self.conditions(), questions).holds(known, clock.now())


class AnswersForm(forms.Form):
    """The base of every form that `form_for` makes. A question that does not appear is neither required nor kept."""

    specs: Sequence[FieldSpec] = ()
    use_required_attribute = False  # a browser would stop at a question that is hidden

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for spec in self.specs:
            if not spec.is_shown(cleaned, self.specs):
                cleaned.pop(spec.key, None)
                self.errors.pop(spec.key, None)
        return cleaned

    def conditions(self, spec: FieldSpec) -> dict[str, list[str]]:
        """`show_if` by the names that the fields have on the page, for the script that hides the question."""
        return {self.add_prefix(key): values for key, values in spec.conditions().items()}

    def answers(self) -> dict[str, Any]:
        """What was answered, by key, as JSON can keep it; empty answers left out."""
        kept = {spec.key: _kept(self.cleaned_data.get(spec.key)) for spec in self.specs}
        return {key: value for key, value in kept.items() if not _is_empty(value)}


def specs_of(fields: Iterable[Any]) -> list[FieldSpec]:
    """The questions of `RequestType.fields`. Raises Django's ValidationError with a sentence for the administrator."""
    specs: list[FieldSpec] = []
    for place, given in enumerate(fields, start=1):
        try:
            spec = FieldSpec.model_validate(given)
        except Malformed as error:
            raise ValidationError(
                _("Question %(place)s: %(what)s"), params={"place": place, "what": error.errors()[0]["msg"]}
            ) from error
        known = {one.key for one in specs}
        if spec.key in known:
            raise ValidationError(_("Two questions have the key “%(key)s”."), params={"key": spec.key})
        if missing := set(spec.show_if) - known:
            raise ValidationError(
                _("“%(key)s” depends on “%(other)s”, which must come before it."),
                params={"key": spec.key, "other": sorted(missing)[0]},
            )
        specs.append(spec)
    return specs


def form_for(request_type: RequestType | None) -> type[AnswersForm]:
    """A form class with the request type's own questions, labelled in the active language."""
    specs = specs_of(request_type.fields) if request_type else []
    return type("RequestTypeForm", (AnswersForm,), {"specs": specs, **{spec.key: _field(spec) for spec in specs}})


def shown_answers(fields: Iterable[Any], answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The answers to these questions as (label, text), in their order; those to no question of them come last, by
    key."""
    specs = {spec.key: spec for spec in specs_of(fields)}
    shown = [(spec.label, _text(spec, answers[key])) for key, spec in specs.items() if key in answers]
    return shown + [(key, listed(_spoken(value))) for key, value in answers.items() if key not in specs]


def unasked(request_type: RequestType | None, answers: Mapping[str, Any]) -> list[str]:
    """The keys of answers to which the form has no question; without a form, all of them."""
    fields = request_type.fields if request_type else []
    asked = {given.get("key") for given in fields if isinstance(given, dict)}
    return [key for key in answers if key not in asked]


def answered(request_type: RequestType, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers by key as the form keeps them, whichever way they came. Raises ValidationError, with the sentence of
    the page, where one is missing or is none that the form offers, or where its question does not appear."""
    given = {key: value for key, value in answers.items() if not _is_empty(value)}
    form = form_for(request_type)(given)
    errors = {spec.key: [_("Choose or write what the form offers.")] for spec in form.specs if not _fits(spec, given)}
    errors = errors or {key: list(map(str, said)) for key, said in form.errors.items()}
    for spec in form.specs:
        if spec.key in errors:
            said = {"label": spec.label, "what": errors[spec.key][0]}
            raise ValidationError(_("“%(label)s”: %(what)s") % said)
    kept = form.answers()
    for spec in form.specs:
        if spec.key in given and spec.key not in kept:
            raise ValidationError(_("“%(label)s” is not asked after these answers.") % {"label": spec.label})
    return kept


def _fits(spec: FieldSpec, given: Mapping[str, Any]) -> bool:
    """Whether an answer is of the type that this kind of question has; what it says is for the form."""
    if spec.key not in given:
        return True
    value = given[spec.key]
    if spec.kind == "checkbox":
        return (
            isinstance(value, list) and all(isinstance(each, str) for each in value) if spec.choices else value is True
        )
    if spec.kind == "number":
        return isinstance(value, int | float | str) and not isinstance(value, bool)
    return isinstance(value, str)


def _field(spec: FieldSpec) -> forms.Field:
    given: dict[str, Any] = {"label": spec.label, "help_text": spec.help, "required": spec.required}
    choices = [(choice.value, choice.label) for choice in spec.choices]
    match spec.kind:
        case "text":
            return forms.CharField(max_length=300, **given)
        case "textarea":
            return forms.CharField(max_length=10_000, widget=forms.Textarea(attrs={"rows": 3}), **given)
        case "select":
            return forms.ChoiceField(choices=[("", "—"), *choices], **given)
        case "radio":
            return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **given)
        case "checkbox" if choices:
            return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **given)
        case "checkbox":
            return forms.BooleanField(**given)
        case "date":
            return forms.DateField(widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **given)
        case "number":
            return forms.FloatField(widget=forms.NumberInput(attrs={"step": "any"}), **given)
        case "email":
            return forms.EmailField(**given)
        case "phone":
            return forms.RegexField(
                r"^[+()\d\s./-]{3,40}$",
                error_messages={"invalid": _("A phone number has digits, spaces and + ( ) - only.")},
                widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
                **given,
            )


def _kept(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _is_empty(value: Any) -> bool:
    return value is None or value is False or value in ("", [])


def _spoken(value: Any) -> list[str]:
    """An answer as the words a condition is written in: a tick is "yes"."""
    if value is None or value is False or value == "":
        return []
    if value is True:
        return ["yes"]
    return [str(each) for each in value] if isinstance(value, list | tuple) else [str(_kept(value))]


def _text(spec: FieldSpec, value: Any) -> str:
    if value is True:
        return _("Yes")
    if spec.kind == "date":
        try:
            return date_format(date.fromisoformat(str(value)))
        except ValueError:
            return str(value)
    labels = {choice.value: choice.label for choice in spec.choices}
    return listed(labels.get(each, each) for each in _spoken(value))
