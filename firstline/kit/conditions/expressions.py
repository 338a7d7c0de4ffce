"""What is compared in SQL: a column by its path, or an expression where the database would compare it otherwise."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import DecimalField, F, Func, Q, TextField
from django.db.models.lookups import Lookup


def number(expression: Any) -> Func:
    """A number of any size and with fractions: a column of small integers would round what it is compared with."""
    return Func(expression, template="(%(expressions)s)::numeric", output_field=DecimalField())


def texts(expression: Any) -> Func:
    """Several texts of any length: an array of shorter ones would cut what it is compared with."""
    return Func(expression, template="(%(expressions)s)::text[]", output_field=ArrayField(TextField()))


def where(lookup: type[Lookup], expression: Any, value: Any) -> Q:
    """The filter by a lookup. By a column Django composes it in half the time when it is named by its path."""
    if isinstance(expression, F):
        return Q((f"{expression.name}__{lookup.lookup_name}", value))
    return Q(lookup(expression, value))
