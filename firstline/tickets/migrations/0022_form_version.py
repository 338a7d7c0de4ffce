"""With which version of its form a ticket was filed. Additive: what the release before opens has none, and shows its
answers by the form of today, as it did."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0021_clocks_go_on"), ("catalog", "0012_form_versions")]
    operations = [
        migrations.AddField(
            "ticket",
            "form_version",
            models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to="catalog.formversion"
            ),
        ),
    ]
