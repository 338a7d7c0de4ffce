"""At which account something came, and in which conversation: columns that the release before leaves empty."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("channels", "0008_inbound_messages")]
    operations = [
        migrations.AddField("inboundmessage", "account", models.CharField(blank=True, db_default="", max_length=100)),
        migrations.AddField("inboundmessage", "thread", models.CharField(blank=True, db_default="", max_length=250)),
        AddIndexConcurrently(
            "inboundmessage",
            models.Index(
                condition=models.Q(("thread", ""), _negated=True), fields=["kind", "thread"], name="received_in_thread"
            ),
        ),
    ]
