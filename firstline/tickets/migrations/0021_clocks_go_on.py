"""Nothing changes in the tables; the moment of this migration is remembered (`tickets.replay`).

Since then the clocks that a merge ended go on when it is taken back, and what was solved before it was merged stays solved
in time or too late. What is over keeps the clocks that it had.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "0020_named_addresses")]
    operations = []
