from django.db import migrations, models

from firstline.sla.when import condition_of


def fill(apps, schema_editor):
    """Every goal, of which a company has dozens: `when`, as the old code goes on reading it, is left as it is."""
    Goal = apps.get_model("sla", "Goal")
    for goal in Goal.objects.filter(condition__isnull=True).iterator():
        Goal.objects.filter(pk=goal.pk).update(condition=condition_of(goal.when))


fill.in_batches = True


class Migration(migrations.Migration):
    dependencies = [("sla", "0002_filled_years")]

    operations = [
        migrations.AddField("goal", "condition", models.JSONField(blank=True, null=True, verbose_name="Conditions")),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
