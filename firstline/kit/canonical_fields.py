"""Columns whose texts have one form, whichever way they come: what is stored is in it, and what is looked for."""

from typing import Any

from django.db import models


class OneForm(models.Field):
    """To be mixed into a field of text; to the database it is a column as any other, and migrations know that one."""

    def form_of(self, text: str) -> str:
        """The form of this text, which is its own form."""
        raise NotImplementedError

    def get_prep_value(self, value: Any) -> Any:
        given = super().get_prep_value(value)
        return self.form_of(given) if isinstance(given, str) else given

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = super().pre_save(model_instance, add)
        if isinstance(value, str):
            value = self.form_of(value)
            setattr(model_instance, self.attname, value)
        return value

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, _path, args, kwargs = super().deconstruct()
        plain = "EmailField" if isinstance(self, models.EmailField) else "CharField"
        return name, f"django.db.models.{plain}", args, kwargs
