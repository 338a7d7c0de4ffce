"""Whose letter was passed on. Additive: the version before this one neither reads nor writes it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("channels", "0005_reading_of_letters")]

    operations = [
        migrations.AddField(
            model_name="received",
            name="forwarded",
            field=models.JSONField(blank=True, db_default=models.Value([], models.JSONField()), default=list),
        ),
    ]
