"""An index that no query asks for any more goes; and the words of all tickets are noted anew, by a job after the upgrade:
the name of a requester is for the desk alone, and all words of long tickets count."""

from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations

REINDEX = """
INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args, status)
SELECT 'default', 'firstline.tickets.reindex', NULL, 'tickets_reindex',
    jsonb_build_object('before_id', max(id) + 1), 'todo'
FROM tickets_ticket HAVING max(id) IS NOT NULL
ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tickets", "0013_came_with"), ("procrastinate", "0041_post_retry_failed_job")]
    operations = [
        RemoveIndexConcurrently("ticket", "unfinished_by_creator"),
        migrations.RunSQL(REINDEX, migrations.RunSQL.noop),
    ]
