"""Goals are targets, as the field calls them. The table stays, so that the code of the release before goes on."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("sla", "0003_conditions"), ("tickets", "0016_event_versions")]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterModelTable("Goal", "sla_goal"),
                migrations.RenameModel("Goal", "SlaTarget"),
            ]
        )
    ]
