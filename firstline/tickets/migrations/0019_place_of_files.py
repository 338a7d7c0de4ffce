"""In which order files were given; of those that are there, when they came says it, as before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0018_channels_are_rows")]
    operations = [
        migrations.AddField("attachment", "place", models.PositiveIntegerField(default=0, db_default=0)),
    ]
