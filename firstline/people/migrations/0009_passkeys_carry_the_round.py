"""Passkeys that are there carry the round of their person, as new ones do: they sign in alone until all of it ends.

Additive: one more name in their data, which older code does not read.
"""

from django.db import migrations

FILL = """
UPDATE mfa_authenticator SET data = data::jsonb || jsonb_build_object('round', people_person.session_round)
FROM people_person WHERE people_person.id = user_id AND type = 'webauthn'
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0008_address_ends_holdings"), ("mfa", "0003_authenticator_type_uniq")]
    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
