"""How somebody came to their account. Who has one is told by keeping/0002, which knows the floors above.

Additive: the version before this one neither reads nor writes it. Whom it adds while both run must be invited again.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0004_bounced")]

    operations = [
        migrations.AddField(
            model_name="person",
            name="account",
            field=models.CharField(
                blank=True,
                choices=[
                    ("setup", "First start"),
                    ("administrator", "Made or invited by an administrator"),
                    ("domain", "By an address of an allowed domain"),
                    ("earlier", "From an earlier version"),
                ],
                db_default="",
                default="",
                editable=False,
                max_length=20,
                verbose_name="Account",
            ),
        ),
    ]
