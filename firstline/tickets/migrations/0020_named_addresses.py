"""By which addresses those who take part were named. Additive: the release before names nobody so, and its rows are told
by their person's address as before."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

ADDRESS = models.CharField(max_length=254)


class Migration(migrations.Migration):
    dependencies = [("tickets", "0019_place_of_files")]
    operations = [
        migrations.AddField(
            "participant",
            "named",
            ArrayField(ADDRESS, blank=True, db_default=models.Value([], ArrayField(ADDRESS)), default=list),
        ),
    ]
