"""The audit log belongs to `firstline.audit` from now on; its table stays as it is."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "0016_event_versions"), ("audit", "0001_initial")]
    operations = [migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel("AuditEntry")])]
