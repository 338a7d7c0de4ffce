"""Two models get the names of the field: lines are tiers, and options of a closing list are closure codes. Tables and
columns stay as they are, so that the code of the release before goes on."""

from django.db import migrations

RENAMED = [("Line", "Tier", "catalog_line"), ("Option", "ClosureCode", "catalog_option")]


class Migration(migrations.Migration):
    dependencies = [("catalog", "0010_most_working_days"), ("tickets", "0016_event_versions")]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                each
                for old, new, table in RENAMED
                for each in (migrations.AlterModelTable(old, table), migrations.RenameModel(old, new))
            ]
        )
    ]
