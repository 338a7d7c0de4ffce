"""What a person has not finished with is few, however much he has asked; and the rail counts in indexes alone."""

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
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("phase", "pending")),
                fields=["desk", "team", "snoozed_until", "id"],
                name="pending_by_desk",
            ),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(
                    ("assignee__isnull", False), ("phase__in", ["pending", "in_progress", "waiting"])
                ),
                fields=["assignee", "phase", "snoozed_until", "desk", "id"],
                name="in_hands",
            ),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("assignee__isnull", True), ("phase__in", ["pending", "in_progress", "waiting"])),
                fields=["team", "due_at", "desk", "id"],
                name="in_no_hands",
            ),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("phase", "resolved")), fields=["desk", "-id"], name="solved_by_desk"
            ),
        ),
    ]
