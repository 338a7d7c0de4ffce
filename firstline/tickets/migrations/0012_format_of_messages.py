"""Whether a text is Markdown is said by whoever writes it. Until now it was guessed: what the desk wrote was."""

from django.db import migrations, models

BATCH = 10_000

# What somebody typed into an email, or asked on a page, stands as they typed it.
WAS_MARKDOWN = """
UPDATE tickets_message SET format = 'markdown'
WHERE id >= %s AND id < %s AND kind <> 'request' AND channel <> 'email' AND format = 'plain'
"""


def as_it_was_shown(apps, editor):
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(min(id), 0), coalesce(max(id), -1) FROM tickets_message")
        first, last = cursor.fetchone()
        for start in range(first, last + 1, BATCH):
            cursor.execute(WAS_MARKDOWN, [start, start + BATCH])


as_it_was_shown.in_batches = True


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tickets", "0011_proof_of_messages")]
    operations = [
        migrations.AddField(
            "message",
            "format",
            models.CharField(
                choices=[("plain", "As typed"), ("markdown", "Markdown")],
                db_default="plain",
                default="plain",
                max_length=10,
            ),
        ),
        migrations.RunPython(as_it_was_shown, migrations.RunPython.noop),
    ]
