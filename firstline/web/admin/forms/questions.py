"""The questions of a request type as rows of a form: read from what is stored, from what was typed, and back.

It needs no script: every button (`do`) posts the whole form, and the page comes back with the rows as they are then.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, cast, get_args

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from firstline.catalog.forms import Kind, specs_of
from firstline.kit.limits import limit
from firstline.kit.numbers import whole

MOST = limit(60, "questions", of="questions", per="form", said="Refused: a form has no more.")

KINDS = {
    "text": gettext_lazy("One line of text"),
    "textarea": gettext_lazy("Several lines of text"),
    "select": gettext_lazy("One choice, from a menu"),
    "radio": gettext_lazy("One choice, all visible"),
    "checkbox": gettext_lazy("A tick, or several choices"),
    "date": gettext_lazy("A date"),
    "number": gettext_lazy("A number"),
    "email": gettext_lazy("An e-mail address"),
    "phone": gettext_lazy("A phone number"),
}
assert set(KINDS) == set(get_args(Kind))


class QuestionForm(forms.Form):
    """One question. Choices are lines of “value | English | Chinese”, conditions of “question = answer, answer”."""

    key = forms.CharField(required=False, widget=forms.HiddenInput)
    label_en = forms.CharField(label=gettext_lazy("Question in English"), max_length=200)
    label_zh = forms.CharField(
        label=gettext_lazy("Question in Chinese"), max_length=200, widget=forms.TextInput(attrs={"lang": "zh-Hans"})
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind of answer"), choices=list(KINDS.items()))
    required = forms.BooleanField(label=gettext_lazy("Must be answered"), required=False)
    choices = forms.CharField(
        label=gettext_lazy("Choices"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "One a line: English | Chinese. A stored value may stand before: value | English | Chinese."
        ),
    )
    help_en = forms.CharField(label=gettext_lazy("Explanation in English"), max_length=300, required=False)
    help_zh = forms.CharField(
        label=gettext_lazy("Explanation in Chinese"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"lang": "zh-Hans"}),
    )
    show_if = forms.CharField(
        label=gettext_lazy("Only shown if"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "One a line: key of an earlier question = value, value. A plain tick has the value yes."
        ),
    )

    def clean_choices(self) -> list[dict[str, str]]:
        return [_choice(line) for line in self.cleaned_data["choices"].splitlines() if line.strip()]

    def clean_show_if(self) -> dict[str, list[str]]:
        found = {}
        for line in filter(str.strip, self.cleaned_data["show_if"].splitlines()):
            key, equals, values = line.partition("=")
            wanted = [value.strip() for value in re.split("[,，、]", values) if value.strip()]
            if not equals or not wanted:
                raise ValidationError(_("Write each condition as: question = answer, answer"))
            found[key.strip()] = wanted
        return found

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        kind = given.get("kind")
        if "choices" in given and kind in ("select", "radio") and not given["choices"]:
            self.add_error("choices", _("Give at least one choice."))
        if given.get("choices") and kind not in ("select", "radio", "checkbox"):
            self.add_error("choices", _("This kind of answer has no choices."))
        return given


class Questions:
    """All questions of a form in their order. `forms` are the rows to draw."""

    def __init__(self, forms: Sequence[QuestionForm]) -> None:
        self.forms = list(forms)
        self.had_no_room = False
        """Whether one more was asked for than a form has."""

    @classmethod
    def stored(cls, fields: Sequence[Mapping[str, Any]]) -> "Questions":
        return cls([_form(place, initial=_typed(field)) for place, field in enumerate(fields)])

    @classmethod
    def typed(cls, data: Mapping[str, str]) -> "Questions":
        """What the page sent; the row to add, remove or move is done, and nothing else is lost."""
        rows = [_row(data, place) for place in range(min(_number(data.get("questions", "")), MOST))]
        do = data.get("do", "")
        questions = cls([_form(place, data=row) for place, row in enumerate(_done(rows, do))])
        questions.had_no_room = do == "add" and len(rows) == MOST
        return questions

    def is_valid(self) -> bool:
        """Whether each question, and all of them together, can be asked; complaints stand at the rows."""
        for form in self.forms:  # all of them, so that each says what is wrong with it
            form.full_clean()
        if not all(form.is_valid() for form in self.forms):
            return False
        try:
            specs_of(self.fields())
        except ValidationError as error:
            place = len(_sound(self.fields()))
            self.forms[min(place, len(self.forms) - 1)].add_error(None, error)
            return False
        return True

    def fields(self) -> list[dict[str, Any]]:
        """As `RequestType.fields` keeps them; for questions that are valid."""
        taken = {form.cleaned_data["key"] for form in self.forms if form.cleaned_data.get("key")}
        return [_field(form.cleaned_data, taken) for form in self.forms]

    def shown(self) -> list[dict[str, Any]]:
        """What can already be asked of it: for the preview, which leaves out what is not finished."""
        finished = [form for form in self.forms if not form.is_bound or form.is_valid()]
        taken: set[str] = set()
        fields = [_field(form.cleaned_data, taken) for form in finished if form.is_bound]
        return _sound(fields)


def _typed(field: Mapping[str, Any]) -> dict[str, Any]:
    """A stored question as its form shows it."""
    choices = [f"{each['value']} | {each['label_en']} | {each['label_zh']}" for each in field.get("choices", [])]
    conditions = {key: [v] if isinstance(v, str) else v for key, v in field.get("show_if", {}).items()}
    shown = [f"{key} = {', '.join(values)}" for key, values in conditions.items()]
    return {**field, "choices": "\n".join(choices), "show_if": "\n".join(shown)}


def _form(place: int, **given: Any) -> QuestionForm:
    return QuestionForm(prefix=f"q{place}", auto_id="id_%s", **_prefixed(place, given))


def _prefixed(place: int, given: dict[str, Any]) -> dict[str, Any]:
    if "data" in given:
        return {"data": {f"q{place}-{name}": value for name, value in given["data"].items()}}
    return given


def _row(data: Mapping[str, str], place: int) -> dict[str, str]:
    names = QuestionForm.base_fields
    return {name: data[f"q{place}-{name}"] for name in names if f"q{place}-{name}" in data}


def _done(rows: list[dict[str, str]], do: str) -> list[dict[str, str]]:
    """The rows after the button `do`: add, remove-2, up-2, down-2."""
    what, _dash, number = do.partition("-")
    place = _number(number)
    if what == "add" and len(rows) < MOST:
        return [*rows, {"kind": "text"}]
    if what == "remove" and place < len(rows):
        return rows[:place] + rows[place + 1 :]
    other = {"up": place - 1, "down": place + 1}.get(what, -1)
    if 0 <= other < len(rows) and place < len(rows):
        rows[place], rows[other] = rows[other], rows[place]
    return rows


def _field(given: Mapping[str, Any], taken: set[str]) -> dict[str, Any]:
    """Only what is said: empty parts are left out."""
    key = given["key"] or _free(slugify(given["label_en"]).replace("-", "_"), taken)
    taken.add(key)
    field = {"key": key, **{name: given[name] for name in ("label_en", "label_zh", "kind")}}
    return field | {
        name: given[name] for name in ("required", "choices", "help_en", "help_zh", "show_if") if given[name]
    }


def _free(stem: str, taken: set[str]) -> str:
    stem = re.sub(r"^[^a-z]+", "", stem)[:36] or "question"
    return next(key for key in (stem, *(f"{stem}_{n}" for n in range(2, MOST + 2))) if key not in taken)


def _choice(line: str) -> dict[str, str]:
    parts = [part.strip() for part in re.split("[|｜]", line)]
    if len(parts) == 2:
        parts = [slugify(parts[0]) or parts[0], *parts]
    if len(parts) != 3 or not all(parts):
        raise ValidationError(_("Write “%(line)s” as: English | Chinese"), params={"line": line.strip()})
    return dict(zip(("value", "label_en", "label_zh"), cast("tuple[str, str, str]", tuple(parts)), strict=True))


def _sound(fields: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The longest beginning of the list that makes a form."""
    for length in range(len(fields), 0, -1):
        try:
            specs_of(fields[:length])
        except ValidationError:
            continue
        return fields[:length]
    return []


def _number(text: str) -> int:
    return whole(text, digits=3) or 0
