"""As what an email was taken. Additive: the version before this one neither reads nor writes it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("channels", "0006_forwarded")]

    operations = [
        migrations.AddField(
            model_name="received",
            name="taken_as",
            field=models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict),
        ),
    ]
