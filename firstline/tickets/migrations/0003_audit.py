"""A log that shows when it was tampered with.

Each event carries a digest over the one before it (of the same ticket) and over what it says; a trigger computes it, so
no path can forget it, and no row that others wait for is locked. What people wrote is digested apart, with salt: taking
the words away (and only that) leaves the chain whole, and what is left lets nobody guess them. Seals tie all of it
together, so that the end of the log, or all of a ticket, cannot go unnoticed either.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import firstline.kit.clock

# Additive, and unknown to the models: nothing reads or writes them but what is below.
COLUMNS = """
ALTER TABLE tickets_event ADD COLUMN salt bytea, ADD COLUMN words bytea, ADD COLUMN digest bytea;
"""

FUNCTIONS = """
-- Short expressions, and said to be STABLE, so that PostgreSQL puts them into the statements that use them.
CREATE FUNCTION audit_without_words(given jsonb) RETURNS jsonb LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT given - ARRAY['subject', 'scenario', 'answers', 'description', 'remarks', 'requester_name', 'requester_email',
                         'requester_city', 'address', 'name', 'text', 'error', 'said']
$$;

CREATE FUNCTION audit_shape(data jsonb) RETURNS jsonb LANGUAGE sql STABLE PARALLEL SAFE AS $$
    -- An event without what people wrote.
    SELECT CASE WHEN data ? 'changes'
        THEN audit_without_words(data) || jsonb_build_object('changes', audit_without_words(data -> 'changes'))
        ELSE audit_without_words(data) END
$$;

CREATE FUNCTION audit_is_blank(data jsonb) RETURNS boolean LANGUAGE sql STABLE AS $$
    -- Whether nobody's words are left in it.
    SELECT NOT EXISTS (
        SELECT FROM jsonb_each(data) AS word
        WHERE NOT audit_without_words(data) ? word.key AND word.value NOT IN ('null', '""', '"—"', '{}', '[]')
    ) AND NOT EXISTS (
        SELECT FROM jsonb_each(coalesce(data -> 'changes', '{}')) AS word
        WHERE NOT audit_without_words(data -> 'changes') ? word.key
            AND word.value NOT IN ('null', '""', '"—"', '{}', '[]')
    )
$$;

CREATE FUNCTION audit_salted(salt bytea, words jsonb) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT sha256(salt || convert_to(words::text, 'UTF8'))
$$;

CREATE FUNCTION audit_of_event(id bigint, ticket bigint, name text, by bigint, at timestamptz, internal boolean,
                               shape jsonb, words bytea) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT sha256(convert_to(concat_ws('|', id, ticket, by, extract(epoch FROM at), internal,
        coalesce(encode(words, 'hex'), ''), quote_literal(name), shape::text), 'UTF8'))
$$;

CREATE FUNCTION audit_link(previous bytea, own bytea) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT sha256(coalesce(previous, '') || own)
$$;

CREATE FUNCTION audit_linked(previous bytea, own bytea) RETURNS bytea LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN sha256(coalesce(previous, '') || own);
END $$;
CREATE AGGREGATE audit_chain(bytea) (sfunc = audit_linked, stype = bytea, initcond = '');

CREATE FUNCTION audit_chain_events(first_ticket bigint, last_ticket bigint) RETURNS void LANGUAGE sql AS $$
    -- For rows that came without the trigger: before this version, or by a bulk load that switched it off.
    WITH salted AS MATERIALIZED (
        SELECT *, CASE WHEN digest IS NOT NULL THEN salt
            WHEN data <> audit_shape(data) THEN uuid_send(gen_random_uuid()) END AS own_salt
        FROM tickets_event WHERE ticket_id BETWEEN first_ticket AND last_ticket
    ), digested AS (
        SELECT *, CASE WHEN digest IS NOT NULL THEN words ELSE audit_salted(own_salt, data) END AS own_words FROM salted
    ), chained AS MATERIALIZED (
        SELECT id, own_salt, own_words, audit_chain(
            audit_of_event(id, ticket_id, name, by_id, at, internal, audit_shape(data), own_words)
        ) OVER (PARTITION BY ticket_id ORDER BY id) AS own_digest
        FROM digested
    )
    UPDATE tickets_event e SET salt = c.own_salt, words = c.own_words, digest = c.own_digest
    FROM chained c WHERE e.id = c.id AND e.digest IS NULL
$$;

CREATE FUNCTION audit_event_arrives() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    previous tickets_event.digest%TYPE;
    shape jsonb := audit_shape(NEW.data);
BEGIN
    IF NEW.digest IS NOT NULL THEN
        RETURN NEW; -- out of a backup; verifying tells whether it is true
    END IF;
    SELECT digest INTO previous FROM tickets_event WHERE ticket_id = NEW.ticket_id ORDER BY id DESC LIMIT 1;
    IF FOUND AND previous IS NULL THEN
        PERFORM audit_chain_events(NEW.ticket_id, NEW.ticket_id);
        SELECT digest INTO previous FROM tickets_event WHERE ticket_id = NEW.ticket_id ORDER BY id DESC LIMIT 1;
    END IF;
    IF shape <> NEW.data THEN
        NEW.salt := uuid_send(gen_random_uuid());
        NEW.words := audit_salted(NEW.salt, NEW.data);
    END IF;
    NEW.digest := audit_link(previous, audit_of_event(
        NEW.id, NEW.ticket_id, NEW.name, NEW.by_id, NEW.at, NEW.internal, shape, NEW.words));
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION tickets_event_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Two changes are allowed: giving a row that has no digest its own, and taking the words away.
    IF TG_OP = 'UPDATE' THEN
        IF OLD.digest IS NULL AND NEW.digest IS NOT NULL
            AND (NEW.id, NEW.ticket_id, NEW.name, NEW.by_id, NEW.at, NEW.internal, NEW.data)
              = (OLD.id, OLD.ticket_id, OLD.name, OLD.by_id, OLD.at, OLD.internal, OLD.data)
        THEN
            RETURN NEW;
        END IF;
        IF current_setting('firstline.erasing', true) = 'on' AND NEW.salt IS NULL
            AND (NEW.id, NEW.ticket_id, NEW.name, NEW.by_id, NEW.at, NEW.internal, NEW.words, NEW.digest)
              IS NOT DISTINCT FROM
                (OLD.id, OLD.ticket_id, OLD.name, OLD.by_id, OLD.at, OLD.internal, OLD.words, OLD.digest)
            AND audit_shape(NEW.data) = audit_shape(OLD.data) AND audit_is_blank(NEW.data)
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'the event log is append-only' USING ERRCODE = 'restrict_violation';
END $$;
"""

EVENTS_TRIGGER = """
CREATE TRIGGER audit_event_arrives BEFORE INSERT ON tickets_event
    FOR EACH ROW EXECUTE FUNCTION audit_event_arrives();
"""

ENTRIES = """
ALTER TABLE tickets_auditentry ADD COLUMN salt bytea, ADD COLUMN said bytea, ADD COLUMN digest bytea;

CREATE FUNCTION audit_of_entry(id bigint, at timestamptz, name text, by bigint, about bigint, data jsonb, previous bigint,
                               said bytea) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT sha256(convert_to(jsonb_build_array(
        id, extract(epoch FROM at), name, by, about, data, previous, encode(said, 'hex'))::text, 'UTF8'))
$$;

CREATE FUNCTION audit_entry_arrives() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before record;
BEGIN
    IF NEW.digest IS NOT NULL THEN
        RETURN NEW; -- out of a backup
    END IF;
    -- The newest that can be seen. Two that are written at once may name the same one: nobody waits for anybody.
    SELECT id, digest INTO before FROM tickets_auditentry ORDER BY id DESC LIMIT 1;
    NEW.previous := before.id;
    IF NEW.words <> '{}' THEN
        NEW.salt := uuid_send(gen_random_uuid());
        NEW.said := audit_salted(NEW.salt, NEW.words);
    END IF;
    NEW.digest := audit_link(before.digest, audit_of_entry(
        NEW.id, NEW.at, NEW.name, NEW.by_id, NEW.about_id, NEW.data, NEW.previous, NEW.said));
    RETURN NEW;
END $$;

CREATE FUNCTION audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'tickets_auditentry' AND current_setting('firstline.erasing', true) = 'on' THEN
        IF NEW.salt IS NULL AND NEW.words = '{}'
            AND (NEW.id, NEW.at, NEW.name, NEW.by_id, NEW.about_id, NEW.data, NEW.previous, NEW.said, NEW.digest)
              IS NOT DISTINCT FROM
                (OLD.id, OLD.at, OLD.name, OLD.by_id, OLD.about_id, OLD.data, OLD.previous, OLD.said, OLD.digest)
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER audit_entry_arrives BEFORE INSERT ON tickets_auditentry
    FOR EACH ROW EXECUTE FUNCTION audit_entry_arrives();
CREATE TRIGGER audit_entry_is_kept BEFORE UPDATE OR DELETE ON tickets_auditentry
    FOR EACH ROW EXECUTE FUNCTION audit_is_kept();
CREATE TRIGGER audit_entry_is_not_emptied BEFORE TRUNCATE ON tickets_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_kept();
CREATE TRIGGER audit_seal_is_kept BEFORE UPDATE OR DELETE ON tickets_auditseal
    FOR EACH ROW EXECUTE FUNCTION audit_is_kept();
CREATE TRIGGER audit_seal_is_not_emptied BEFORE TRUNCATE ON tickets_auditseal
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_kept();

CREATE FUNCTION audit_sealed(previous bytea, at timestamptz, events_after bigint, events_to bigint, entries_after bigint,
                             entries_to bigint, OUT events bigint, OUT entries bigint, OUT digest bytea)
LANGUAGE sql STABLE AS $$
    WITH of_events AS (
        SELECT count(*) AS n, coalesce(sha256(string_agg(e.digest, '' ORDER BY e.id)), '') AS digest
        FROM tickets_event e WHERE e.id > events_after AND e.id <= events_to
    ), of_entries AS (
        SELECT count(*) AS n, coalesce(sha256(string_agg(e.digest, '' ORDER BY e.id)), '') AS digest
        FROM tickets_auditentry e WHERE e.id > entries_after AND e.id <= entries_to
    )
    SELECT of_events.n, of_entries.n, sha256(
        coalesce(previous, '') || of_events.digest || of_entries.digest || convert_to(jsonb_build_array(
            extract(epoch FROM at), events_after, events_to, of_events.n, entries_after, entries_to, of_entries.n
        )::text, 'UTF8'))
    FROM of_events, of_entries
$$;
"""

UNDO = """
DROP TRIGGER IF EXISTS audit_event_arrives ON tickets_event;
CREATE OR REPLACE FUNCTION tickets_event_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the event log is append-only' USING ERRCODE = 'restrict_violation';
END $$;
DROP FUNCTION IF EXISTS audit_event_arrives(), audit_chain_events(bigint, bigint);
DROP AGGREGATE IF EXISTS audit_chain(bytea);
DROP FUNCTION IF EXISTS audit_of_event(bigint, bigint, text, bigint, timestamptz, boolean, jsonb, bytea),
    audit_link(bytea, bytea), audit_linked(bytea, bytea), audit_salted(bytea, jsonb), audit_is_blank(jsonb),
    audit_shape(jsonb), audit_without_words(jsonb);
"""

UNDO_ENTRIES = """
DROP FUNCTION audit_sealed(bytea, timestamptz, bigint, bigint, bigint, bigint);
DROP TRIGGER audit_seal_is_kept ON tickets_auditseal;
DROP TRIGGER audit_seal_is_not_emptied ON tickets_auditseal;
DROP TRIGGER audit_entry_arrives ON tickets_auditentry;
DROP TRIGGER audit_entry_is_kept ON tickets_auditentry;
DROP TRIGGER audit_entry_is_not_emptied ON tickets_auditentry;
DROP FUNCTION audit_entry_arrives(), audit_is_kept(),
    audit_of_entry(bigint, timestamptz, text, bigint, bigint, jsonb, bigint, bytea);
"""


class Migration(migrations.Migration):
    # No row is touched here, so nothing is locked for long: what is there already is chained by the first sealing
    # (firstline.tickets.sealing), ticket by ticket, or by the next event of its ticket.
    dependencies = [("tickets", "0002_log"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=firstline.kit.clock.now, editable=False)),
                ("name", models.CharField(max_length=40)),
                ("data", models.JSONField(default=dict)),
                ("words", models.JSONField(default=dict)),
                ("previous", models.BigIntegerField(editable=False, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "about",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "audit entries",
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["name", "-id"], name="audit_by_name")],
            },
        ),
        migrations.CreateModel(
            name="AuditSeal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=firstline.kit.clock.now, editable=False)),
                ("events_after", models.BigIntegerField()),
                ("events_to", models.BigIntegerField()),
                ("events", models.BigIntegerField()),
                ("entries_after", models.BigIntegerField()),
                ("entries_to", models.BigIntegerField()),
                ("entries", models.BigIntegerField()),
                ("digest", models.BinaryField()),
            ],
            options={"ordering": ["-id"]},
        ),
        migrations.RunSQL(
            COLUMNS, "ALTER TABLE tickets_event DROP COLUMN salt, DROP COLUMN words, DROP COLUMN digest;"
        ),
        migrations.RunSQL(FUNCTIONS, UNDO),
        migrations.RunSQL(EVENTS_TRIGGER, migrations.RunSQL.noop),
        migrations.RunSQL(ENTRIES, UNDO_ENTRIES),
    ]
