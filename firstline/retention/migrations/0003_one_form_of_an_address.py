"""Addresses that were stored before they had one form (kit.mailbox): a domain in its own letters, quotes for nothing.

Where another person has the address in its one form already, both stay, with all that is theirs: it remains with the
one who has an account, else with whoever had it first; the other one keeps no address, so that nobody signs in or gets
emails by two accounts of one mailbox. The audit log says so, and an administrator decides what becomes of them.
"""

import json

from django.db import migrations

from firstline.kit.mailbox import normal, normal_domain

ODD = "{0} ~ '[^ -~]' OR {0} LIKE '\"%%' OR {0} LIKE '%%.'"
BATCH = 1_000
SHARED = "INSERT INTO tickets_auditentry (at, name, about_id, data, words) VALUES (now(), 'address_shared', %s, '{}', %s)"
FOLLOWS = [
    "UPDATE people_accountlink SET address = %s WHERE person_id = %s AND address = %s",
    "UPDATE tickets_requestlink SET address = %s WHERE person_id = %s AND address = %s",
    "UPDATE people_person SET bounced_address = %s WHERE id = %s AND bounced_address = %s",
]


def people(cursor):
    last = 0
    while True:
        cursor.execute(
            f"SELECT id, email, account FROM people_person WHERE id > %s AND ({ODD.format('email')})"  # noqa: S608
            " ORDER BY id LIMIT %s",
            [last, BATCH],
        )
        rows = cursor.fetchall()
        if not rows:
            return
        for pk, email, account in rows:
            last, address = pk, normal(email)
            if address == email:
                continue
            cursor.execute("SELECT id, account FROM people_person WHERE email = %s", [address])
            other = cursor.fetchone()
            if other is not None:
                stays, goes = ((pk, other[0]) if account and not other[1] else (other[0], pk))
                cursor.execute("UPDATE people_person SET email = NULL WHERE id = %s", [goes])
                cursor.execute(SHARED, [goes, json.dumps({"address": email if goes == pk else address})])
                if stays != pk:
                    continue
            cursor.execute("UPDATE people_person SET email = %s WHERE id = %s", [address, pk])
            for each in FOLLOWS:
                cursor.execute(each, [address, pk, email])


def named(cursor, table, column):
    """Rows of the settings: of two that are one, the newer stays as it was written and is found no more."""
    cursor.execute(f"SELECT id, {column} FROM {table} WHERE {ODD.format(column)} ORDER BY id")  # noqa: S608
    for pk, given in cursor.fetchall():
        made = normal(given) if "@" in given else normal_domain(given)
        cursor.execute(f"SELECT 1 FROM {table} WHERE {column} = %s", [made])  # noqa: S608
        if made != given and cursor.fetchone() is None:
            cursor.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [made, pk])  # noqa: S608


def one_form(apps, editor):
    with editor.connection.cursor() as cursor:
        people(cursor)
        for table, column in (
            ("catalog_inbox", "address"),
            ("catalog_sender", "name"),
            ("people_accountdomain", "domain"),
            ("notices_signingkey", "domain"),
        ):
            named(cursor, table, column)


one_form.in_batches = True


class Migration(migrations.Migration):
    dependencies = [
        ("keeping", "0002_who_has_an_account"),
        ("catalog", "0008_senders"),
        ("notices", "0002_sending"),
        ("people", "0007_round"),
        ("tickets", "0008_request_links"),
    ]
    operations = [migrations.RunPython(one_form, migrations.RunPython.noop)]
