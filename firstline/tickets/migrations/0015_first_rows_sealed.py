"""A log without rows was sealed up to row 1, since a sequence says 1 before it has given a number; the row that came
later then looked like one added to the seal. Such a seal is taken for what it is: one without that row."""

from django.db import migrations

SEALED = """
CREATE OR REPLACE FUNCTION audit_sealed(previous bytea, at timestamptz, events_after bigint, events_to bigint,
    entries_after bigint, entries_to bigint, OUT events bigint, OUT entries bigint, OUT digest bytea)
LANGUAGE sql STABLE AS $$
    WITH of_events AS (
        SELECT count(*) AS n, coalesce(sha256(string_agg(e.digest, '' ORDER BY e.id)), '') AS digest
        FROM tickets_event e WHERE e.id > events_after AND e.id <= events_to {unless_first}
    ), of_entries AS (
        SELECT count(*) AS n, coalesce(sha256(string_agg(e.digest, '' ORDER BY e.id)), '') AS digest
        FROM tickets_auditentry e WHERE e.id > entries_after AND e.id <= entries_to {nor_first}
    )
    SELECT of_events.n, of_entries.n, sha256(
        coalesce(previous, '') || of_events.digest || of_entries.digest || convert_to(jsonb_build_array(
            extract(epoch FROM at), events_after, events_to, of_events.n, entries_after, entries_to, of_entries.n
        )::text, 'UTF8'))
    FROM of_events, of_entries
$$;
"""
LATER = "AND NOT ({log}_after = 0 AND {log}_to = 1 AND e.at > audit_sealed.at)"


class Migration(migrations.Migration):
    dependencies = [("tickets", "0014_words_noted_anew")]
    operations = [
        migrations.RunSQL(
            SEALED.format(unless_first=LATER.format(log="events"), nor_first=LATER.format(log="entries")),
            SEALED.format(unless_first="", nor_first=""),
        )
    ]
