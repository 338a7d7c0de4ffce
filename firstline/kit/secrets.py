"""Secrets in the database: passwords of other servers, signing keys. The rows hold them encrypted; a page, a log or an
error never shows them. The keys are elsewhere: in a setting, or in a file that is made once under the data folder."""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django import forms
from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.models.query_utils import DeferredAttribute
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from firstline.kit import file_modes

OTHER_KEY = gettext_noop("This secret was encrypted with another key: put that key back, or enter the secret again.")
NO_KEY = gettext_noop("The keys for secrets cannot be used: %(why)s")


class Unreadable(Exception):
    """The secret cannot be had; `str()` says in plain words why."""


class Secret:
    """A secret that may be carried around: it shows itself to nobody but the caller of `reveal`."""

    __slots__ = ("_token",)

    def __init__(self, token: str) -> None:
        self._token = token

    @classmethod
    def of(cls, plain: str) -> "Secret":
        return cls(encrypt(plain) if plain else "")

    def reveal(self) -> str:
        """The secret itself. Raises Unreadable."""
        return decrypt(self._token) if self._token else ""

    @property
    def token(self) -> str:
        """As it stands in the database."""
        return self._token

    def __bool__(self) -> bool:
        return bool(self._token)

    def __repr__(self) -> str:
        return "<secret>" if self else "<no secret>"

    __str__ = __repr__


def encrypt(plain: str) -> str:
    return _box().encrypt(plain.encode()).decode()


def decrypt(token: str) -> str:
    """Raises Unreadable."""
    try:
        return _box().decrypt(token.encode()).decode()
    except InvalidToken:
        raise Unreadable(_(OTHER_KEY)) from None


class SecretFormField(forms.CharField):
    """Says that a secret is set, and never which. What stays empty leaves it as it is."""

    def __init__(self, **options: Any) -> None:
        options.pop("max_length", None)
        options |= {"required": False, "strip": False, "widget": forms.PasswordInput(attrs={"autocomplete": "off"})}
        super().__init__(**options)

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        if form.get_initial_for_field(self, field_name):
            self.widget.attrs["placeholder"] = _("Set. Leave empty to keep it.")
        return super().get_bound_field(form, field_name)

    def prepare_value(self, value: Any) -> str:
        return ""

    def to_python(self, value: Any) -> str:
        # Of a field that may not be changed the form gives what is set; it stays as it is.
        return "" if isinstance(value, Secret) else str(super().to_python(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data) and not self.disabled


class _Attribute(DeferredAttribute):
    """Whatever is put into the field is a Secret from then on, also before it is saved."""

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value if isinstance(value, Secret) else Secret.of(value or "")


class SecretField(models.TextField):
    """Text that is encrypted in the database. Its value is a `Secret`; text may be assigned. Nobody can search it.

    `bound_to` names the fields that say to whom the secret is shown; see `KeepsSecrets`.
    """

    descriptor_class = _Attribute

    def __init__(self, *args: Any, bound_to: tuple[str, ...] = (), **options: Any) -> None:
        self.bound_to = bound_to
        super().__init__(*args, **options | {"blank": True, "default": ""})

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        del options["blank"], options["default"]
        return name, path, args, options

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Secret:
        return Secret(value or "")

    def to_python(self, value: Any) -> Any:
        return value

    def get_prep_value(self, value: Any) -> str:
        return (value if isinstance(value, Secret) else Secret.of(value or "")).token

    def get_lookup(self, lookup_name: str) -> Any:
        # Each encryption differs, so only a Secret that was read equals itself, and "" finds what is not set.
        return super().get_lookup(lookup_name) if lookup_name in ("exact", "isnull") else None

    def value_to_string(self, obj: models.Model) -> str:
        return self.value_from_object(obj).token

    def formfield(self, *classes: Any, **options: Any) -> Any:
        return SecretFormField(
            label=options.get("label", self.verbose_name), help_text=options.get("help_text", self.help_text)
        )

    def save_form_data(self, instance: models.Model, data: Any) -> None:
        if data:
            setattr(instance, self.attname, data)


class SecretsQuerySet(models.QuerySet[Any]):
    def update(self, **values: Any) -> int:
        """As ever; but whoever changes a target this way takes the secrets away that were meant for the old one."""
        for field in secrets_of(self.model):
            if not values.keys().isdisjoint(field.bound_to):
                values.setdefault(field.attname, "")
        return super().update(**values)


class KeepsSecrets(models.Model):
    """A row with secrets for others' servers. No secret follows when the row names another target: what is stored for
    the old one is gone as soon as one of the fields changes to which it is bound, unless it is entered again."""

    objects = SecretsQuerySet.as_manager()

    class Meta:
        abstract = True

    def stale_secrets(self) -> list[str]:
        """Names of the secrets that are stored for another target than the row names now. One query."""
        return [field.attname for field, moved, is_as_stored in self._compared() if moved and is_as_stored]

    @transaction.atomic
    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **options: Any) -> None:
        # The row is locked: else somebody could change the target between what is compared here and what is written.
        written = None if update_fields is None else set(update_fields)
        for field, moved, is_as_stored in self._compared(locked=True):
            if is_as_stored and moved and (written is None or moved & written):
                setattr(self, field.attname, "")
                written = written if written is None else written | {field.attname}
            elif not is_as_stored and written is not None and moved - written:
                # It was had for the target that this copy of the row names, not for that of the row as it is by now.
                written.discard(field.attname)
        super().save(*args, update_fields=written, **options)

    def _compared(self, *, locked: bool = False) -> Iterator[tuple["SecretField", set[str], bool]]:
        """Each secret that is stored, those fields of its target that are stored otherwise, and whether it is itself
        as it is stored."""
        fields = list(secrets_of(type(self)))
        wanted = {name for field in fields for name in (field.attname, *field.bound_to)}
        rows = type(self)._base_manager.filter(pk=self.pk).values(*wanted)
        stored = (rows.select_for_update(no_key=True) if locked else rows).first() if self.pk else None
        if stored is None:
            return
        for field in fields:
            if stored[field.attname] or getattr(self, field.attname):
                moved = {name for name in field.bound_to if getattr(self, name) != stored[name]}
                is_as_stored = getattr(self, field.attname).token == stored[field.attname].token
                yield field, moved, is_as_stored and bool(stored[field.attname])


def secrets_of(model: type[models.Model]) -> Iterator[SecretField]:
    return (field for field in model._meta.concrete_fields if isinstance(field, SecretField))


@dataclass(frozen=True)
class Count:
    """How the secrets of one field are: all of them, and those that no key of ours opens."""

    field: str
    total: int
    unreadable: int


def counts() -> list[Count]:
    """For every secret field of the program."""
    return [_count(model, name) for model, name in fields()]


def fields() -> Iterator[tuple[type[models.Model], str]]:
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if isinstance(field, SecretField) and field.model is model:
                yield model, field.attname


def rotate() -> list[Count]:
    """Encrypt every secret anew with the newest key; how many there were, and how many no key opens."""
    done = []
    for model, name in fields():
        total = unreadable = 0
        for pk, secret in list(_rows(model, name)):
            total += 1
            try:
                token = _box().rotate(secret.token.encode()).decode()
            except InvalidToken:
                unreadable += 1
                continue
            # Whoever entered another secret in the meantime is not overwritten.
            model._base_manager.filter(pk=pk, **{name: secret}).update(**{name: Secret(token)})
        done.append(Count(f"{model._meta.label}.{name}", total, unreadable))
    return done


def add_key() -> None:
    """Put a new key before those of the file. Running processes take it up by themselves."""
    path = Path(settings.ENCRYPTION_KEYS_FILE)
    keys = _lines(path)
    fresh = path.with_suffix(".new")
    _write(fresh, [new_key(), *keys])
    fresh.replace(path)


def drop_old_keys() -> int:
    """Leave only the newest key in the file; how many went."""
    path = Path(settings.ENCRYPTION_KEYS_FILE)
    keys = _lines(path)
    fresh = path.with_suffix(".new")
    _write(fresh, keys[:1])
    fresh.replace(path)
    return len(keys) - 1


def new_key() -> str:
    return Fernet.generate_key().decode()


def keys_are_in_a_file() -> bool:
    return not settings.ENCRYPTION_KEYS


def _count(model: type[models.Model], name: str) -> Count:
    total = unreadable = 0
    for _pk, secret in _rows(model, name):
        total += 1
        try:
            secret.reveal()
        except Unreadable:
            unreadable += 1
    return Count(f"{model._meta.label}.{name}", total, unreadable)


def _rows(model: type[models.Model], name: str) -> Iterator[tuple[Any, Secret]]:
    for pk, secret in model._base_manager.order_by("pk").values_list("pk", name).iterator():
        if secret:
            yield pk, secret


def _box() -> MultiFernet:
    try:
        if settings.ENCRYPTION_KEYS:
            return _boxed(tuple(settings.ENCRYPTION_KEYS))
        return _boxed(tuple(_lines(Path(settings.ENCRYPTION_KEYS_FILE))))
    except (OSError, ValueError) as error:
        raise Unreadable(_(NO_KEY) % {"why": error}) from None


@cache
def _boxed(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def _lines(path: Path) -> list[str]:
    """The keys of the file, made if it is missing. It is read each time: another process may have added one."""
    if not path.exists():
        file_modes.folder(path.parent)
        fresh = path.with_suffix(f".{uuid4().hex}")
        _write(fresh, [new_key()])
        try:
            os.link(fresh, path)  # of several processes one wins, and none sees half a file
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text().split()


def _write(path: Path, keys: list[str]) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, stat.S_IRUSR | stat.S_IWUSR), "w") as file:
        file.write("".join(f"{key}\n" for key in keys))
        file.flush()
        os.fsync(file.fileno())
