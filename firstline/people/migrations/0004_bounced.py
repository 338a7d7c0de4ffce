# Additive: the version before this one neither reads nor writes these columns.
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0003_accounts'),
    ]

    operations = [
        migrations.AddField(
            model_name='person',
            name='bounced_address',
            field=models.CharField(blank=True, db_default='', editable=False, max_length=254),
        ),
        migrations.AddField(
            model_name='person',
            name='bounced_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='person',
            name='bounced_why',
            field=models.CharField(blank=True, db_default='', editable=False, max_length=20),
        ),
    ]
