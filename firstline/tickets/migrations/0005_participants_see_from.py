"""From when on a participant reads; nobody who takes part already loses anything."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0004_scale")]
    operations = [
        migrations.AddField("participant", "sees_from", models.DateTimeField(blank=True, null=True)),
    ]
