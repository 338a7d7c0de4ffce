"""After how many working days at most what is solved is closed; only the rule of the form changes."""

from django.core.validators import MaxValueValidator
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0009_web_forms")]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="desk",
                    name="close_after_days",
                    field=models.PositiveSmallIntegerField(
                        default=5,
                        help_text="Whole working days after the day of the solution, when nobody answers.",
                        validators=[MaxValueValidator(250, "At most %(limit_value)s working days.")],
                        verbose_name="Close solved requests after working days",
                    ),
                )
            ]
        )
    ]
