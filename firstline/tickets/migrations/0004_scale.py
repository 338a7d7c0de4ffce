"""What a person has not finished with is few, however much he has asked."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tickets", "0003_audit")]
    operations = [
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("phase__in", ["pending", "in_progress", "waiting", "resolved"])),
                fields=["requester", "-id"],
                name="unfinished_by_requester",
            ),
        )
    ]
