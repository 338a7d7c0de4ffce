"""The help centre looks for what somebody asked for another; agents record thousands of calls beside that."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tickets", "0006_resolved")]
    operations = [
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(
                    ("channel", "portal"),
                    ("phase__in", ["pending", "in_progress", "waiting", "resolved"]),
                    ("scenario", ""),
                ),
                fields=["creator", "-id"],
                name="unfinished_by_creator",
            ),
        ),
    ]
