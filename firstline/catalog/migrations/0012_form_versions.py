"""The questions that request types have and had. Additive: the database keeps them, also when the release before changes a
form."""

import django.db.models.deletion
from django.db import migrations, models

from firstline.kit import clock

KEPT = """
CREATE FUNCTION catalog_keep_form_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' OR NEW.fields IS DISTINCT FROM OLD.fields THEN
        INSERT INTO catalog_formversion (request_type_id, number, fields, created_at)
            SELECT NEW.id, coalesce(max(number), 0) + 1, NEW.fields, now()
            FROM catalog_formversion WHERE request_type_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER catalog_keep_form_version AFTER INSERT OR UPDATE OF fields ON catalog_requesttype
    FOR EACH ROW EXECUTE FUNCTION catalog_keep_form_version();
CREATE FUNCTION catalog_form_version_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what a form asked is never changed' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER catalog_form_version_stays BEFORE UPDATE OF number, fields ON catalog_formversion
    FOR EACH ROW EXECUTE FUNCTION catalog_form_version_stays();
INSERT INTO catalog_formversion (request_type_id, number, fields, created_at)
    SELECT id, 1, fields, now() FROM catalog_requesttype;
"""
AWAY = """
DROP TRIGGER catalog_keep_form_version ON catalog_requesttype; DROP FUNCTION catalog_keep_form_version();
DROP TRIGGER catalog_form_version_stays ON catalog_formversion; DROP FUNCTION catalog_form_version_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0011_names_of_models")]
    operations = [
        migrations.CreateModel(
            name="FormVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("fields", models.JSONField()),
                ("created_at", models.DateTimeField(default=clock.now)),
                (
                    "request_type",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="versions",
                        to="catalog.requesttype",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["request_type", "number"], name="versions_of_a_form")
                ]
            },
        ),
        migrations.RunSQL(KEPT, AWAY),
    ]
