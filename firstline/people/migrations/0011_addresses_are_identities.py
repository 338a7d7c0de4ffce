"""The addresses that are there become identities. What changes meanwhile the trigger of 0010 writes."""

from django.db import migrations

BATCH = 5_000
# Locked, so that an address that somebody changes at this moment is read as it will be.
FILL = """
WITH hand AS MATERIALIZED (
    SELECT id, email FROM people_person WHERE id > %s ORDER BY id LIMIT %s FOR SHARE
), filled AS (
    INSERT INTO people_identity (person_id, kind, subject, preferred)
        SELECT id, 'email', email, true FROM hand WHERE email IS NOT NULL
        ON CONFLICT DO NOTHING
)
SELECT max(id) FROM hand
"""


def move_in(apps, editor):
    last = 0
    with editor.connection.cursor() as cursor:
        while last is not None:
            cursor.execute(FILL, [last, BATCH])
            [last] = cursor.fetchone()


move_in.in_batches = True


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("people", "0010_identities")]
    operations = [migrations.RunPython(move_in, migrations.RunPython.noop)]
