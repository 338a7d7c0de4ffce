"""What the other side calls a delivery, where it stands there, and in which form it is written. The release before writes
emails only, so its defaults are true."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("notices", "0006_told_up_to")]
    operations = [
        migrations.AddField(
            "delivery", "medium", models.CharField(db_default="email", default="email", max_length=20)
        ),
        migrations.AddField("delivery", "remote_id", models.CharField(blank=True, db_default="", max_length=250)),
        migrations.AddField("delivery", "thread", models.CharField(blank=True, db_default="", max_length=250)),
        AddIndexConcurrently(
            "delivery",
            models.Index(
                fields=["channel", "remote_id"],
                name="called_otherwise",
                condition=~Q(remote_id="") & ~Q(remote_id=F("letter_id")),
            ),
        ),
        AddIndexConcurrently(
            "delivery", models.Index(fields=["channel", "thread"], name="sent_in_thread", condition=~Q(thread=""))
        ),
    ]
