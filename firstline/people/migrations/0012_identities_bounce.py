"""Of which addresses letters come back, also where emails go to another one. Additive; the release before does not look."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0011_addresses_are_identities")]
    operations = [
        migrations.AddField("identity", "bounced_at", models.DateTimeField(blank=True, editable=False, null=True)),
    ]
