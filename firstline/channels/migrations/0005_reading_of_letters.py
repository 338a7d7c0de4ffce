"""What reading a letter found out beside its words: proof, marks, who else got it. For old rows nothing is known."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("channels", "0004_fetching")]

    operations = [
        migrations.AlterField(
            model_name="received",
            name="state",
            field=models.CharField(
                choices=[
                    ("new", "Not handled yet"),
                    ("done", "Handled"),
                    ("bounce", "Automatic answer"),
                    ("ignored", "Left aside"),
                    ("unreadable", "Unreadable"),
                ],
                default="new",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="received",
            name="proof",
            field=models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict),
        ),
        migrations.AddField(
            model_name="received",
            name="marks",
            field=models.JSONField(blank=True, db_default=models.Value([], models.JSONField()), default=list),
        ),
        migrations.AddField(
            model_name="received",
            name="suggested",
            field=models.JSONField(blank=True, db_default=models.Value([], models.JSONField()), default=list),
        ),
        migrations.AddField(
            model_name="received",
            name="digest",
            field=models.CharField(blank=True, db_default="", max_length=64),
        ),
    ]
