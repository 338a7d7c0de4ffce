"""Identities, and what keeps them in step with the address of a person, whichever release writes it.

Additive: a table, and a trigger that the release before does not see. An address that is another person's second one is
refused as one that is another person's first one is.
"""

from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Now

from firstline.kit import clock

KEPT_IN_STEP = """
CREATE FUNCTION people_person_address() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was_preferred boolean := false;
    whose bigint;
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.email IS NOT DISTINCT FROM NEW.email THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.email IS NOT NULL AND NOT EXISTS (
        SELECT FROM people_identity WHERE person_id = NEW.id AND kind = 'email' AND subject = NEW.email
    ) THEN
        -- Another address in its place: to whom the earlier one belongs now, nobody knows.
        DELETE FROM people_identity WHERE person_id = NEW.id AND kind = 'email' AND subject = OLD.email
            RETURNING preferred INTO was_preferred;
    END IF;
    IF NEW.email IS NOT NULL THEN
        INSERT INTO people_identity (person_id, kind, subject, preferred)
            VALUES (NEW.id, 'email', NEW.email, coalesce(was_preferred, false) OR NOT EXISTS (
                SELECT FROM people_identity WHERE person_id = NEW.id AND preferred))
            ON CONFLICT (kind, subject) DO NOTHING;
        SELECT person_id INTO whose FROM people_identity WHERE kind = 'email' AND subject = NEW.email;
        IF whose IS DISTINCT FROM NEW.id THEN
            RAISE unique_violation USING CONSTRAINT = 'one_person_per_identity',
                MESSAGE = 'duplicate key value violates unique constraint "one_person_per_identity"';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER people_person_address AFTER INSERT OR UPDATE OF email ON people_person
    FOR EACH ROW EXECUTE FUNCTION people_person_address();
"""
AWAY = "DROP TRIGGER people_person_address ON people_person; DROP FUNCTION people_person_address();"


class Migration(migrations.Migration):
    dependencies = [("people", "0009_passkeys_carry_the_round")]
    operations = [
        migrations.CreateModel(
            name="Identity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                ("subject", models.CharField(max_length=254)),
                (
                    "verified_how",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("administrator", "Entered by an administrator"),
                            ("link", "They opened a link that was sent there"),
                            ("channel", "They wrote from there, signed in"),
                        ],
                        db_default="",
                        default="",
                        max_length=20,
                    ),
                ),
                ("verified_at", models.DateTimeField(blank=True, null=True)),
                ("preferred", models.BooleanField(db_default=False, default=False)),
                ("created_at", models.DateTimeField(db_default=Now(), default=clock.now, editable=False)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=models.CASCADE, related_name="identities", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "identities",
                "constraints": [
                    models.UniqueConstraint(fields=["kind", "subject"], name="one_person_per_identity"),
                    models.UniqueConstraint(
                        condition=models.Q(("preferred", True)), fields=["person"], name="one_preferred_identity"
                    ),
                ],
            },
        ),
        migrations.RunSQL(KEPT_IN_STEP, AWAY),
    ]
