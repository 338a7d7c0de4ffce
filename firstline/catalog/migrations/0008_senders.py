import secrets

import django.db.models.functions.text
from django.db import migrations, models
from django.utils import timezone


def allow_what_is_used(apps, schema_editor):
    """Whoever set up the inboxes that are there was trusted with it; letters go on leaving from them."""
    Sender = apps.get_model("catalog", "Sender")
    for address in apps.get_model("catalog", "Inbox").objects.filter(kind="email").values_list("address", flat=True):
        Sender.objects.get_or_create(
            name=address.lower(),
            defaults={"token": secrets.token_hex(16), "proved_at": timezone.now(), "how": "before"},
        )


allow_what_is_used.in_batches = True


class Migration(migrations.Migration):
    dependencies = [("catalog", "0007_secrets_bound")]

    operations = [
        migrations.CreateModel(
            name="Sender",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=254, verbose_name="Address or domain")),
                ("token", models.CharField(max_length=64)),
                ("code", models.CharField(blank=True, max_length=128)),
                ("code_sent_at", models.DateTimeField(blank=True, null=True)),
                ("code_tries", models.PositiveSmallIntegerField(default=0)),
                ("proved_at", models.DateTimeField(blank=True, null=True)),
                (
                    "how",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("before", "In use before proof was asked for"),
                            ("dns", "A record in its DNS"),
                            ("key", "Our signing key in its DNS"),
                            ("code", "A code from a letter to it"),
                            ("domain", "Its domain is proved"),
                        ],
                        max_length=10,
                    ),
                ),
            ],
            options={"ordering": ["name"]},
        ),
        migrations.AddConstraint(
            model_name="sender",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("name"), name="one_sender_per_name"
            ),
        ),
        migrations.RunPython(allow_what_is_used, migrations.RunPython.noop),
    ]
