"""Live pages hear at once when somebody gets a seat at a desk, or loses one."""

from django.db import migrations

STANDING = """
CREATE FUNCTION catalog_membership_standing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('firstline_standing', COALESCE(NEW.person_id, OLD.person_id)::text);
    RETURN NULL;
END $$;
CREATE TRIGGER catalog_membership_standing AFTER INSERT OR UPDATE OR DELETE ON catalog_membership
    FOR EACH ROW EXECUTE FUNCTION catalog_membership_standing();
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0005_working_days")]
    operations = [
        migrations.RunSQL(
            STANDING,
            "DROP TRIGGER catalog_membership_standing ON catalog_membership;"
            "DROP FUNCTION catalog_membership_standing();",
        ),
    ]
