"""Who has an account, of those who were there before accounts were told apart (people/0005).

An administrator's word counts always: a role, a seat, an invitation, a person whom they added or gave a password. Else
whoever has a password or signed in has one, but for those whom a letter introduced: all that they can have is what
"forgot your password" gave to anybody who once wrote, and it ends here with its password, passkeys and tokens.

Four statements over the people, no lock on anything that grows; run again they change nothing.
"""

from django.db import migrations

KEPT = """
UPDATE people_person person SET account = 'earlier'
WHERE kind = 'human' AND account = '' AND (
    admin
    OR EXISTS (SELECT FROM catalog_membership seat WHERE seat.person_id = person.id)
    OR EXISTS (
        SELECT FROM people_accountlink link WHERE link.person_id = person.id AND link.purpose = 'invitation')
    OR EXISTS (
        SELECT FROM catalog_settingchange change WHERE change.kind = 'people.person' AND change.row = person.id
        AND (change.what = 'added' OR jsonb_exists(change.changes, 'password')))
    OR EXISTS (
        SELECT FROM tickets_auditentry entry WHERE entry.about_id = person.id AND entry.name = 'account_letter'
        AND entry.data ->> 'what' = 'invited')
    OR (
        (left(password, 1) <> '!' OR last_login IS NOT NULL)
        AND NOT EXISTS (
            SELECT FROM channels_received letter WHERE letter.person_id = person.id AND letter.introduced)))
"""
ENDED = [
    "UPDATE api_token SET revoked_at = now() WHERE revoked_at IS NULL AND person_id IN ({})",
    "DELETE FROM mfa_authenticator WHERE user_id IN ({})",
    "UPDATE people_person SET password = '!' || md5(random()::text), session_round = session_round + 1"
    " WHERE left(password, 1) <> '!' AND id IN ({})",
]
WITHOUT = "SELECT id FROM people_person WHERE kind = 'human' AND account = ''"


class Migration(migrations.Migration):
    dependencies = [
        ("keeping", "0001_rules"),
        ("api", "0002_accounts"),
        ("catalog", "0004_mailboxes"),
        ("channels", "0006_forwarded"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("people", "0005_account"),
        ("tickets", "0003_audit"),
    ]

    operations = [
        migrations.RunSQL(KEPT, migrations.RunSQL.noop),
        *(migrations.RunSQL(each.format(WITHOUT), migrations.RunSQL.noop) for each in ENDED),
    ]
