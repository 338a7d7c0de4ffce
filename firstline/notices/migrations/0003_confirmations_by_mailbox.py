"""How often a mailbox was confirmed to lately is found by an index, whichever of its addresses it was."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("notices", "0002_sending")]
    operations = [
        AddIndexConcurrently(
            model_name="delivery",
            index=models.Index(
                models.Func(
                    models.F("address"),
                    models.Value(r"^([^@+]+)\+[^@]*@"),
                    models.Value(r"\1@"),
                    function="regexp_replace",
                    output_field=models.CharField(),
                ),
                "created_at",
                condition=models.Q(template="received"),
                name="confirmed_lately",
            ),
        ),
    ]
