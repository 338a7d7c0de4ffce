# Additive: the code before this one makes rows of round 0, and does not look at it.
from django.db import migrations, models

# What was made before works on; but not that of those who have left.
HELD = """
UPDATE api_token held SET round = person.session_round
    FROM people_person person WHERE person.id = held.person_id AND person.is_active;
UPDATE api_token held SET revoked_at = now()
    FROM people_person person WHERE person.id = held.person_id AND NOT person.is_active AND held.revoked_at IS NULL;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('api', '0002_accounts'),
        ('people', '0007_round'),
    ]

    operations = [
        migrations.AddField(
            model_name='token',
            name='round',
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.RunSQL(HELD, migrations.RunSQL.noop),
    ]
