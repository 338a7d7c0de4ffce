"""Up to which event each ticket's were told, so that what was told to nobody is not gone over again."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notices", "0005_no_confirmed_lately"), ("tickets", "0016_event_versions")]
    operations = [
        migrations.CreateModel(
            name="ToldUpTo",
            fields=[
                (
                    "ticket",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="told_up_to",
                        serialize=False,
                        to="tickets.ticket",
                    ),
                ),
                ("event_id", models.BigIntegerField()),
                (
                    "awaited",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
            ],
            options={"verbose_name_plural": "told up to"},
        ),
    ]
