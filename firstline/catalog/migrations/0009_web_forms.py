from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0008_senders")]
    operations = [
        migrations.AddField(
            "inbox",
            "forms",
            models.JSONField(
                blank=True,
                db_default=models.Value([], models.JSONField()),
                default=list,
                verbose_name="Web forms",
            ),
        ),
    ]
