"""Events of version 2: what erasing takes away stands apart, in `wording`, and its digest is what `words` has been.

Nothing is written to a row that is there: it is of version 1, whose digests are computed as they were. What the old code
goes on inserting is of version 1 as well.
"""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import migrations, models

import firstline.tickets.event_versions

FUNCTIONS = """
-- What of an event is chained as its shape, and what is digested with salt: NULL if nobody's words are in it.
CREATE FUNCTION audit_event_shape(version smallint, data jsonb, cause text, depth smallint) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN version = 1 AND cause IS NULL AND depth = 0 THEN audit_shape(data)
        ELSE jsonb_build_object('version', version, 'cause', cause, 'depth', depth, 'data', data) END
$$;

CREATE FUNCTION audit_event_words(version smallint, data jsonb, wording jsonb) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN version > 1 THEN nullif(wording, '{}') WHEN data <> audit_shape(data) THEN data END
$$;

CREATE OR REPLACE FUNCTION audit_chain_events(first_ticket bigint, last_ticket bigint) RETURNS void LANGUAGE sql AS $$
    -- For rows that came without the trigger: before there was one, or by a bulk load that switched it off.
    WITH salted AS MATERIALIZED (
        SELECT *, CASE WHEN digest IS NOT NULL THEN salt
            WHEN audit_event_words(version, data, wording) IS NOT NULL THEN uuid_send(gen_random_uuid()) END AS own_salt
        FROM tickets_event WHERE ticket_id BETWEEN first_ticket AND last_ticket
    ), digested AS (
        SELECT *, CASE WHEN digest IS NOT NULL THEN words
            ELSE audit_salted(own_salt, audit_event_words(version, data, wording)) END AS own_words FROM salted
    ), chained AS MATERIALIZED (
        SELECT id, own_salt, own_words, audit_chain(audit_of_event(
            id, ticket_id, name, by_id, at, internal, audit_event_shape(version, data, cause, depth), own_words)
        ) OVER (PARTITION BY ticket_id ORDER BY id) AS own_digest
        FROM digested
    )
    UPDATE tickets_event e SET salt = c.own_salt, words = c.own_words, digest = c.own_digest
    FROM chained c WHERE e.id = c.id AND e.digest IS NULL
$$;

CREATE OR REPLACE FUNCTION audit_event_arrives() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    previous tickets_event.digest%TYPE;
    its_words jsonb := audit_event_words(NEW.version, NEW.data, NEW.wording);
BEGIN
    IF NEW.digest IS NOT NULL THEN
        RETURN NEW; -- out of a backup; verifying tells whether it is true
    END IF;
    IF NEW.version = 1 AND NEW.wording <> '{}' THEN
        RAISE EXCEPTION 'an event of version 1 has no words apart' USING ERRCODE = 'check_violation';
    END IF;
    SELECT digest INTO previous FROM tickets_event WHERE ticket_id = NEW.ticket_id ORDER BY id DESC LIMIT 1;
    IF FOUND AND previous IS NULL THEN
        PERFORM audit_chain_events(NEW.ticket_id, NEW.ticket_id);
        SELECT digest INTO previous FROM tickets_event WHERE ticket_id = NEW.ticket_id ORDER BY id DESC LIMIT 1;
    END IF;
    IF its_words IS NOT NULL THEN
        NEW.salt := uuid_send(gen_random_uuid());
        NEW.words := audit_salted(NEW.salt, its_words);
    END IF;
    NEW.digest := audit_link(previous, audit_of_event(
        NEW.id, NEW.ticket_id, NEW.name, NEW.by_id, NEW.at, NEW.internal,
        audit_event_shape(NEW.version, NEW.data, NEW.cause, NEW.depth), NEW.words));
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION tickets_event_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before tickets_event%ROWTYPE := OLD;
BEGIN
    -- Two changes are allowed: giving a row that has no digest its own, and taking the words away.
    IF TG_OP = 'UPDATE' THEN
        IF OLD.digest IS NULL AND NEW.digest IS NOT NULL THEN
            before.salt := NEW.salt;
            before.words := NEW.words;
            before.digest := NEW.digest;
            IF NEW IS NOT DISTINCT FROM before THEN
                RETURN NEW;
            END IF;
        ELSIF current_setting('firstline.erasing', true) = 'on' AND NEW.salt IS NULL THEN
            before.salt := NULL;
            IF OLD.version > 1 THEN
                NEW.wording := '{}'; -- the code of version 1 does not know of it
                before.wording := '{}';
            ELSIF audit_shape(NEW.data) = audit_shape(OLD.data) AND audit_is_blank(NEW.data) THEN
                before.data := NEW.data;
            ELSE
                before := NULL;
            END IF;
            IF NEW IS NOT DISTINCT FROM before THEN
                RETURN NEW;
            END IF;
        END IF;
    END IF;
    RAISE EXCEPTION 'the event log is append-only' USING ERRCODE = 'restrict_violation';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("tickets", "0015_first_rows_sealed")]
    operations = [
        migrations.AddField(
            "event",
            "version",
            models.SmallIntegerField(db_default=1, default=firstline.tickets.event_versions.current),
        ),
        migrations.AddField(
            "event",
            "words",
            models.JSONField(
                db_column="wording",
                db_default=models.Value({}, models.JSONField()),
                default=dict,
                encoder=DjangoJSONEncoder,
            ),
        ),
        migrations.AddField("event", "cause", models.CharField(max_length=80, null=True)),
        migrations.AddField("event", "depth", models.SmallIntegerField(db_default=0, default=0)),
        migrations.RunSQL(FUNCTIONS),
    ]
