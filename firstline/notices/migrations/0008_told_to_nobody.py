"""Of which events nobody was told: for a job of theirs that runs late or again. The release before needs the default."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notices", "0007_remote_ids_and_media")]
    operations = [
        migrations.AddField(
            "toldupto",
            "to_nobody",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), db_default=[], default=list, size=None
            ),
        ),
    ]
