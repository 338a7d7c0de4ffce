"""How a setting is saved: the row, what changed of it for the history, and what follows for open requests."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Model, ProtectedError
from django.forms import ModelForm
from django.utils.translation import gettext as _

from firstline.audit.log import audit
from firstline.catalog import config_cache, senders
from firstline.catalog.models import Desk, Inbox, Membership, Sender, SettingChange
from firstline.kit import clock
from firstline.kit.mailbox import normal
from firstline.kit.secrets import Secret, SecretField
from firstline.people.models import Person
from firstline.sla.models import Calendar, SlaTarget
from firstline.tickets.errors import NotAllowed
from firstline.tickets.jobs import give_back_soon, recompute_open

Values = dict[str, Any]
Changes = dict[str, list[Any]]

# What nobody set, or what nobody may read afterwards; of a goal `when` says what its condition says.
UNTOLD = {"id", "password", "last_login", "created_at", "updated_at", "by_hand", "settings", "condition"}


class InUse(Exception):
    """It cannot be removed, because something depends on it; str() is the sentence."""


def keep(form: ModelForm, *, by: Person, desk: Desk | None = None) -> Any:
    """Save the form's row with a line in the history; returns the row. Nothing is told if nothing changed."""
    row = form.instance
    is_new = row.pk is None
    refuse_what_is_fixed(row, form.changed_data, by=by)
    old = None if is_new else type(row)._default_manager.get(pk=row.pk)
    before = values_of(old) if old else {}
    refuse_a_strange_address(row, before, by=by)
    with transaction.atomic():
        row = form.save()
        if by.admin:
            name_senders(row, by=by)
        changes = _differences(before, values_of(row))
        if form.cleaned_data.get("new_password"):
            changes["password"] = [None, True]
        for name in form.changed_data:
            if isinstance(row._meta._forward_fields_map.get(name), SecretField):
                changes[name] = [None, True]
        if changes:
            What = SettingChange.What
            note(row, What.ADDED if is_new else What.CHANGED, changes, by=by, desk=desk, old=old)
        if moves_clocks(row, changes):
            recompute_soon()
        if takes_from_desk(row, changes):
            give_back_soon(by=by)
    config_cache.forget()
    return row


def refuse_what_is_fixed(row: Any, changed: Iterable[str], *, by: Person) -> None:
    """Raise NotAllowed if somebody who does not administer changes what only administrators may."""
    fixed: frozenset[str] = getattr(row, "fixed_for_managers", frozenset())
    if not by.admin and fixed & set(changed):
        raise NotAllowed(_("Only an administrator can change this."))


def refuse_a_strange_address(row: Any, before: Values, *, by: Person) -> None:
    """Raise NotAllowed if a manager gives a desk an address that no administrator has named and proved."""
    if by.admin or not isinstance(row, Inbox) or row.address == before.get("address"):
        return
    if not senders.may_send_as(row.address):
        raise NotAllowed(_("Only an administrator can add this address. Choose one that is allowed already."))


def name_senders(row: Any, *, by: Person) -> None:
    """An administrator who gives a desk an address names it as a sender; it is proved on the page for sending."""
    addresses = [row.address] if isinstance(row, Inbox) else []
    if isinstance(row, Desk):
        addresses = list(row.inboxes.filter(kind="email").values_list("address", flat=True))
    for address in addresses:
        if not Sender.objects.filter(name=address).exists():
            note(senders.name(address), SettingChange.What.ADDED, {"name": [None, normal(address)]}, by=by)


def drop(row: Model, *, by: Person, desk: Desk | None = None) -> None:
    """Remove the row, with a line in the history. Raises InUse if something depends on it."""
    changes = {name: [value, None] for name, value in values_of(row).items()}
    try:
        with transaction.atomic():
            note(row, SettingChange.What.REMOVED, changes, by=by, desk=desk)
            row.delete()
            if isinstance(row, Membership):
                give_back_soon(by=by)
    except ProtectedError as error:
        raise InUse(_("“%(name)s” is in use and cannot be removed.") % {"name": row}) from error
    config_cache.forget()


def note(
    row: Any, what: str, changes: Changes, *, by: Person, desk: Desk | None = None, old: Any = None
) -> SettingChange:
    """One line of the history, and one of the audit log. `old` is the row as it was, if it was another."""
    name_en, name_zh = names_of(row)
    change = SettingChange.objects.create(
        by=by,
        what=what,
        kind=SettingChange.kind_of(type(row)),
        row=row.pk,
        name_en=name_en,
        name_zh=name_zh,
        desk=desk,
        changes=changes,
    )
    named = {name: [_person_of(each, name) for each in (old, row)] for name in changes}
    about = row if isinstance(row, Person) else getattr(row, "person", None)
    _log(change, about=about, named={name: ids for name, ids in named.items() if any(ids)})
    return change


def recompute_soon() -> None:
    """Have the clocks of open tickets computed again, once every process has read the new settings."""
    at = clock.now() + timedelta(seconds=config_cache.FRESH_SECONDS + 1)
    recompute_open.configure(schedule_at=at).defer(after_id=0)


def moves_clocks(row: Any, changes: Changes) -> bool:
    if isinstance(row, SlaTarget):
        return bool(changes.keys() - {"name_en", "name_zh", "on_warn", "on_breach"})
    if isinstance(row, Calendar):
        return bool(changes.keys() - {"name_en", "name_zh", "key"})
    return isinstance(row, Desk) and "calendar" in changes


def takes_from_desk(row: Any, changes: Changes) -> bool:
    """Whether somebody may work no more at a desk than before."""
    if isinstance(row, Person):
        return "is_active" in changes and not row.is_active
    return isinstance(row, Membership) and bool(changes)


def values_of(row: Any) -> Values:
    """The row's values by field, as JSON can keep them: what it points to by name, secrets left out."""
    fields = row._meta.concrete_fields
    fields = [field for field in fields if field.name not in UNTOLD and not isinstance(field, SecretField)]
    return {field.name: _plain(getattr(row, field.name)) for field in fields}


def names_of(row: Any) -> tuple[str, str]:
    for en, zh in (("name_en", "name_zh"), ("title_en", "title_zh")):
        if hasattr(row, en):
            return getattr(row, en)[:120], getattr(row, zh)[:120]
    return str(row)[:120], str(row)[:120]


def _person_of(row: Any, name: str) -> int | None:
    """The id of the person to whom this field of the row points, if it is such a field."""
    value = getattr(row, name, None)
    return value.pk if isinstance(value, Person) else None


def _log(change: SettingChange, *, about: Person | None, named: dict[str, list[int | None]]) -> None:
    """`named`: whose names stand in the changes, by field and before and after, so that each can be erased as a person
    and not as a word.
    """
    is_role = change.kind == "catalog.membership" or (change.kind == "people.person" and "admin" in change.changes)
    audit(
        "role_changed" if is_role else "setting",
        by=change.by,
        about=about,
        data={"change": change.pk, "what": change.what, "kind": change.kind, "row": change.row}
        | ({"named": named} if named else {}),
        words={"name": change.name_en, "changes": change.changes},
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Model):
        return str(value)
    if isinstance(value, Secret):
        return bool(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


def _differences(before: Values, after: Values) -> Changes:
    return {
        name: [before.get(name), value]
        for name, value in after.items()
        if before.get(name) != value and not (name not in before and value in (None, "", [], {}))
    }
