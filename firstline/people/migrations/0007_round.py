# Additive: the code before this one makes rows of round 0, and does not look at it.
from django.db import migrations, models

STANDING = """
CREATE FUNCTION people_person_standing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Whoever saves a row that was read before must not bring an earlier round back.
    NEW.session_round := GREATEST(NEW.session_round, OLD.session_round);
    IF OLD.is_active AND NOT NEW.is_active AND NEW.session_round = OLD.session_round THEN
        NEW.session_round := OLD.session_round + 1;
    END IF;
    IF (NEW.session_round, NEW.is_active, NEW.admin, NEW.password)
        IS DISTINCT FROM (OLD.session_round, OLD.is_active, OLD.admin, OLD.password) THEN
        PERFORM pg_notify('firstline_standing', NEW.id::text);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER people_person_standing BEFORE UPDATE ON people_person
    FOR EACH ROW EXECUTE FUNCTION people_person_standing();
"""
# What was made before works on; but not that of those who have left.
HELD = """
UPDATE people_accountlink held SET round = person.session_round
    FROM people_person person WHERE person.id = held.person_id AND person.is_active;
UPDATE people_accountlink held SET used_at = now()
    FROM people_person person WHERE person.id = held.person_id AND NOT person.is_active AND held.used_at IS NULL;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0006_account_domains'),
    ]

    operations = [
        migrations.AddField(
            model_name='accountlink',
            name='round',
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.RunSQL(
            STANDING,
            "DROP TRIGGER people_person_standing ON people_person; DROP FUNCTION people_person_standing();",
        ),
        migrations.RunSQL(HELD, migrations.RunSQL.noop),
    ]
