"""Taking a person out of the history of the settings and of the audit log: by who it was, never by equal words.

A name, an address or a number may be somebody else's too, or a word of the language; so a line goes because its person
is written beside it: as whom it is about, who did it, or whose name one of its fields holds.
"""

from typing import Any

from django.db import connection

from firstline.catalog.models import SettingChange
from firstline.people.models import Person

ABOUT = """
SELECT (data ->> 'change')::bigint FROM tickets_auditentry WHERE about_id = %(person)s AND data ? 'change'
UNION SELECT id FROM catalog_settingchange WHERE kind = 'people.person' AND row = %(person)s
"""
# Of the lines about others: the fields that held this person's name, and whether before or after.
NAMED = """
SELECT (data ->> 'change')::bigint, field.key, place.ordinality
FROM tickets_auditentry, jsonb_each(data -> 'named') AS field,
     jsonb_array_elements(field.value) WITH ORDINALITY AS place(id, ordinality)
WHERE data ? 'change' AND place.id = to_jsonb(%(person)s::bigint)
"""
# Lines from before it was written down who is named. The name stands in a field that holds nothing but persons; where
# several have it, nobody can tell whose it is, and it stays.
NAMED_ONCE = """
SELECT change.id, 'manager', place.ordinality
FROM catalog_settingchange change JOIN tickets_auditentry entry ON entry.data -> 'change' = to_jsonb(change.id),
     jsonb_array_elements(change.changes -> 'manager') WITH ORDINALITY AS place(name, ordinality)
WHERE change.kind = 'people.person' AND change.changes ? 'manager' AND NOT entry.data ? 'named'
  AND place.name = to_jsonb(%(name)s::text)
  AND NOT EXISTS (SELECT 1 FROM people_person other WHERE other.name = %(name)s AND other.id <> %(person)s)
"""
# Whence somebody did something is written as `address`; an address that was tried again is that of whom it is about.
AUDIT = """
UPDATE tickets_auditentry SET words = '{}', salt = NULL WHERE words <> '{}' AND (
    about_id = %(person)s
    OR (data ->> 'change')::bigint = ANY(%(changes)s)
    OR by_id = %(person)s AND words ? 'address' AND name <> 'address_tried'
    OR by_id = %(person)s AND about_id IS NULL AND name NOT IN ('setting', 'role_changed'))
"""


def forget(person: Person) -> None:
    """Take the person out; within a transaction."""
    given: dict[str, Any] = {"person": person.pk, "name": person.name}
    with connection.cursor() as cursor:
        cursor.execute(ABOUT, given)
        about = {pk for (pk,) in cursor.fetchall()}
        cursor.execute(NAMED, given)
        named = cursor.fetchall()
        cursor.execute(NAMED_ONCE, given)
        named += cursor.fetchall()
        for change, field, place in named:
            cursor.execute(
                "UPDATE catalog_settingchange SET changes = jsonb_set(changes, %s, 'null') WHERE id = %s",
                [[field, str(place - 1)], change],
            )
        SettingChange.objects.filter(pk__in=about).update(changes={}, name_en="—", name_zh="—")
        cursor.execute("SET LOCAL firstline.erasing = 'on'")
        cursor.execute(AUDIT, given | {"changes": sorted(about | {change for change, _field, _place in named})})
        cursor.execute("SET LOCAL firstline.erasing = 'off'")
