"""Nothing changes in the tables; the moment of this migration is remembered (`tickets.replay`).

Since then a team that is given a waiting ticket has a time of its own to accept it, the first response is not paused, and
a goal that becomes stricter counts from that moment. What was solved before keeps the clocks that it had.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "0009_askers")]
    operations = []
