"""Whom a merge brought to another request without sharing it: with which request they came."""

from django.db import migrations, models

BATCH = 10_000

# Undone merges have taken their rows away; of a chain the last merge says where they are now.
CAME_WITH = """
UPDATE tickets_participant p SET came_with_id = e.ticket_id
FROM tickets_event e JOIN tickets_ticket t ON t.id = e.ticket_id
WHERE e.id >= %s AND e.id < %s AND e.name = 'merged' AND coalesce(e.data ->> 'shown', '[]') = '[]'
    AND NOT EXISTS (
        SELECT FROM tickets_event a WHERE a.name = 'absorbed' AND a.ticket_id = t.merged_into_id
            AND a.data ->> 'other' = t.id::text AND coalesce(a.data ->> 'shared', 'true') = 'true'
    )
    AND p.ticket_id = t.merged_into_id AND p.role IN ('participant', 'asker') AND p.sees_from IS NOT NULL
    AND e.data -> 'joined' @> to_jsonb(p.person_id)
"""


def fill(apps, editor):
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(min(id), 0), coalesce(max(id), -1) FROM tickets_event")
        first, last = cursor.fetchone()
        for start in range(first, last + 1, BATCH):
            cursor.execute(CAME_WITH, [start, start + BATCH])


fill.in_batches = True


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tickets", "0012_format_of_messages")]
    operations = [
        migrations.AddField(
            "participant",
            "came_with",
            models.ForeignKey(
                blank=True, null=True, on_delete=models.deletion.PROTECT, related_name="+", to="tickets.ticket"
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
