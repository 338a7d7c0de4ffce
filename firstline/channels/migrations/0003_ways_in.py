from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("channels", "0002_demo_sender")]

    operations = [
        migrations.AddField(
            model_name="received",
            name="quiet",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
