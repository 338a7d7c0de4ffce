"""What was received are inbound messages, as the field calls them. The table stays, so that the code of the release
before goes on."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("channels", "0007_taken_as"), ("keeping", "0003_one_form_of_an_address")]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterModelTable("Received", "channels_received"),
                migrations.RenameModel("Received", "InboundMessage"),
                migrations.AlterModelOptions("InboundMessage", {}),
            ]
        )
    ]
