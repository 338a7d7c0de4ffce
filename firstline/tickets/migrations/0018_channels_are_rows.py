"""Which channels there are says the registry, and one more proof is kept. The database knows of neither."""

from django.db import migrations, models

from firstline.tickets import channels

PROOFS = [
    ("signed_in", "Signed in"),
    ("link", "By a link from a letter"),
    ("dkim", "Email, proved by its signature"),
    ("server", "Email, proved by our mail server"),
    ("channel", "Signed in where it was written"),
    ("none", "Email, sender not proved"),
    ("failed", "Email that failed its proof"),
    ("recorded", "Written down from what was said"),
]


class Migration(migrations.Migration):
    dependencies = [("tickets", "0017_audit_has_a_floor")]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    "message", "channel", models.CharField(choices=channels.choices, max_length=20)
                ),
                migrations.AlterField(
                    "message",
                    "proof",
                    models.CharField(blank=True, choices=PROOFS, db_default="", default="", max_length=10),
                ),
                migrations.AlterField(
                    "ticket",
                    "channel",
                    models.CharField(choices=channels.choices, max_length=20, verbose_name="Channel"),
                ),
            ]
        )
    ]
