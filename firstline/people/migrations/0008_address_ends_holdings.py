"""Another address by which somebody signs in ends all that they hold, as leaving does: whichever way it changes.

Additive: only the function of the trigger of 0007 says more.
"""

from django.db import migrations

SAYS = """
CREATE OR REPLACE FUNCTION people_person_standing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Whoever saves a row that was read before must not bring an earlier round back.
    NEW.session_round := GREATEST(NEW.session_round, OLD.session_round);
    IF ((OLD.is_active AND NOT NEW.is_active) OR (OLD.email IS NOT NULL AND OLD.email IS DISTINCT FROM NEW.email))
        AND NEW.session_round = OLD.session_round THEN
        NEW.session_round := OLD.session_round + 1;
    END IF;
    IF (NEW.session_round, NEW.is_active, NEW.admin, NEW.password)
        IS DISTINCT FROM (OLD.session_round, OLD.is_active, OLD.admin, OLD.password) THEN
        PERFORM pg_notify('firstline_standing', NEW.id::text);
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0007_round"), ("keeping", "0003_one_form_of_an_address")]
    operations = [migrations.RunSQL(SAYS, migrations.RunSQL.noop)]
