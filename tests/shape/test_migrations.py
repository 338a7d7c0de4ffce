"""Migrations after the first release only add (docs/upgrading.md): the old code goes on while they run, and nobody
waits long for a lock. What must be otherwise is listed here with its reason."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.models.fields import NOT_PROVIDED

RELEASED = {tuple(line.split()) for line in Path(__file__).with_name("released.txt").read_text().splitlines()}
"""What 0.1.0 had. Whoever makes a release adds its migrations."""
BIG = {
    "ticket",
    "event",
    "message",
    "clock",
    "attachment",
    "participant",
    "delivery",
    "received",
    "inboundmessage",
    "answer",
}
EXCEPTIONS: dict[tuple[str, str, str], str] = {
    ("channels", "0005_reading_of_letters", "AlterField received.state may narrow or rewrite it"): (
        "One more choice, of which the database knows nothing."
    ),
    ("tickets", "0009_askers", "AlterField participant.role may narrow or rewrite it"): (
        "One more choice, of which the database knows nothing."
    ),
}
"""(app, migration, complaint) → why it is fine there."""
TAKES_AWAY = (
    migrations.RemoveField,
    migrations.RenameField,
    migrations.RenameModel,
    migrations.DeleteModel,
    migrations.AlterModelTable,
)
BAD_SQL = re.compile(
    r"DROP\s+(COLUMN|TABLE)|RENAME\s|SET\s+NOT\s+NULL|ALTER\s+COLUMN\s+\w+\s+(SET\s+DATA\s+)?TYPE"
    r"|CREATE\s+(UNIQUE\s+)?INDEX\s+(?!CONCURRENTLY)|LOCK\s+TABLE",
    re.IGNORECASE,
)


def complaints(operation: Operation, *, made: set[str], atomic: bool = True) -> Iterator[str]:
    """What is wrong with an operation. `made`: the models that the same migration makes, which nobody uses yet."""
    if isinstance(operation, migrations.SeparateDatabaseAndState):
        for part in operation.database_operations:
            yield from complaints(part, made=made, atomic=atomic)
        return
    model = getattr(operation, "model_name", "").lower()
    name = type(operation).__name__
    if isinstance(operation, TAKES_AWAY):
        yield f"{name} breaks the code that still runs"
    elif isinstance(operation, migrations.AlterField) and model not in made:
        yield f"AlterField {model}.{operation.name} may narrow or rewrite it"
    elif isinstance(operation, migrations.AddField) and model not in made:
        field = operation.field
        if not field.null and not field.many_to_many and field.db_default is NOT_PROVIDED:
            yield f"AddField {model}.{operation.name} is NOT NULL without db_default: old code cannot insert"
    elif isinstance(operation, migrations.AddIndex) and model in BIG - made:
        if not isinstance(operation, AddIndexConcurrently):
            yield f"AddIndex {operation.index.name} locks a big table: AddIndexConcurrently"
    elif isinstance(operation, migrations.AddConstraint) and model in BIG - made:
        yield f"AddConstraint {operation.constraint.name} reads a big table under lock"
    elif isinstance(operation, migrations.RunPython):
        if not getattr(operation.code, "in_batches", False):
            yield f"RunPython {operation.code.__name__} is not said to work in batches (in_batches = True)"
    elif isinstance(operation, migrations.RunSQL):
        said = str(operation.sql)
        tables = {word.partition("_")[2] for word in re.findall(r"\b[a-z]+_[a-z]+\b", said)}
        if (bad := BAD_SQL.search(said)) and (tables & BIG):
            yield f"RunSQL says {' '.join(bad[0].split())}"


def new_migrations() -> Iterator[tuple[str, str, migrations.Migration]]:
    for (app, name), migration in sorted(MigrationLoader(None).disk_migrations.items()):
        if migration.__module__.startswith("firstline.") and (app, name) not in RELEASED:
            yield app, name, migration


def test_migrations_since_the_last_release_only_add() -> None:
    found = []
    for app, name, migration in new_migrations():
        made = {each.name.lower() for each in migration.operations if isinstance(each, migrations.CreateModel)}
        for operation in migration.operations:
            for complaint in complaints(operation, made=made, atomic=migration.atomic):
                if (app, name, complaint) not in EXCEPTIONS:
                    found.append((app, name, complaint))
    assert found == []


def test_no_exception_has_outlived_its_migration() -> None:
    there = {(app, name) for app, name, _migration in new_migrations()}
    assert [each for each in EXCEPTIONS if each[:2] not in there] == []


def _does_much(apps: object, editor: object) -> None:
    """A migration's code."""


@pytest.mark.parametrize(
    "operation",
    [
        migrations.RemoveField("ticket", "subject"),
        migrations.RenameField("ticket", "subject", "title"),
        migrations.AlterField("ticket", "subject", models.CharField(max_length=10)),
        migrations.AddField("ticket", "colour", models.CharField(max_length=10, default="red")),
        migrations.AddIndex("ticket", models.Index(fields=["subject"], name="by_subject")),
        migrations.AddConstraint("event", models.UniqueConstraint(fields=["name"], name="one_name")),
        migrations.RunPython(_does_much),
        migrations.RunSQL("ALTER TABLE tickets_ticket DROP COLUMN subject"),
        migrations.RunSQL("CREATE INDEX by_name ON tickets_event (name)"),
    ],
)
def test_what_would_break_or_lock_is_seen(operation: Operation) -> None:
    assert len(list(complaints(operation, made=set()))) == 1


@pytest.mark.parametrize(
    "operation",
    [
        migrations.AddField("ticket", "colour", models.CharField(max_length=10, db_default="red")),
        migrations.AddField("ticket", "colour", models.CharField(max_length=10, null=True)),
        AddIndexConcurrently("ticket", models.Index(fields=["subject"], name="by_subject")),
        migrations.AddIndex("announcement", models.Index(fields=["text"], name="by_text")),
        migrations.RunSQL("CREATE INDEX CONCURRENTLY by_name ON tickets_event (name)"),
    ],
)
def test_what_only_adds_passes(operation: Operation) -> None:
    assert list(complaints(operation, made=set())) == []
