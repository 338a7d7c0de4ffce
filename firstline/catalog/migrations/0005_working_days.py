"""The days after which what is solved is closed are working days; only the words of the setting change."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0004_mailboxes")]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="desk",
                    name="close_after_days",
                    field=models.PositiveSmallIntegerField(
                        default=5,
                        help_text="Whole working days after the day of the solution, when nobody answers.",
                        verbose_name="Close solved requests after working days",
                    ),
                )
            ]
        )
    ]
