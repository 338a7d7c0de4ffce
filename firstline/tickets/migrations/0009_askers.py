"""Whoever asks for somebody else is no requester: they take part as an asker, and what they wrote is their own."""

from django.conf import settings
from django.db import migrations, models

BATCH = 10_000

TAKE_PART = """
INSERT INTO tickets_participant (ticket_id, person_id, role, since)
SELECT id, creator_id, 'asker', created_at FROM tickets_ticket
WHERE id >= %s AND id < %s AND channel = 'portal' AND scenario = '' AND creator_id <> requester_id
ON CONFLICT DO NOTHING
"""
# The first words of such a request, and of a call that an agent wrote down, stood under the name of the requester.
WROTE = """
UPDATE tickets_message m SET author_id = t.creator_id, to_askers = (t.channel = 'portal')
FROM tickets_ticket t
WHERE t.id >= %s AND t.id < %s AND t.creator_id <> t.requester_id AND t.channel IN ('portal', 'phone', 'walk_in')
    AND {these} AND m.author_id = t.requester_id AND m.kind = 'request'
    AND m.created_at <= t.created_at + interval '1 second'
    AND NOT EXISTS (SELECT FROM tickets_link l WHERE l.ticket_id = t.id AND l.kind = 'split')
"""
# Where they stand, and where they came from: one statement for each, as each has an index of its own.
THESE = ("m.ticket_id = t.id AND m.origin_id IS NULL", "m.origin_id = t.id")


def tell_apart(apps, editor):
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(min(id), 0), coalesce(max(id), -1) FROM tickets_ticket")
        first, last = cursor.fetchone()
        for start in range(first, last + 1, BATCH):
            cursor.execute(TAKE_PART, [start, start + BATCH])
            for these in THESE:
                cursor.execute(WROTE.format(these=these), [start, start + BATCH])


tell_apart.in_batches = True


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tickets", "0008_request_links"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.AddField(
            "ticket",
            "asked_by",
            models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="Asked by",
            ),
        ),
        migrations.AddField("message", "to_askers", models.BooleanField(db_default=False, default=False)),
        migrations.AlterField(
            "participant",
            "role",
            models.CharField(
                choices=[("participant", "Participant"), ("asker", "Asker"), ("watcher", "Watcher")], max_length=12
            ),
        ),
        migrations.RunPython(tell_apart, migrations.RunPython.noop),
    ]
