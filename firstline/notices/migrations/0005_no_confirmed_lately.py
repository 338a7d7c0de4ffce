"""Confirmations are counted with all that others bring about (notices.budget), so nobody looks for them by mailbox."""

from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("notices", "0004_secrets_bound")]
    operations = [RemoveIndexConcurrently(model_name="delivery", name="confirmed_lately")]
