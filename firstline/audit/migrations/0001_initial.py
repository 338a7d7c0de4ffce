"""The audit log gets a floor of its own. Its table stays where tickets/0003 made it, with all that guards and chains it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import firstline.kit.clock


class Migration(migrations.Migration):
    initial = True
    dependencies = [("tickets", "0016_event_versions"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="AuditEntry",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("at", models.DateTimeField(default=firstline.kit.clock.now, editable=False)),
                        ("name", models.CharField(max_length=40)),
                        ("data", models.JSONField(default=dict)),
                        ("words", models.JSONField(default=dict)),
                        ("previous", models.BigIntegerField(editable=False, null=True)),
                        (
                            "about",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "audit entries",
                        "db_table": "tickets_auditentry",
                        "ordering": ["-id"],
                        "indexes": [models.Index(fields=["name", "-id"], name="audit_by_name")],
                    },
                )
            ]
        )
    ]
