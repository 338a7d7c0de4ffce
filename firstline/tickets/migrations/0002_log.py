"""What only the database can promise: numbers from 1001, an append-only log, and a call to live pages at each event."""

from django.db import migrations

NUMBERS = "ALTER SEQUENCE tickets_ticket_id_seq RESTART WITH 1001;"

APPEND_ONLY = """
CREATE FUNCTION tickets_event_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the event log is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER tickets_event_is_kept BEFORE UPDATE OR DELETE ON tickets_event
    FOR EACH ROW EXECUTE FUNCTION tickets_event_is_kept();
CREATE TRIGGER tickets_event_is_not_emptied BEFORE TRUNCATE ON tickets_event
    FOR EACH STATEMENT EXECUTE FUNCTION tickets_event_is_kept();
"""

ANNOUNCE = """
CREATE FUNCTION tickets_event_announce() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('firstline_events', NEW.id::text);
    RETURN NULL;
END $$;
CREATE TRIGGER tickets_event_announce AFTER INSERT ON tickets_event
    FOR EACH ROW EXECUTE FUNCTION tickets_event_announce();
"""


class Migration(migrations.Migration):
    dependencies = [("tickets", "0001_initial")]
    operations = [
        migrations.RunSQL(NUMBERS, migrations.RunSQL.noop),
        migrations.RunSQL(
            APPEND_ONLY,
            "DROP TRIGGER tickets_event_is_kept ON tickets_event;"
            "DROP TRIGGER tickets_event_is_not_emptied ON tickets_event;"
            "DROP FUNCTION tickets_event_is_kept();",
        ),
        migrations.RunSQL(
            ANNOUNCE,
            "DROP TRIGGER tickets_event_announce ON tickets_event; DROP FUNCTION tickets_event_announce();",
        ),
    ]
